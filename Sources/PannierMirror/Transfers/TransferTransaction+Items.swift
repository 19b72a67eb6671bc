internal import Foundation
internal import GRDB
internal import PannierCore

// What uploads and downloads do alike with their items.
extension TransferTransaction {
    /// Fails items. What has ended before stays as it is.
    @discardableResult
    package func fail(_ number: Int64, _ failures: [ItemFailure]) throws -> EndedItems {
        var ended = EndedItems()
        var slots = try SlotGiver(number, in: database)
        let report = try SyncReport(number, in: database, told: synced)
        for failure in failures {
            let growth = try fail(number, row: failure.row, failure.problem)
            if growth.filesFailed > 0 { try report?.failed(failure.row, failure.problem) }
            ended.growth += growth
            if let slot = try slots.give(failure.row), slot.isNew { ended.slots.append(slot.slot) }
        }
        try slots.finish(database)
        try ended.growth.add(to: number, in: database)
        return ended
    }

    private func fail(_ number: Int64, row: Int64, _ problem: Problem) throws -> TransferCounts {
        let living = "transfer = ? AND state NOT IN ('done', 'failed', 'skipped') AND row = ?"
        let item: StatementArguments = [number, row]
        let found = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT count(*), ifnull(sum(is_folder), 0) FROM transfer_items WHERE \(living)"), arguments: item)
        let (items, folders): (Int64, Int64) = (found?[0] ?? 0, found?[1] ?? 0)
        var growth = TransferCounts()
        growth.filesFailed = items - folders
        growth.foldersFailed = folders
        try database.cachedStatement(sql: "UPDATE transfer_items SET state = 'failed', problem = ? WHERE \(living)")
            .execute(arguments: [try SQLText.json(problem)] + item)
        return growth
    }

    /// Marks an item done. Its counters are the caller's.
    /// - Returns: whether it had not ended before, and so counts.
    @discardableResult
    func finish(row: Int64) throws -> Bool {
        try database.cachedStatement(
            sql: """
                UPDATE transfer_items SET state = 'done', problem = NULL
                WHERE row = ? AND state NOT IN ('done', 'failed', 'skipped')
                """
        ).execute(arguments: [row])
        return database.changesCount > 0
    }

    /// Where a file of the synced folder stands now, and what it is known by there.
    /// - Returns: nil when it is not known any more, or is left out by now.
    package func syncPlace(of local: LocalID) throws -> SyncedFilePlace? {
        guard let path = try SyncTransaction(database).standingPath(of: local) else { return nil }
        let inode = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT inode FROM sync_local WHERE number = ? AND kind = 1"),
            arguments: [local.number])
        return inode.map { SyncedFilePlace(path: path, inode: UInt64(bitPattern: $0)) }
    }
}
