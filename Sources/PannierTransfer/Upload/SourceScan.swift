internal import PannierCore
internal import PannierMirror

/// Finds what lies at and below all sources of an upload, one source after the other, as ``LocalScan`` finds it below
/// one. Paths begin with the source's prefix. Keeps a page of sources in memory, and what is being looked into.
actor SourceScan {
    private let transfer: StoredTransfer
    private let target: UploadTarget
    private let store: TransferStore
    /// The sources that come next, and how many there were up to the last of them.
    private var page: ArraySlice<UploadSource> = []
    private var seen = 0
    private var current: (source: UploadSource, scan: LocalScan)?
    private var entered: (source: UploadSource, scan: LocalScan)?

    init(_ transfer: StoredTransfer, _ target: UploadTarget, _ store: TransferStore) {
        self.transfer = transfer
        self.target = target
        self.store = store
    }

    /// The next items of all that is there, at most `limit` and a little more. Called by one task at a time.
    func next(_ limit: Int) async throws(Problem) -> LocalScan.Batch {
        var items: [ScannedItem] = []
        while items.count < limit {
            guard let (source, scan) = try await openSource() else {
                return LocalScan.Batch(items: items, isEnd: true)
            }
            let batch = await scan.next(limit - items.count)
            items += batch.items.map { Self.item($0, of: source) }
            if batch.isEnd { current = nil }
        }
        return LocalScan.Batch(items: items, isEnd: false)
    }

    /// The source that is looked into, or the next one; nil after the last.
    private func openSource() async throws(Problem) -> (source: UploadSource, scan: LocalScan)? {
        if let current { return current }
        if page.isEmpty {
            page = try await store.uploadSources(transfer, from: seen, limit: Limits.batchItems)[...]
            seen += page.count
        }
        guard let source = page.popFirst() else { return nil }
        let opened = (source, try scan(source))
        current = opened
        return opened
    }

    /// From now on ``more(_:)`` finds what lies in this folder, and below it.
    /// - Returns: why it cannot be looked into.
    func enter(_ path: [UInt8]) async throws(Problem) -> Problem? {
        let source = try await source(of: path)
        let scan = try scan(source)
        let below = ItemPath.below(source.prefix, path)
        do throws(LocalError) {
            try await scan.enter(below)
            entered = (source, scan)
            return nil
        } catch {
            return error.reading(LocalPlace(source.local, below: below).description)
        }
    }

    /// The next items of what was entered.
    func more(_ limit: Int) async -> LocalScan.Batch {
        guard let (source, scan) = entered else { return LocalScan.Batch(items: [], isEnd: true) }
        let batch = await scan.more(limit)
        return LocalScan.Batch(items: batch.items.map { Self.item($0, of: source) }, isEnd: batch.isEnd)
    }

    /// Looks at single items again, without what lies in them.
    func look(at paths: [[UInt8]]) async throws(Problem) -> [ScannedItem] {
        let sources = try await store.uploadSources(transfer, of: paths)
        var items: [ScannedItem] = []
        var rest = paths[...]
        while let first = rest.first {
            let prefix = transfer.prefix(of: first)
            guard let source = sources[prefix] else { throw .sourceLost }
            let neighbours = rest.prefix { transfer.prefix(of: $0) == prefix }
            rest = rest.dropFirst(neighbours.count)
            let found = try await scan(source).look(at: neighbours.map { ItemPath.below(prefix, $0) })
            items += found.map { Self.item($0, of: source) }
        }
        return items
    }

    private func source(of path: [UInt8]) async throws(Problem) -> UploadSource {
        let found = try await store.uploadSources(transfer, of: [path])
        guard let source = found[transfer.prefix(of: path)] else { throw .sourceLost }
        return source
    }

    private func scan(_ source: UploadSource) throws(Problem) -> LocalScan {
        let names = try NodeName.path(source.prefix)
        return LocalScan(source.local, remote: names.reduce(target.remote) { $0.appending($1) })
    }

    /// An item as it stands among those of all sources.
    private static func item(_ found: ScannedItem, of source: UploadSource) -> ScannedItem {
        var item = found
        item.path = ItemPath.join(source.prefix, found.path)
        if found.path.isEmpty { item.baseRevision = source.baseRevision }
        return item
    }
}

extension Problem {
    /// Items lie below none of the sources that their transfer was asked for.
    static let sourceLost = Problem(
        .mirrorDamaged, "pannier's own database has lost what this transfer was asked for.",
        detail: "No file is lost. Start the transfer anew.")
}
