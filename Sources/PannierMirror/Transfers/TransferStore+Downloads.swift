internal import Foundation
internal import GRDB
package import PannierCore

extension TransferStore {
    /// Writes down what a folder holds; what is there already stays as it is.
    /// - Returns: how many of them have to be done, and what they add to the counters.
    package func addListed(
        _ number: Int64, _ items: [ListedItem]
    ) async throws(Problem) -> (pending: Int, growth: TransferCounts) {
        try await write { database in
            var pending = 0
            var growth = TransferCounts()
            let insert = try database.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO transfer_items
                        (transfer, path, is_folder, state, rank, size, modified, is_executable, node, version, sha256,
                         is_listed)
                    VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for item in items {
                try insert.execute(arguments: [
                    number, Data(item.path), item.content == nil,
                    // Folders before all files.
                    item.content == nil ? 0 : max(item.revision, 1), item.content?.size ?? 0,
                    item.content?.modified ?? 0, item.content?.isExecutable ?? false, Data(item.node.bytes),
                    item.content.map { Data($0.version.bytes) }, item.content.map { Data($0.sha256.bytes) },
                    item.content != nil,
                ])
                guard database.changesCount > 0 else { continue }
                pending += 1
                growth.filesTotal += item.content == nil ? 0 : 1
                growth.bytesTotal += item.content?.size ?? 0
            }
            try growth.add(to: number, in: database)
            try Self.addMapBytes(growth.bytesTotal, to: number, in: database)
            return (pending, growth)
        }
    }

    package func unlistedFolders(_ number: Int64, limit: Int) async throws(Problem) -> [UnlistedFolder] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT row, path, node FROM transfer_items WHERE transfer = ? AND is_listed = 0 ORDER BY row LIMIT ?
                    """, arguments: [number, limit]
            ).map { row in
                UnlistedFolder(
                    row: row["row"], path: [UInt8](row["path"] as Data), node: try SQLText.identifier(row["node"]))
            }
        }
    }

    /// Items that failed before are to be done anew, with what stands at their places now; where nothing does, with what
    /// stood there before.
    /// - Returns: what this adds to the counters.
    package func lookedAt(
        _ number: Int64, _ items: [(before: FailedItem, now: Node?)]
    ) async throws(Problem) -> TransferCounts {
        try await write { database in
            let replace = try database.cachedStatement(
                sql: """
                    UPDATE transfer_items SET node = ?, version = ?, sha256 = ?, size = ?, modified = ?,
                        is_executable = ?, rank = ? WHERE row = ? AND state = 'again'
                    """)
            let begin = try database.cachedStatement(
                sql: "UPDATE transfer_items SET state = 'pending', has_part = 0 WHERE row = ? AND state = 'again'")
            var growth = TransferCounts()
            for (before, now) in items {
                if let now, let content = now.content, !before.isFolder {
                    try replace.execute(arguments: [
                        Data(now.id.bytes), Data(content.version.bytes), Data(content.sha256.bytes), content.size,
                        content.modified, content.isExecutable, max(now.revision, 1), before.row,
                    ])
                }
                try begin.execute(arguments: [before.row])
                guard database.changesCount > 0, !before.isFolder else { continue }
                let size =
                    try Int64.fetchOne(
                        database, sql: "SELECT size FROM transfer_items WHERE row = ?", arguments: [before.row]) ?? 0
                growth.filesTotal += 1
                growth.bytesTotal += size
                try Self.mapAgain(before.row, size, number, in: database)
            }
            try growth.add(to: number, in: database)
            return growth
        }
    }

    package func listed(row: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(sql: "UPDATE transfer_items SET is_listed = 1 WHERE row = ?", arguments: [row])
        }
    }

    /// A folder whose children will not be found: a failure of its own, named by the folder's path and a slash, for the
    /// folder itself may be done. What lies below it is not looked for either.
    /// - Returns: what this adds to the counters.
    package func unlistable(
        _ number: Int64, _ folder: UnlistedFolder, _ problem: Problem
    ) async throws(Problem) -> TransferCounts {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO transfer_items
                        (transfer, path, is_folder, state, size, modified, is_executable, node, problem)
                    VALUES (?, ?, 1, 'failed', 0, 0, 0, ?, ?)
                    """,
                arguments: [number, Data(folder.path + [0x2F]), Data(folder.node.bytes), try SQLText.json(problem)])
            var growth = TransferCounts()
            growth.foldersFailed = Int64(database.changesCount)
            try growth.add(to: number, in: database)
            // All paths that begin with the folder's and a slash: "0" follows "/".
            let below = folder.path.isEmpty ? nil : (Data(folder.path + [0x2F]), Data(folder.path + [0x30]))
            try database.execute(
                sql: """
                    UPDATE transfer_items SET is_listed = 1
                    WHERE transfer = ? AND is_listed = 0 AND (row = ? OR ? IS NULL OR path >= ? AND path < ?)
                    """, arguments: [number, folder.row, below?.0, below?.0, below?.1])
            return growth
        }
    }

    /// What an earlier run had begun is pending again.
    package func resumeDownload(_ number: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfer_items SET state = 'pending' WHERE transfer = ? AND state = 'open'",
                arguments: [number])
        }
    }

    /// The next pending items, in the order in which they are to be done.
    package func downloadItems(_ number: Int64, limit: Int) async throws(Problem) -> [DownloadItem] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM transfer_items WHERE transfer = ? AND state = 'pending' ORDER BY rank, row LIMIT ?
                    """, arguments: [number, limit]
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
    }

    /// Folders made, or files durable under their names.
    /// - Parameters:
    ///   - reused: plain bytes of them that were not fetched.
    ///   - areThere: none of them had to be fetched.
    ///   - pieces: in how many chunks they came, by their rows, where that is known.
    package func downloaded(
        _ number: Int64, folders: [Int64], files: [DownloadItem], reused: Int64, areThere: Bool = false,
        pieces: [Int64: Int] = [:]
    ) async throws(Problem) -> EndedItems {
        try await write { database in
            var ended = EndedItems()
            var slots = try SlotGiver(number, in: database)
            ended.growth.bytesReused = reused
            let report = try files.isEmpty ? nil : SyncReport(number, in: database, told: synced)
            let note = try database.cachedStatement(
                sql: "UPDATE transfer_items SET was_there = ?, chunk_count = ? WHERE row = ?")
            for row in folders { try finish(database, row: row) }
            for file in files where try finish(database, row: file.row) {
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
    }

    /// These are under way, and parts of them may be on the disk from now on.
    /// - Returns: their slots, by their rows.
    @discardableResult
    package func begun(_ number: Int64, _ rows: [Int64]) async throws(Problem) -> [Int64: MapSlot] {
        try await write { database in
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

    /// Unfinished files whose parts may be on the disk, a page of them.
    package func begunFiles(
        _ number: Int64, after row: Int64, limit: Int
    ) async throws(Problem) -> [(row: Int64, path: [UInt8])] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT row, path FROM transfer_items
                    WHERE transfer = ? AND state IN ('open', 'pending') AND has_part = 1 AND row > ?
                    ORDER BY row LIMIT ?
                    """, arguments: [number, row, limit]
            ).map { ($0["row"], [UInt8]($0["path"] as Data)) }
        }
    }
}
