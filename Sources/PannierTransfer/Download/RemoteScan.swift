internal import PannierCore
internal import PannierMirror

/// Finds what lies below a remote folder, page by page, and writes it down. The mirror's rows are the list of what is
/// still to be looked at, so it goes on after a crash and keeps nothing in memory.
///
/// Only a folder that was listed as a whole is believed: what the mirror has not heard of yet is waited for, and what has
/// gone is a failure, never an end.
actor RemoteScan {
    private let transfer: StoredTransfer
    private let store: TransferStore
    private let tree: RemoteTree
    private let progress: RunProgress
    private var folder: UnlistedFolder?
    private var after: NodeID?
    /// Sources written down, and whether these are all.
    private var topCount = 0
    private var hasAllTops = false
    /// The news with which the mirror was brought up to date last, to believe that something has gone.
    private var refreshed: Int?

    init(
        _ transfer: StoredTransfer, _ store: TransferStore, _ tree: RemoteTree, _ progress: RunProgress
    ) {
        self.transfer = transfer
        self.store = store
        self.tree = tree
        self.progress = progress
    }

    /// Writes down the next page. Called by one task at a time.
    func next() async throws(Problem) -> (pending: Int, isEnd: Bool, growth: TransferCounts) {
        if !hasAllTops {
            let tops = try await store.downloadTops(transfer, from: topCount, limit: Limits.batchItems)
            topCount += tops.count
            hasAllTops = tops.count < Limits.batchItems
            let items = tops.map { top in
                ListedItem(
                    path: top.prefix, node: top.node.id, revision: top.node.revision, content: top.node.content)
            }
            let (pending, growth) = try await store.addListed(transfer.number, items)
            return (pending, false, growth)
        }
        if folder == nil {
            folder = try await store.unlistedFolders(transfer.number, limit: 1).first
            after = nil
        }
        guard let folder else {
            try await store.finishScan(transfer.number)
            return (0, true, TransferCounts())
        }
        guard let children = try await children(of: folder) else {
            self.folder = nil
            return (0, false, try await store.unlistable(transfer.number, folder, try await gone(folder)))
        }
        guard let last = children.last else {
            try await store.listed(row: folder.row)
            self.folder = nil
            return (0, false, TransferCounts())
        }
        after = last.id
        let (pending, growth) = try await store.addListed(transfer.number, children.map { Self.item($0, in: folder) })
        return (pending, false, growth)
    }

    private static func item(_ child: Node, in folder: UnlistedFolder) -> ListedItem {
        let name = child.name.bytes
        return ListedItem(
            path: folder.path.isEmpty ? name : folder.path + [0x2F] + name, node: child.id, revision: child.revision,
            content: child.content)
    }

    /// The next children of a folder, as soon as all of them are known.
    /// - Returns: nil when the folder has gone.
    private func children(of folder: UnlistedFolder) async throws(Problem) -> [Node]? {
        while true {
            let news = tree.news.latest
            switch try await tree.children(folder.node, after, Limits.batchItems) {
            case .page(let children): return children
            case .unlisted: try await awaitNews(after: news)
            case .gone where refreshed == news.number: return nil
            // It may be on its way from one place to another, or back.
            case .gone: try await refresh()
            }
        }
    }

    private func refresh() async throws(Problem) {
        do throws(Problem) {
            try await tree.refresh()
            refreshed = tree.news.latest.number
        } catch {
            try await awaitNews(after: .init(number: tree.news.latest.number, problem: error))
        }
    }

    private func awaitNews(after news: MirrorNews.Latest) async throws(Problem) {
        await progress.waiting(for: news.problem) { await tree.news.wait(after: news.number) }
        if Task.isCancelled { throw .cancelled }
    }

    private func gone(_ folder: UnlistedFolder) async throws(Problem) -> Problem {
        let tops = try await store.downloadTops(transfer, of: [folder.path])
        guard let top = tops[transfer.prefix(of: folder.path)] else { throw .sourceLost }
        let path = ItemPath.below(top.prefix, folder.path)
        let below = path.isEmpty ? "" : "/" + LocalPath(bytes: path).description
        return Problem(
            .notFound,
            "“\(top.remote)\(below)” is not there any more: it was moved, put into the trash, or unshared.",
            detail: "What was found in it before that comes down if it can, the rest does not.", status: 0)
    }
}
