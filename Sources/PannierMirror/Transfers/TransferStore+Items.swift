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
                    SELECT items.row, path, problem, sources.local, shown FROM transfer_items AS items
                    LEFT JOIN transfer_sources AS sources ON sources.transfer = items.transfer AND sources.name =
                        CASE instr(path, x'2F') WHEN 0 THEN path ELSE substr(path, 1, instr(path, x'2F') - 1) END
                    WHERE items.transfer = ? AND state IN ('failed', 'skipped') AND items.row > ?
                    ORDER BY items.row LIMIT ?
                    """, arguments: [transfer.number, row, limit])
            return try rows.map { row in
                let path = [UInt8](row["path"] as Data)
                let synced = (row["shown"] as Data?).map {
                    LocalPlace(transfer.syncFolder ?? transfer.local, below: [UInt8]($0))
                }
                let place =
                    synced
                    ?? (row["local"] as Data?).map { local in
                        LocalPlace(
                            LocalPath(bytes: [UInt8](local)), below: ItemPath.below(transfer.prefix(of: path), path))
                    }
                return TransferFailure(
                    row: row["row"],
                    path: transfer.copiedText(of: path)
                        ?? (place ?? LocalPlace(transfer.local, below: path)).description,
                    problem: try SQLText.value(Problem.self, row["problem"]))
            }
        }
    }

    /// See ``TransferTransaction``.
    @discardableResult
    package func fail(_ number: Int64, _ failures: [ItemFailure]) async throws(Problem) -> EndedItems {
        guard !failures.isEmpty else { return EndedItems() }
        return try await write { try TransferTransaction($0, synced: synced).fail(number, failures) }
    }

    /// Fails a folder that cannot be looked into, made or not.
    /// - Returns: what this adds to the counters.
    package func failFolder(_ number: Int64, row: Int64, _ problem: Problem) async throws(Problem) -> TransferCounts {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfer_items SET state = 'failed', problem = ? WHERE row = ? AND state <> 'failed'",
                arguments: [try SQLText.json(problem), row])
            var growth = TransferCounts()
            growth.foldersFailed = Int64(database.changesCount)
            try growth.add(to: number, in: database)
            return growth
        }
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
}

// What failed, tried again.
extension TransferStore {
    /// Lets a transfer that has ended try again what failed, and nothing else: of all that was found, items that failed
    /// are looked at anew, and where finding itself came to no end, it goes on.
    /// - Returns: whether it was still in the state in which it was read; if not, nothing was done.
    package func retry(_ transfer: StoredTransfer) async throws(Problem) -> Bool {
        try await write { database in
            let isAsItWas = try Bool.fetchOne(
                database, sql: "SELECT state = ? FROM transfers WHERE number = ?",
                arguments: [transfer.state.rawValue, transfer.number])
            guard isAsItWas == true else { return false }
            guard !transfer.isFetchedToCopy else {
                try Self.fetchAnew(transfer, in: database)
                return true
            }
            let failed = "transfer = ? AND state = 'failed'"
            let counts = try GRDB.Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), ifnull(sum(size), 0) FROM transfer_items WHERE \(failed) AND is_folder = 0
                    """, arguments: [transfer.number])
            let (files, bytes): (Int64, Int64) = (counts?[0] ?? 0, counts?[1] ?? 0)
            try Self.listAgain(database, transfer)
            try database.execute(
                sql: """
                    UPDATE transfer_items SET state = 'again', problem = NULL, upload = NULL, attempts = 0 WHERE \(failed)
                    """, arguments: [transfer.number])
            try database.execute(
                sql: """
                    UPDATE transfers SET state = 'waiting', problem = NULL, files_failed = 0, folders_failed = 0,
                        map_open = NULL, files_total = files_total - ?, bytes_total = bytes_total - ? WHERE number = ?
                    """, arguments: [files, bytes, transfer.number])
            return true
        }
    }

    /// Where the rest of a folder could not be found (a failed row with the folder's path and a slash), the folder is listed
    /// anew: what is known of it already stays as it is. In downloads also what lies below it, which was not looked for.
    private static func listAgain(_ database: Database, _ transfer: StoredTransfer) throws {
        let rests = "transfer = ? AND state = 'failed' AND substr(path, -1) = x'2F'"
        let folders = try Data.fetchAll(
            database, sql: "SELECT path FROM transfer_items WHERE \(rests)", arguments: [transfer.number])
        for rest in folders {
            let folder = Data(rest.dropLast())
            try database.execute(
                sql: """
                    UPDATE transfer_items SET is_listed = 0 WHERE transfer = ? AND is_folder = 1 AND path = ?
                    """, arguments: [transfer.number, folder])
            guard transfer.direction == .download else { continue }
            // All paths that begin with the folder's and a slash: "0" follows "/".
            let end = folder.isEmpty ? nil : folder + [0x30]
            try database.execute(
                sql: """
                    UPDATE transfer_items SET is_listed = 0
                    WHERE transfer = ? AND is_folder = 1 AND path > ? AND (? IS NULL OR path < ?)
                    """, arguments: [transfer.number, folder.isEmpty ? folder : rest, end, end])
        }
        try database.execute(sql: "DELETE FROM transfer_items WHERE \(rests)", arguments: [transfer.number])
    }

    /// Items that failed before a retry and were not looked at since, folders before what they hold.
    package func itemsAgain(_ number: Int64, limit: Int) async throws(Problem) -> [FailedItem] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT row, path, is_folder, is_listed, has_part FROM transfer_items
                    WHERE transfer = ? AND state = 'again' ORDER BY row LIMIT ?
                    """, arguments: [number, limit]
            ).map { row in
                FailedItem(
                    row: row["row"], path: [UInt8](row["path"] as Data), isFolder: row["is_folder"],
                    isListed: row["is_listed"], hasPart: row["has_part"])
            }
        }
    }
}
