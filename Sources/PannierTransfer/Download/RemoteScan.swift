internal import PannierCore
internal import PannierMirror

/// Finds what lies below a remote folder, page by page, and writes it down. The mirror's rows are the list of what is
/// still to be looked at, so it goes on after a crash and keeps nothing in memory.
actor RemoteScan {
    private let transfer: StoredTransfer
    private let source: DownloadSource
    private let store: TransferStore
    private let tree: RemoteTree
    private var folder: UnlistedFolder?
    private var after: NodeID?
    private var hasBegun = false

    init(_ transfer: StoredTransfer, _ source: DownloadSource, _ store: TransferStore, _ tree: RemoteTree) {
        self.transfer = transfer
        self.source = source
        self.store = store
        self.tree = tree
    }

    /// Writes down the next page. Called by one task at a time.
    func next() async throws(Problem) -> (pending: Int, isEnd: Bool, growth: TransferCounts) {
        if !hasBegun {
            hasBegun = true
            let top = ListedItem(
                path: [], node: source.node.id, revision: source.node.revision, content: source.node.content)
            let (pending, growth) = try await store.addListed(transfer.number, [top])
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
        let children = try await tree.children(folder.node, after, Limits.batchItems)
        guard let last = children.last else {
            try await store.listed(row: folder.row)
            self.folder = nil
            return (0, false, TransferCounts())
        }
        after = last.id
        let items = children.map { child in
            let name = child.name.bytes
            return ListedItem(
                path: folder.path.isEmpty ? name : folder.path + [0x2F] + name, node: child.id,
                revision: child.revision, content: child.content)
        }
        let (pending, growth) = try await store.addListed(transfer.number, items)
        return (pending, false, growth)
    }
}
