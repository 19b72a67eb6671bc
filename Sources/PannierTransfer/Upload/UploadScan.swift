internal import PannierCore
internal import PannierMirror

/// Finds what an upload has to do, and writes it down: first it looks anew at what failed before a retry, then into
/// folders that could not be read then, and then, unless that was done, at all there is.
///
/// A retry therefore sends nothing that was made after the first look, but for what lies in folders that nobody had
/// looked into.
actor UploadScan {
    private let transfer: StoredTransfer
    private let store: TransferStore
    private let local: LocalScan
    private var entered: UnscannedFolder?

    /// - Parameter remote: where the top item will stand.
    init(_ transfer: StoredTransfer, _ store: TransferStore, remote: RemotePath) {
        self.transfer = transfer
        self.store = store
        local = LocalScan(transfer.local, remote: remote)
    }

    /// Looks at items that failed before. To be called before any item is opened: items are opened in the order of their
    /// rows, and these have rows among the others'.
    /// - Parameter growth: is given what each batch adds to the counters.
    func lookAgain(_ growth: (TransferCounts) -> Void) async throws(Problem) {
        while true {
            let items = try await store.itemsAgain(transfer.number, limit: Limits.batchItems)
            guard !items.isEmpty else { return }
            let found = await local.look(at: items.map(\.path))
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
            guard let problem = await enter(folder) else {
                entered = folder
                return (0, false, TransferCounts())
            }
            return (0, false, try await store.failFolder(transfer.number, row: folder.row, problem))
        }
        if let folder = entered {
            let batch = await local.more(Limits.batchItems)
            let (pending, growth) = try await store.addScanned(transfer.number, batch.items)
            if batch.isEnd {
                try await store.listed(row: folder.row)
                entered = nil
            }
            return (pending, false, growth)
        }
        guard !transfer.isScanned else { return (0, true, TransferCounts()) }
        let batch = await local.next(Limits.batchItems)
        let (pending, growth) = try await store.addScanned(transfer.number, batch.items)
        if batch.isEnd { try await store.finishScan(transfer.number) }
        return (pending, batch.isEnd, growth)
    }

    private func enter(_ folder: UnscannedFolder) async -> Problem? {
        do throws(LocalError) {
            try await local.enter(folder.path)
            return nil
        } catch {
            let path = folder.path.isEmpty ? transfer.local : transfer.local.appending(folder.path)
            return error.reading(path.description)
        }
    }
}
