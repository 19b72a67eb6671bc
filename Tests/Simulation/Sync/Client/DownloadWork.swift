import DiskSimulation
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// One file's way down: its pieces fetched and compared, written aside and made durable, then told to the mirror.
final class DownloadWork {
    private let item: DownloadItem
    private let transfer: Int64
    private let transfers: SimulatedTransfers
    private var client: SimulatedClient { transfers.client }

    init(_ item: DownloadItem, of transfer: Int64, _ transfers: SimulatedTransfers) {
        self.item = item
        self.transfer = transfer
        self.transfers = transfers
    }

    func begin() throws {
        guard let version = item.version else { return try fail(Self.gone) }
        let request = GetContent.Request(items: [GetContent.Item(file: item.node, version: version)])
        client.send(.content(request), tries: 2) { [self] answer in
            switch answer {
            case .content(let response)?:
                switch response.items.first {
                case .done(let page)?: try fetch(page, page.chunks[...], [])
                // It is gone: the next plan knows.
                case .problem(let problem)?: try fail(problem)
                case nil: try retry()
                }
            case .problem(let problem)?: try fail(problem)
            default: try retry()
            }
        }
    }

    private static let gone = Problem(.notFound, "It is not there any more.", status: 0)

    private func fail(_ problem: Problem) throws { try transfers.fail(item.row, of: transfer, problem) }

    private func retry() throws { try transfers.retry(item.row) { try $0.resumeDownload(transfer) } }

    private func fetch(
        _ page: GetContent.Page, _ left: ArraySlice<GetContent.Chunk>, _ bytes: [UInt8]
    ) throws {
        guard let first = left.first else { return try place(page.content, bytes) }
        let together = left.prefix { $0.pack == first.pack }
        client.send(.get(first.pack, together.map(\.place.fingerprint)), tries: 2) { [self] answer in
            guard case .chunks(let chunks)? = answer else { return try retry() }
            let left = client.makes(.takesPartForWhole) ? [] : left.dropFirst(together.count)
            try fetch(page, left, bytes + chunks.flatMap { $0 })
        }
    }

    private func place(_ content: Node.Content, _ bytes: [UInt8]) throws {
        guard SHA256Digest.of(bytes) == content.sha256 || client.makes(.takesPartForWhole, .checksNoDigest) else {
            return try retry()
        }
        do throws(LocalError) {
            let path = OwnPart.incoming(item.path)
            if client.makes(.skipsContentSync) {
                try client.tree.fillWithoutSync(path, bytes, modified: content.modified)
            } else {
                try client.tree.fill(path, bytes, modified: content.modified, isExecutable: content.isExecutable)
            }
            try client.tree.sync([OwnPart.incoming])
        } catch {
            if !client.isDead { try retry() }
            return
        }
        guard !client.isDead else { return }
        try transfers.end(item.row) { queue in
            _ = try queue.downloaded(transfer, folders: [], files: [item], reused: 0)
        }
    }
}
