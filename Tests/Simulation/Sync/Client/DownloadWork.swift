import DiskSimulation
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// One file's way down: its pieces fetched and compared, written aside and made durable, then told to the mirror.
final class DownloadWork {
    private let row: TransferRow
    private let transfers: SimulatedTransfers
    private var client: SimulatedClient { transfers.client }

    init(_ row: TransferRow, _ transfers: SimulatedTransfers) {
        self.row = row
        self.transfers = transfers
    }

    func begin() throws {
        guard let node = row.node, let version = row.version else { return try transfers.end(row) }
        let request = GetContent.Request(items: [GetContent.Item(file: node, version: version)])
        client.send(.content(request), tries: 2) { [self] answer in
            switch answer {
            case .content(let response)?:
                switch response.items.first {
                case .done(let page)?: try fetch(page, page.chunks[...], [], node)
                // It is gone: the next plan knows.
                case .problem?: try transfers.end(row)
                case nil: try transfers.retry(row)
                }
            case .problem?: try transfers.end(row)
            default: try transfers.retry(row)
            }
        }
    }

    private func fetch(
        _ page: GetContent.Page, _ left: ArraySlice<GetContent.Chunk>, _ bytes: [UInt8], _ node: NodeID
    ) throws {
        guard let first = left.first else { return try place(page.content, bytes, node) }
        let together = left.prefix { $0.pack == first.pack }
        client.send(.get(first.pack, together.map(\.place.fingerprint)), tries: 2) { [self] answer in
            guard case .chunks(let chunks)? = answer else { return try transfers.retry(row) }
            let left = client.makes(.takesPartForWhole) ? [] : left.dropFirst(together.count)
            try fetch(page, left, bytes + chunks.flatMap { $0 }, node)
        }
    }

    private func place(_ content: Node.Content, _ bytes: [UInt8], _ node: NodeID) throws {
        guard SHA256Digest.of(bytes) == content.sha256 || client.makes(.takesPartForWhole, .checksNoDigest) else {
            return try transfers.retry(row)
        }
        let name = SyncDownload.incomingName(node, content.version)
        do throws(LocalError) {
            if client.makes(.skipsContentSync) {
                try client.tree.fillWithoutSync(OwnPart.incoming(name), bytes, modified: content.modified)
            } else {
                try client.tree.fill(
                    OwnPart.incoming(name), bytes, modified: content.modified, isExecutable: content.isExecutable)
            }
            try client.tree.sync([OwnPart.incoming])
        } catch {
            if !client.isDead { try transfers.retry(row) }
            return
        }
        guard !client.isDead else { return }
        try transfers.end(row) { try $0.fetched(node, content, name: name) }
    }
}
