internal import Foundation
internal import GRDB
package import PannierCore

extension TransferStore {
    /// Writes down what a scan found; what is there already stays as it is.
    /// - Returns: how many of them have to be done, what they add to the counters, and the slots of those that have ended
    ///   with that.
    package func addScanned(
        _ number: Int64, _ items: [ScannedItem]
    ) async throws(Problem) -> (pending: Int, growth: TransferCounts, failed: [MapSlot]) {
        try await write { database in
            var pending = 0
            var growth = TransferCounts()
            var failed: [MapSlot] = []
            var slots = try SlotGiver(number, in: database)
            let insert = try database.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO transfer_items
                        (transfer, path, is_folder, state, size, modified, is_executable, base_revision, problem,
                         is_listed)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for item in items {
                let (state, problem) = item.standing
                try insert.execute(arguments: [
                    number, Data(item.path), item.isFolder, state, item.size, item.modified, item.isExecutable,
                    item.baseRevision, try problem.map(SQLText.json), !item.isClosed,
                ])
                guard database.changesCount > 0 else { continue }
                growth += item.counts
                if item.refusal == nil {
                    pending += 1
                } else if item.counts.bytesTotal > 0, let slot = try slots.give(database.lastInsertedRowID) {
                    failed.append(slot.slot)
                }
            }
            try slots.finish(database)
            try growth.add(to: number, in: database)
            try Self.addMapBytes(growth.bytesTotal, to: number, in: database)
            return (pending, growth, failed)
        }
    }

    /// What an item that failed before looks like now.
    /// - Returns: what this adds to the counters.
    package func lookedAt(
        _ number: Int64, _ items: [(before: FailedItem, now: ScannedItem)]
    ) async throws(Problem) -> TransferCounts {
        try await write { database in
            var growth = TransferCounts()
            let update = try database.cachedStatement(
                sql: """
                    UPDATE transfer_items SET is_folder = ?, state = ?, size = ?, modified = ?, is_executable = ?,
                        base_revision = ifnull(base_revision, ?), problem = ?, is_listed = ?
                    WHERE row = ? AND state = 'again'
                    """)
            for (before, now) in items {
                let (state, problem) = now.standing
                // A folder that was not one, or could not be looked into, has children still to be found.
                let isListed = !now.isFolder || before.isFolder && before.isListed
                try update.execute(arguments: [
                    now.isFolder, state, now.size, now.modified, now.isExecutable, now.baseRevision,
                    try problem.map(SQLText.json), isListed && !now.isClosed, before.row,
                ])
                guard database.changesCount > 0 else { continue }
                growth += now.counts
                try Self.mapAgain(before.row, now.counts.bytesTotal, number, in: database)
            }
            try growth.add(to: number, in: database)
            return growth
        }
    }

    /// The next folder that can be looked into now, and could not when it was found.
    package func unscannedFolder(_ number: Int64) async throws(Problem) -> UnscannedFolder? {
        try await read { database in
            try GRDB.Row.fetchOne(
                database,
                sql: """
                    SELECT row, path FROM transfer_items
                    WHERE transfer = ? AND is_listed = 0 AND state NOT IN ('failed', 'skipped', 'again')
                    ORDER BY row LIMIT 1
                    """, arguments: [number]
            ).map { UnscannedFolder(row: $0["row"], path: [UInt8]($0["path"] as Data)) }
        }
    }

    /// See ``TransferTransaction``.
    package func uploadItems(_ number: Int64, after row: Int64, limit: Int) async throws(Problem) -> [UploadItem] {
        try await read { try TransferTransaction($0, synced: synced).uploadItems(number, after: row, limit: limit) }
    }

    /// See ``TransferTransaction``.
    package func uploadItem(row: Int64) async throws(Problem) -> UploadItem? {
        try await read { try TransferTransaction($0, synced: synced).uploadItem(row: row) }
    }

    /// See ``TransferTransaction``.
    @discardableResult
    package func opened(
        _ number: Int64, uploads: [(row: Int64, upload: OpenUpload)], folders: [Int64]
    ) async throws(Problem) -> [Int64: MapSlot] {
        try await write {
            try TransferTransaction($0, synced: synced).opened(number, uploads: uploads, folders: folders)
        }
    }

