import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// One file's way up: read, declared, its missing pieces sent and verified, committed. In this order, and no other.
final class UploadWork {
    private let row: TransferRow
    private let transfers: SimulatedTransfers
    private var client: SimulatedClient { transfers.client }
    private var bytes: [UInt8] = []
    /// Where it stood when it was read.
    private var path: TreePath = []
    /// Bytes of one piece: small, so that most files have several.
    private static let piece = 8

    init(_ row: TransferRow, _ transfers: SimulatedTransfers) {
        self.row = row
        self.transfers = transfers
    }

    func begin() throws {
        if let ready = row.ready { try commit(ready) } else { try read() }
    }

    private func read() throws {
        guard let local = row.local,
            let path = try client.mirror.read({ try SyncTransaction($0).standingPath(of: local) })
        else { return try transfers.end(row) }
        let found: (content: TreeContent, bytes: [UInt8])?
        do throws(LocalError) {
            found = try client.tree.contentAndBytes(of: path)
        } catch {
            if !client.isDead { try transfers.drop(row) }
            return
        }
        guard !client.isDead else { return }
        guard let found else { return try transfers.drop(row) }
        bytes = found.bytes
        self.path = path
        try open(found.content)
    }

    /// - Parameter then: is given the answer, where there was one that was none of a problem.
    private func ask(_ request: ServiceRequest, _ then: @escaping (ServiceAnswer) throws -> Void) {
        client.send(request, tries: 2) { [self] answer in
            switch answer {
            case nil: try transfers.retry(row)
            case .problem(let problem)?: try refused(problem)
            case let answer?: try then(answer)
            }
        }
    }

    private func item<Value>(_ items: [ItemResult<Value>]) throws -> Value? {
        switch items.first {
        case .done(let value)?: return value
        case .problem(let problem)?: try refused(problem)
        case nil: try transfers.retry(row)
        }
        return nil
    }

    private func refused(_ problem: Problem) throws {
        switch problem.code {
        case .chunksMissing, .manifestMismatch, .packMissing:
            try client.mirror.write { try row.set(nil, $0) }
            try transfers.retry(row)
        case .notFound where row.ready != nil:
            // The upload is not known any more; the file may be.
            try client.mirror.write { try row.set(nil, $0) }
            try transfers.retry(row)
        case .notFound, .nameTaken, .nameTwin, .trashed, .changedSince, .notFolder, .notFile, .cycle:
            try transfers.end(row)
        default:
            let local = row.local
            try transfers.end(row) { sync in if let local { try sync.failed(local, problem) } }
        }
    }

    // MARK: The way

    private func open(_ content: TreeContent) throws {
        let file = CreateNodes.File(
            size: content.status.size, modified: content.status.modified, isExecutable: content.status.isExecutable,
            mimeType: "text/plain", baseRevision: row.base)
        let item: CreateNodes.Item
        if let node = row.node {
            item = CreateNodes.Item(node: node, file: file)
        } else if let parent = row.parent, let name = row.name {
            item = CreateNodes.Item(parent: parent, path: [name], file: file)
        } else {
            return try transfers.end(row)
        }
        let key = client.newKey()
        ask(.change(.create(CreateNodes.Request(items: [item])), key: key)) { [self] answer in
            guard case .created(let response) = answer, let upload = try self.item(response.items)?.upload else {
                return
            }
            try declare(upload, content)
        }
    }

    private func declare(_ upload: UploadID, _ content: TreeContent) throws {
        let pieces = stride(from: 0, to: bytes.count, by: Self.piece)
            .map { Array(bytes[$0..<min($0 + Self.piece, bytes.count)]) }
        let chunks = pieces.map { ChunkReference(fingerprint: SHA256Digest.of($0), length: $0.count) }
        let ready = TransferRow.Ready(
            upload: upload, digest: content.digest, chunks: chunks.count,
            read: LocalRead(
                size: content.status.size, modified: content.status.modified, changed: content.status.changed))
        let page = DeclareChunks.Page(upload: upload, first: 0, chunks: chunks)
        ask(.declare(DeclareChunks.Request(pages: [page]))) { [self] answer in
            guard case .declared(let response) = answer, let missing = try item(response.items)?.missing else { return }
            let wanted = Set(missing)
            let sent = zip(chunks, pieces).filter { wanted.contains($0.0.fingerprint) }.map(\.1)
            if sent.isEmpty { try keep(ready) } else { try send(sent, ready) }
        }
    }

    private func send(_ pieces: [[UInt8]], _ ready: TransferRow.Ready) throws {
        let all = pieces.flatMap { $0 }
        let item = OpenPacks.Item(
            key: String(repeating: "ab", count: 32), length: all.count, sha256: SHA256Digest.of(all))
        let request = OpenPacks.Request(namespace: client.simulation.service.account.namespace, packs: [item])
        let key = client.newKey()
        ask(.change(.openPacks(request), key: key)) { [self] answer in
            guard case .packs(let response) = answer, let pack = try self.item(response.items)?.pack else { return }
            if client.makes(.marksPackBeforeStored) { return try describe(pack, pieces, ready) }
            ask(.put(pack, pieces)) { [self] _ in ask(.describe(pack)) { [self] _ in try keep(ready) } }
        }
    }

    /// Without the store's word.
    private func describe(_ pack: PackID, _ pieces: [[UInt8]], _ ready: TransferRow.Ready) throws {
        client.send(.put(pack, pieces), tries: 1) { _ in }
        client.simulation.service.claim(pack, pieces)
        ask(.describe(pack)) { [self] _ in try keep(ready) }
    }

    /// What is not durable is not sent: a power cut would make a deletion of it, or an empty file.
    private func keep(_ ready: TransferRow.Ready) throws {
        do throws(LocalError) {
            try client.tree.syncFiles([path])
        } catch {
            if !client.isDead { try transfers.drop(row) }
            return
        }
        guard !client.isDead else { return }
        try client.mirror.write { try row.set(ready, $0) }
        try commit(ready)
    }

    private func commit(_ ready: TransferRow.Ready) throws {
        let item = CommitUploads.Item(
            upload: ready.upload, size: ready.read.size, chunkCount: ready.chunks, sha256: ready.digest,
            modified: ready.read.modified)
        let key = client.newKey()
        let epoch = try client.mirror.read { try FeedState.read($0)?.epoch }
        ask(.change(.commit(CommitUploads.Request(items: [item])), key: key)) { [self] answer in
            guard case .committed(let response) = answer, let node = try self.item(response.items)?.node,
                let local = row.local
            else { return }
            let read = client.readNow(local, instead: ready.read)
            try transfers.end(row) { sync in
                guard try epoch == FeedState.read(sync.database)?.epoch else { return }
                try sync.sent(local, as: node, digest: ready.digest, read: read)
            }
        }
    }
}
