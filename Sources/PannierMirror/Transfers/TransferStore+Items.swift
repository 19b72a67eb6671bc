internal import Foundation
internal import GRDB
package import PannierCore

// What uploads and downloads do alike with their items.
extension TransferStore {
    /// Items below the top item that failed or were skipped, after the given row.
    package func failures(
        of transfer: StoredTransfer, after row: Int64, limit: Int
    ) async throws(Problem) -> [TransferFailure] {
        try await read { database in
            let rows = try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT row, path, problem FROM transfer_items
                    WHERE transfer = ? AND state IN ('failed', 'skipped') AND row > ? ORDER BY row LIMIT ?
                    """, arguments: [transfer.number, row, limit])
            return try rows.map { row in
                let path = [UInt8](row["path"] as Data)
                let whole = path.isEmpty ? transfer.local : transfer.local.appending(path)
                return TransferFailure(
                    row: row["row"], path: whole.description, problem: try SQLText.value(Problem.self, row["problem"]))
            }
        }
    }

    /// Fails items. What has ended before stays as it is.
    /// - Returns: what this adds to the counters.
    @discardableResult
    package func fail(_ number: Int64, _ failures: [ItemFailure]) async throws(Problem) -> TransferCounts {
        guard !failures.isEmpty else { return TransferCounts() }
        return try await write { database in
            var growth = TransferCounts()
            for failure in failures {
                growth += try Self.fail(database, number, condition: "row = ?", [failure.row], failure.problem)
            }
            try growth.add(to: number, in: database)
            return growth
        }
    }

    private static func fail(
        _ database: Database, _ number: Int64, condition: String, _ arguments: StatementArguments, _ problem: Problem
    ) throws -> TransferCounts {
        let living = "transfer = ? AND state NOT IN ('done', 'failed', 'skipped') AND \(condition)"
        let all: StatementArguments = [number] + arguments
        // A folder that failed counts as one more file, so that done and failed make the total.
        let found = try GRDB.Row.fetchOne(
            database, sql: "SELECT count(*), ifnull(sum(is_folder), 0) FROM transfer_items WHERE \(living)",
            arguments: all)
        var growth = TransferCounts()
        growth.filesFailed = found?[0] ?? 0
        growth.filesTotal = found?[1] ?? 0
        try database.execute(
            sql: "UPDATE transfer_items SET state = 'failed', problem = ? WHERE \(living)",
            arguments: [try SQLText.json(problem)] + all)
        return growth
    }

    package func finishScan(_ number: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(sql: "UPDATE transfers SET is_scanned = 1 WHERE number = ?", arguments: [number])
        }
    }

    /// Items that are neither begun nor ended.
    package func pendingCount(_ number: Int64) async throws(Problem) -> Int {
        try await read { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM transfer_items WHERE transfer = ? AND state IN ('pending', 'open')",
                arguments: [number]) ?? 0
        }
    }

    /// Marks items done. Their counters are the caller's.
    func finish(_ database: Database, rows: [Int64]) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE transfer_items SET state = 'done', problem = NULL WHERE row = ?")
        for row in rows { try statement.execute(arguments: [row]) }
    }
}
