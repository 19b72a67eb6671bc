internal import GRDB
internal import PannierCore

/// What the end of an item means for the synced folder, in the transaction that ends the item. Whoever follows is told
/// when that is committed.
struct SyncReport {
    private let sync: SyncTransaction
    private var database: Database { sync.database }

    /// Nil: the transfer is none of the synced folder's, or is not any more.
    init?(_ number: Int64, in database: Database, told synced: (@Sendable () -> Void)?) throws {
        let isLiving = try Bool.fetchOne(
            database.cachedStatement(
                sql: "SELECT sync_folder IS NOT NULL AND state <> 'cleared' FROM transfers WHERE number = ?"),
            arguments: [number])
        guard isLiving == true else { return nil }
        sync = SyncTransaction(database)
        if let synced { database.afterNextTransaction { _ in synced() } }
    }

    /// - Parameters:
    ///   - node: as the service answered the commit.
    ///   - epoch: that was known when it was asked. In another one the node may never have been: nothing is agreed on, and the
    ///     next plan sees what there is.
    func committed(_ item: ReadyItem, as node: Node, epoch: Int64?) throws {
        guard try epoch == FeedState.read(database)?.epoch else { return }
        let local = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT local FROM transfer_items WHERE row = ?"), arguments: [item.row])
        guard let local else { return }
        try sync.sent(
            LocalID(local), as: node, digest: item.sha256,
            read: LocalRead(size: item.size, modified: item.modified, changed: item.changed))
    }

    /// It stands in the folder's own part, verified and durable.
    func downloaded(_ item: DownloadItem) throws {
        guard let version = item.version, let digest = item.sha256 else { return }
        let content = Node.Content(
            version: version, size: item.size, sha256: digest, modified: item.modified,
            isExecutable: item.isExecutable, mimeType: "")
        try sync.fetched(item.node, content, name: item.path)
    }

    func failed(_ row: Int64, _ problem: Problem) throws {
        guard !problem.isSeenByNextPlan else { return }
        let item = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT local, node, shown FROM transfer_items WHERE row = ?"),
            arguments: [row])
        if let item { try failed(item, problem) }
    }

    /// All that has not ended.
    func failedAll(of number: Int64, _ problem: Problem) throws {
        guard !problem.isSeenByNextPlan else { return }
        let items = try GRDB.Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT local, node, shown FROM transfer_items
                    WHERE transfer = ? AND state NOT IN ('done', 'failed', 'skipped')
                    """), arguments: [number])
        while let item = try items.next() { try failed(item, problem) }
    }

    private func failed(_ item: GRDB.Row, _ problem: Problem) throws {
        if let local = item[0] as Int64? { return try sync.failed(LocalID(local), problem.inSyncedFolder) }
        let node: NodeID = try item.identifier(1)
        let path = try sync.remotePath(of: node)
        try sync.fetchFailed(node, path: path.isEmpty ? try item.bytes(2) : path, problem)
    }
}

extension Problem {
    /// Nobody need ask for it again where the loop does.
    fileprivate var inSyncedFolder: Problem {
        guard code == .localFileUnreadable else { return self }
        let words = [detail, "It is tried again by itself."].compactMap(\.self).joined(separator: " ")
        return Problem(code, title, detail: words, retryAfter: retryAfter, status: status)
    }

    /// It merely says that one side is not what a plan was made from: nobody has to know, for the next plan sees it.
    var isSeenByNextPlan: Bool {
        switch code {
        case .localFileChanged, .notFound, .nameTaken, .nameTwin, .trashed, .changedSince, .notFolder, .notFile, .cycle,
            .syncFolderLost, .cancelled, .epochChanged:
            true
        default: false
        }
    }
}
