internal import Foundation
internal import GRDB
internal import PannierCore

// Downloads.
extension TransferTransaction {
    /// What an earlier run had begun is pending again.
    package func resumeDownload(_ number: Int64) throws {
        try database.cachedStatement(
            sql: "UPDATE transfer_items SET state = 'pending' WHERE transfer = ? AND state = 'open'"
        ).execute(arguments: [number])
    }

    /// The next pending items, in the order in which they are to be done.
    package func downloadItems(_ number: Int64, limit: Int) throws -> [DownloadItem] {
        try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT * FROM transfer_items WHERE transfer = ? AND state = 'pending' ORDER BY rank, row LIMIT ?
                    """), arguments: [number, limit]
        ).map { row in
            var item = DownloadItem(
                row: row["row"], path: [UInt8](row["path"] as Data), isFolder: row["is_folder"],
                node: try SQLText.identifier(row["node"]),
                version: try (row["version"] as Data?).map { try SQLText.identifier($0) }, size: row["size"],
                sha256: try (row["sha256"] as Data?).map { try SQLText.fingerprint($0) },
                modified: row["modified"], isExecutable: row["is_executable"], hasPart: row["has_part"])
            item.shown = (row["shown"] as Data?).map { [UInt8]($0) }
            return item
        }
    }

    /// Folders made, or files durable under their names.
    /// - Parameters:
    ///   - reused: plain bytes of them that were not fetched.
    ///   - areThere: none of them had to be fetched.
    ///   - pieces: in how many chunks they came, by their rows, where that is known.
    package func downloaded(
        _ number: Int64, folders: [Int64], files: [DownloadItem], reused: Int64, areThere: Bool = false,
        pieces: [Int64: Int] = [:]
    ) throws -> EndedItems {
        var ended = EndedItems()
        var slots = try SlotGiver(number, in: database)
        ended.growth.bytesReused = reused
        let report = try files.isEmpty ? nil : SyncReport(number, in: database, told: synced)
        let note = try database.cachedStatement(
            sql: "UPDATE transfer_items SET was_there = ?, chunk_count = ? WHERE row = ?")
        for row in folders { try finish(row: row) }
        for file in files where try finish(row: file.row) {
            ended.growth.filesDone += 1
            ended.growth.bytesDone += file.size
            try note.execute(arguments: [areThere, pieces[file.row], file.row])
            try report?.downloaded(file)
            if let slot = try slots.give(file.row), slot.isNew { ended.slots.append(slot.slot) }
        }
        try slots.finish(database)
        try ended.growth.add(to: number, in: database)
        return ended
    }

    /// These are under way, and parts of them may be on the disk from now on.
    /// - Returns: their slots, by their rows.
    @discardableResult
    package func begun(_ number: Int64, _ rows: [Int64]) throws -> [Int64: MapSlot] {
        let statement = try database.cachedStatement(
            sql: "UPDATE transfer_items SET state = 'open', has_part = 1 WHERE row = ?")
        var slots = try SlotGiver(number, in: database)
        var given: [Int64: MapSlot] = [:]
        for row in rows {
            try statement.execute(arguments: [row])
            given[row] = try slots.give(row)?.slot
        }
        try slots.finish(database)
        return given
    }
}