    /// See ``TransferTransaction``.
    package func startOver(row: Int64) async throws(Problem) {
        try await write { try TransferTransaction($0, synced: synced).startOver(row: row) }
    }

    /// See ``TransferTransaction``.
    package func ready(_ items: [ReadyItem]) async throws(Problem) -> Set<Int64> {
        try await write { try TransferTransaction($0, synced: synced).ready(items) }
    }

    /// See ``TransferTransaction``.
    package func readyItems(_ number: Int64, after row: Int64, limit: Int) async throws(Problem) -> [ReadyItem] {
        try await read { try TransferTransaction($0, synced: synced).readyItems(number, after: row, limit: limit) }
    }

    /// See ``TransferTransaction``.
    package func committed(
        _ number: Int64, _ items: [(ready: ReadyItem, node: Node)], reused: Int64, there: Set<Int64> = [],
        epoch: Int64? = nil
    ) async throws(Problem) -> TransferCounts {
        try await write {
            try TransferTransaction($0, synced: synced).committed(
                number, items, reused: reused, there: there, epoch: epoch)
        }
    }

    /// Of what is known of the server. What was asked in another one says nothing any more.
    package func epoch() async throws(Problem) -> Int64? {
        try await read { try FeedState.read($0)?.epoch }
    }

    /// Uploads that are open at the service, a page of them.
    package func openUploads(
        _ number: Int64, after row: Int64, limit: Int
    ) async throws(Problem) -> [(row: Int64, upload: UploadID)] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT row, upload FROM transfer_items
                    WHERE transfer = ? AND state IN ('open', 'ready') AND upload IS NOT NULL AND row > ?
                    ORDER BY row LIMIT ?
                    """, arguments: [number, row, limit]
            ).map { ($0["row"], try SQLText.identifier($0["upload"])) }
        }
    }
}

// Packs on their way.
extension TransferStore {
    /// Written before the first byte of a pack is sent.
    package func packsBegin(_ number: Int64, _ packs: [UnsettledPack]) async throws(Problem) {
        try await write { database in
            for pack in packs {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO upload_packs (pack, transfer, chunks) VALUES (?, ?, ?)",
                    arguments: [Data(pack.pack.bytes), number, try WireJSON.encode(pack.chunks)])
            }
        }
    }

    /// The service has acknowledged the pack, or it is known to be lost.
    /// - Parameter acknowledged: plain bytes in it that the service has now.
    package func packEnded(_ pack: PackID, acknowledged: Int64 = 0) async throws(Problem) {
        try await write { database in
            if acknowledged > 0 {
                try database.execute(
                    sql: """
                        UPDATE transfers SET bytes_acknowledged = bytes_acknowledged + ?
                        WHERE number = (SELECT transfer FROM upload_packs WHERE pack = ?)
                        """, arguments: [acknowledged, Data(pack.bytes)])
            }
            try database.execute(sql: "DELETE FROM upload_packs WHERE pack = ?", arguments: [Data(pack.bytes)])
        }
    }

    package func unsettledPacks(_ number: Int64) async throws(Problem) -> [UnsettledPack] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database, sql: "SELECT pack, chunks FROM upload_packs WHERE transfer = ?", arguments: [number]
            ).map { row in
                UnsettledPack(
                    pack: try SQLText.identifier(row["pack"]),
                    chunks: try WireJSON.decode([PackedChunk].self, from: row["chunks"]))
            }
        }
    }
}

extension ScannedItem {
    /// The state it begins with.
    fileprivate var standing: (String, Problem?) {
        switch refusal {
        case nil: ("pending", nil)
        case .failed(let problem): ("failed", problem)
        case .skipped(_, let problem): ("skipped", problem)
        }
    }

    /// A folder that could not be looked into.
    fileprivate var isClosed: Bool { isFolder && refusal != nil }

    fileprivate var counts: TransferCounts {
        var counts = TransferCounts()
        if case .skipped(let kind, _) = refusal {
            counts.skipped[kind] = 1
            return counts
        }
        let failed: Int64 = refusal == nil ? 0 : 1
        if isFolder {
            counts.foldersFailed = failed
        } else {
            (counts.filesTotal, counts.filesFailed, counts.bytesTotal) = (1, failed, size)
        }
        return counts
    }
}
