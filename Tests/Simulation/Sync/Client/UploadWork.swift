import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// One file's way up: opened, read, declared, its missing pieces sent and verified, committed. In this order, and no other.
final class UploadWork {
    private let row: Int64
    private let transfer: Int64
    private let transfers: SimulatedTransfers
    private var client: SimulatedClient { transfers.client }
    private var local: LocalID?
    private var bytes: [UInt8] = []
    private var attempts = 0
    /// Where it stood when it was read.
    private var path: TreePath = []
    /// Bytes of one piece: small, so that most files have several.
    private static let piece = 8
    private static let attemptsAtMost = 3

    init(_ row: Int64, of transfer: Int64, _ transfers: SimulatedTransfers) {
        self.row = row
        self.transfer = transfer
        self.transfers = transfers
    }

    func begin(_ item: UploadItem) throws {
        attempts = item.attempts
        guard let subject = item.subject else { return try fail(Self.gone) }
        local = subject.local
        // Opened by an agent that has ended since.
        if let upload = item.upload { return try read(upload.id) }
        let file = CreateNodes.File(
            size: item.size, modified: item.modified, isExecutable: item.isExecutable, mimeType: "text/plain",
            baseRevision: item.baseRevision)
        let creation: CreateNodes.Item
        switch subject.goal {
        case .new(let parent, let name): creation = CreateNodes.Item(parent: parent, path: [name], file: file)
        case .version(let node): creation = CreateNodes.Item(node: node, file: file)
        }
        let key = client.newKey()
        let epoch = try client.mirror.read { try FeedState.read($0)?.epoch }
        ask(.change(.create(CreateNodes.Request(items: [creation])), key: key, epoch: epoch)) { [self] answer in
            guard case .created(let response) = answer, let created = try self.item(response.items) else { return }
            guard let upload = created.upload else { return try fail(Self.gone) }
            let opened = OpenUpload(upload, created.chunkClass ?? ChunkClass(ofNew: item.size))
            _ = try transfers.write { try $0.opened(transfer, uploads: [(row, opened)], folders: []) }
            try read(upload)
        }
    }

    /// A commit whose answer an earlier agent has not heard.
    func commit(again item: ReadyItem) throws {
        local = try client.mirror.read { try TransferTransaction($0).uploadItem(row: row)?.subject?.local }
        try send(item)
    }

    // MARK: Ends

    private static let gone = Problem(.notFound, "It is not there any more.", status: 0)
    private static let changed = Problem(.localFileChanged, "It was changed while it was read.", status: 0)

    private func fail(_ problem: Problem) throws { try transfers.fail(row, of: transfer, problem) }

    private func startOver() throws { try transfers.retry(row) { try $0.startOver(row: row) } }

    /// - Parameter then: is given the answer, where there was one that was none of a problem.
    private func ask(_ request: ServiceRequest, _ then: @escaping (ServiceAnswer) throws -> Void) {
        client.send(request, tries: 2) { [self] answer in
            try client.lookIfRefused(answer)
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

    /// The service has lost a piece, or the upload: all of it is looked at again.
    private func refused(_ problem: Problem) throws {
        let mayStartOver = [.chunksMissing, .manifestMismatch, .notFound, .packDamaged, .packMissing]
            .contains(problem.code)
        if mayStartOver, attempts + 1 < Self.attemptsAtMost { try startOver() } else { try fail(problem) }
    }

    // MARK: The way

    private func read(_ upload: UploadID) throws {
        guard let local,
            let place = try client.mirror.read({ try TransferTransaction($0).syncPlace(of: local) })
        else { return try fail(Self.gone) }
        let found: (content: TreeContent, bytes: [UInt8])?
        do throws(LocalError) {
            found = try client.tree.contentAndBytes(of: place.path)
        } catch {
            if !client.isDead { try fail(Self.gone) }
            return
        }
        guard !client.isDead else { return }
        guard let found, found.content.status.identity.inode == place.inode else { return try fail(Self.changed) }
        (bytes, path) = (found.bytes, place.path)
        try declare(upload, found.content)
    }

    private func declare(_ upload: UploadID, _ content: TreeContent) throws {
        let pieces = stride(from: 0, to: bytes.count, by: Self.piece)
            .map { Array(bytes[$0..<min($0 + Self.piece, bytes.count)]) }
        let chunks = pieces.map { ChunkReference(fingerprint: SHA256Digest.of($0), length: $0.count) }
        let ready = ReadyItem(
            row: row, upload: upload, size: content.status.size, chunkCount: chunks.count, sha256: content.digest,
            modified: content.status.modified, changed: content.status.changed, note: nil)
        let page = DeclareChunks.Page(upload: upload, first: 0, chunks: chunks)
        ask(.declare(DeclareChunks.Request(pages: [page]))) { [self] answer in
            guard case .declared(let response) = answer, let missing = try item(response.items)?.missing else { return }
            let wanted = Set(missing)
            let sent = zip(chunks, pieces).filter { wanted.contains($0.0.fingerprint) }.map(\.1)
            if sent.isEmpty { try keep(ready) } else { try send(sent, ready) }
        }
    }

    private func send(_ pieces: [[UInt8]], _ ready: ReadyItem) throws {
        let all = pieces.flatMap { $0 }
        let item = OpenPacks.Item(
            key: String(repeating: "ab", count: 32), length: all.count, sha256: SHA256Digest.of(all))
        let request = OpenPacks.Request(namespace: client.simulation.service.account.namespace, packs: [item])
        let key = client.newKey()
        ask(.change(.openPacks(request), key: key, epoch: nil)) { [self] answer in
            guard case .packs(let response) = answer, let pack = try self.item(response.items)?.pack else { return }
            if client.makes(.marksPackBeforeStored) { return try describe(pack, pieces, ready) }
            ask(.put(pack, pieces)) { [self] _ in ask(.describe(pack)) { [self] _ in try keep(ready) } }
        }
    }

    /// Without the store's word.
    private func describe(_ pack: PackID, _ pieces: [[UInt8]], _ ready: ReadyItem) throws {
        client.send(.put(pack, pieces), tries: 1) { _ in }
        client.simulation.service.claim(pack, pieces)
        ask(.describe(pack)) { [self] _ in try keep(ready) }
    }

    /// What is not durable is not sent: a power cut would make a deletion of it, or an empty file.
    private func keep(_ ready: ReadyItem) throws {
        do throws(LocalError) {
            try client.tree.syncFiles([path])
        } catch {
            if !client.isDead { try fail(Self.changed) }
            return
        }
        guard !client.isDead else { return }
        let untouched = try transfers.write { try $0.ready([ready]) }
        if untouched.isEmpty { try send(ready) } else { try fail(Self.changed) }
    }

    private func send(_ ready: ReadyItem) throws {
        let item = CommitUploads.Item(
            upload: ready.upload, size: ready.size, chunkCount: ready.chunkCount, sha256: ready.sha256,
            modified: ready.modified)
        let key = client.newKey()
        let epoch = try client.mirror.read { try FeedState.read($0)?.epoch }
        ask(.change(.commit(CommitUploads.Request(items: [item])), key: key, epoch: epoch)) { [self] answer in
            guard case .committed(let response) = answer, let node = try self.item(response.items)?.node else { return }
            let read = client.readNow(local, instead: ready)
            try transfers.end(row) { queue in
                _ = try queue.committed(transfer, [(ready: read, node: node)], reused: 0, epoch: epoch)
            }
        }
    }
}
