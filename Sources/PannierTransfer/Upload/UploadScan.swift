internal import PannierCore
internal import PannierMirror

/// Finds what an upload has to do, and writes it down: first it looks anew at what failed before a retry, then into
/// folders that could not be read then, and then, unless that was done, at all there is.
///
/// A retry therefore sends nothing that was made after the first look, but for what lies in folders that nobody had
/// looked into.
actor UploadScan {
    private let transfer: StoredTransfer
    private let target: UploadTarget
    private let store: TransferStore
    private let tree: RemoteTree
    private let local: SourceScan
    private var entered: UnscannedFolder?

    init(_ transfer: StoredTransfer, _ target: UploadTarget, _ store: TransferStore, _ tree: RemoteTree) {
        self.transfer = transfer
        self.target = target
        self.store = store
        self.tree = tree
        local = SourceScan(transfer, target, store)
    }

    /// Looks at items that failed before. To be called before any item is opened: items are opened in the order of their
    /// rows, and these have rows among the others'.
    /// - Parameter growth: is given what each batch adds to the counters.
    func lookAgain(_ growth: (TransferCounts) -> Void) async throws(Problem) {
        while true {
            let items = try await store.itemsAgain(transfer.number, limit: Limits.batchItems)
            guard !items.isEmpty else { return }
            var found = try await local.look(at: items.map(\.path))
            try await addBases(to: &found)
            growth(try await store.lookedAt(transfer.number, Array(zip(items, found).map { (before: $0, now: $1) })))
            if Task.isCancelled { throw .cancelled }
        }
    }

    /// Whether all has been found.
    func isComplete() async throws(Problem) -> Bool {
        guard transfer.isScanned else { return false }
        return try await store.unscannedFolder(transfer.number) == nil
    }

    /// Writes down the next items. Called by one task at a time.
    func next() async throws(Problem) -> (pending: Int, isEnd: Bool, growth: TransferCounts) {
        if entered == nil, let folder = try await store.unscannedFolder(transfer.number) {
            guard let problem = try await local.enter(folder.path) else {
                entered = folder
                return (0, false, TransferCounts())
            }
            return (0, false, try await store.failFolder(transfer.number, row: folder.row, problem))
        }
        if let folder = entered {
            var batch = await local.more(Limits.batchItems)
            try await addBases(to: &batch.items)
            let (pending, growth) = try await store.addScanned(transfer.number, batch.items)
            if batch.isEnd {
                try await store.listed(row: folder.row)
                entered = nil
            }
            return (pending, false, growth)
        }
        guard !transfer.isScanned else { return (0, true, TransferCounts()) }
        var batch = try await local.next(Limits.batchItems)
        try await addBases(to: &batch.items)
        let (pending, growth) = try await store.addScanned(transfer.number, batch.items)
        if batch.isEnd { try await store.finishScan(transfer.number) }
        return (pending, batch.isEnd, growth)
    }

    /// Notes what stands at the items' places as far as is known: replacing that is no conflict. Noted when items are found
    /// and not when they are sent, for in between somebody else may commit what this person has never seen.
    private func addBases(to items: inout [ScannedItem]) async throws(Problem) {
        // What stood at the sources' own places was noted when the upload was asked for.
        let files = items.indices.filter { place in
            let item = items[place]
            return !item.isFolder && item.refusal == nil && item.path != transfer.prefix(of: item.path)
        }
        guard !files.isEmpty else { return }
        var paths: [[NodeName]] = []
        for file in files { paths.append(try target.names(items[file].path)) }
        let known = try UploadRun.complete(try await tree.nodes(target.folder, paths), files.count)
        for (file, node) in zip(files, known) { items[file].baseRevision = node?.revision }
    }
}
