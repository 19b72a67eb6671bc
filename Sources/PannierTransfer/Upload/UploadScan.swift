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

    /// What one go at the disk found.
    struct Found {
        /// Items that have to be done.
        var pending = 0
        var isEnd = false
        /// What this adds to the counters.
        var growth = TransferCounts()
        /// In the chunk map, of items that failed as they were found.
        var failed: [MapSlot] = []
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
    func next() async throws(Problem) -> Found {
        if entered == nil, let folder = try await store.unscannedFolder(transfer.number) {
            guard let problem = try await local.enter(folder.path) else {
                entered = folder
                return Found()
            }
            return Found(growth: try await store.failFolder(transfer.number, row: folder.row, problem))
        }
        if let folder = entered {
            var batch = await local.more(Limits.batchItems)
            try await addBases(to: &batch.items)
            let (pending, growth, failed) = try await store.addScanned(transfer.number, batch.items)
            if batch.isEnd {
                try await store.listed(row: folder.row)
                entered = nil
            }
            return Found(pending: pending, growth: growth, failed: failed)
        }
        guard !transfer.isScanned else { return Found(isEnd: true) }
        var batch = try await local.next(Limits.batchItems)
        try await addBases(to: &batch.items)
        let (pending, growth, failed) = try await store.addScanned(transfer.number, batch.items)
        if batch.isEnd { try await store.finishScan(transfer.number) }
        return Found(pending: pending, isEnd: batch.isEnd, growth: growth, failed: failed)
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
