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

    /// See ``TransferTransaction``.
    package func resumeDownload(_ number: Int64) async throws(Problem) {
        try await write { try TransferTransaction($0, synced: synced).resumeDownload(number) }
    }

    /// See ``TransferTransaction``.
    package func downloadItems(_ number: Int64, limit: Int) async throws(Problem) -> [DownloadItem] {
        try await read { try TransferTransaction($0, synced: synced).downloadItems(number, limit: limit) }
    }

    /// See ``TransferTransaction``.
    package func downloaded(
        _ number: Int64, folders: [Int64], files: [DownloadItem], reused: Int64, areThere: Bool = false,
        pieces: [Int64: Int] = [:]
    ) async throws(Problem) -> EndedItems {
        try await write {
            try TransferTransaction($0, synced: synced).downloaded(
                number, folders: folders, files: files, reused: reused, areThere: areThere, pieces: pieces)
        }
    }

    /// See ``TransferTransaction``.
    @discardableResult
    package func begun(_ number: Int64, _ rows: [Int64]) async throws(Problem) -> [Int64: MapSlot] {
        try await write { try TransferTransaction($0, synced: synced).begun(number, rows) }
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
