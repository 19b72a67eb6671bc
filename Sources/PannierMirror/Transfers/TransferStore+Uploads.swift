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

    /// The next items to be done, in order, after a row.
    package func uploadItems(_ number: Int64, after row: Int64, limit: Int) async throws(Problem) -> [UploadItem] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                // Two runs through the index, in order: it begins with transfer, state and rank, and all items of uploads
                // have the same rank. Neither other transfers' items nor those that are done are looked at.
                sql: """
                    SELECT * FROM (
                        SELECT * FROM transfer_items
                        WHERE transfer = $1 AND state = 'pending' AND rank = 0 AND row > $2 ORDER BY row LIMIT $3)
                    UNION ALL SELECT * FROM (
                        SELECT * FROM transfer_items
                        WHERE transfer = $1 AND state = 'open' AND rank = 0 AND row > $2 ORDER BY row LIMIT $3)
                    ORDER BY row LIMIT $3
                    """, arguments: ["1": number, "2": row, "3": limit]
            ).map(UploadItem.init)
        }
    }

    package func uploadItem(row: Int64) async throws(Problem) -> UploadItem? {
        try await read { database in
            try GRDB.Row.fetchOne(database, sql: "SELECT * FROM transfer_items WHERE row = ?", arguments: [row])
                .map(UploadItem.init)
        }
    }

    /// Uploads were opened, and folders made.
    /// - Returns: the slots of the files, by their rows.
    @discardableResult
    package func opened(
        _ number: Int64, uploads: [(row: Int64, upload: OpenUpload)], folders: [Int64]
    ) async throws(Problem) -> [Int64: MapSlot] {
        try await write { database in
            var slots = try SlotGiver(number, in: database)
            var given: [Int64: MapSlot] = [:]
            let open = try database.cachedStatement(
                sql: "UPDATE transfer_items SET state = 'open', upload = ?, chunk_class = ? WHERE row = ?")
            for (row, upload) in uploads {
                try open.execute(arguments: [Data(upload.id.bytes), upload.chunkClass.rawValue, row])
                given[row] = try slots.give(row)?.slot
            }
            try slots.finish(database)
            for row in folders { try finish(database, row: row) }
            return given
        }
    }

    /// The item is begun anew: its upload is forgotten.
    package func startOver(row: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql:
                    "UPDATE transfer_items SET state = 'pending', upload = NULL, attempts = attempts + 1 WHERE row = ?",
                arguments: [row])
        }
    }

    /// Written before a commit is sent, so that after a crash it is sent again as it was.
    package func ready(_ items: [ReadyItem]) async throws(Problem) {
        try await write { database in
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE transfer_items SET state = 'ready', upload_size = ?, chunk_count = ?, sha256 = ?,
                        modified = ?, read_changed = ?, note = ? WHERE row = ?
                    """)
            for item in items {
                try statement.execute(arguments: [
                    item.size, item.chunkCount, Data(item.sha256.bytes), item.modified, item.changed, item.note,
                    item.row,
                ])
            }
        }
    }

    /// Items whose commit was about to be sent, or sent.
    package func readyItems(_ number: Int64, after row: Int64, limit: Int) async throws(Problem) -> [ReadyItem] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT row, upload, upload_size, chunk_count, sha256, modified, read_changed, note FROM transfer_items
                    WHERE transfer = ? AND state = 'ready' AND row > ? ORDER BY row LIMIT ?
                    """, arguments: [number, row, limit]
            ).map { row in
                ReadyItem(
                    row: row["row"], upload: try SQLText.identifier(row["upload"]), size: row["upload_size"],
                    chunkCount: row["chunk_count"], sha256: try SQLText.fingerprint(row["sha256"]),
                    modified: row["modified"], changed: row["read_changed"] ?? 0, note: row["note"])
            }
        }
    }

    /// The service has committed these.
    /// - Parameters:
    ///   - items: each as the service answered it.
    ///   - reused: plain bytes of them that were not sent.
    ///   - there: rows of those of which no transfer of this device sent a byte.
    /// - Returns: what this adds to the counters.
    package func committed(
        _ number: Int64, _ items: [(ready: ReadyItem, node: Node)], reused: Int64, there: Set<Int64> = [],
        epoch: Int64? = nil
    ) async throws(Problem) -> TransferCounts {
        try await write { database in
            var growth = TransferCounts()
            growth.bytesReused = reused
            let report = try items.isEmpty ? nil : SyncReport(number, in: database, told: synced)
            for (item, node) in items {
                // A file may have grown or shrunk since it was found.
                let size = try Int64.fetchOne(
                    database, sql: "SELECT size FROM transfer_items WHERE row = ?", arguments: [item.row])
                try database.execute(
                    sql: "UPDATE transfer_items SET size = ?, was_there = ? WHERE row = ?",
                    arguments: [item.size, there.contains(item.row), item.row])
                guard try finish(database, row: item.row) else { continue }
                growth.filesDone += 1
                growth.bytesDone += item.size
                growth.bytesTotal += item.size - (size ?? item.size)
                try report?.committed(item, as: node, epoch: epoch)
            }
            try growth.add(to: number, in: database)
            return growth
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

extension UploadItem {
    init(_ row: GRDB.Row) throws {
        self.init(
            row: row["row"], path: [UInt8](row["path"] as Data), isFolder: row["is_folder"], size: row["size"],
            modified: row["modified"], isExecutable: row["is_executable"], attempts: row["attempts"],
            baseRevision: row["base_revision"], upload: try Self.openUpload(row), slot: MapSlot(row),
            subject: try SyncSubject(row))
    }

    private static func openUpload(_ row: GRDB.Row) throws -> OpenUpload? {
        guard let upload = row["upload"] as Data? else { return nil }
        // Opened before the service said it: as it was cut then.
        let chunkClass = (row["chunk_class"] as String?).flatMap(ChunkClass.init) ?? ChunkClass(ofNew: row["size"])
        return OpenUpload(try SQLText.identifier(upload), chunkClass)
    }
}

extension SyncSubject {
    /// Nil: of an item that a person asked for.
    fileprivate init?(_ row: GRDB.Row) throws {
        guard let local = row["local"] as Int64?, let shown = row["shown"] as Data? else { return nil }
        let goal: SyncUpload.Goal
        if let parent = row["parent"] as Data?, let name = row["name"] as Data? {
            goal = .new(parent: try SQLText.identifier(parent), name: try NodeName(bytes: [UInt8](name)))
        } else {
            goal = .version(of: try SQLText.identifier(row["node"]))
        }
        self.init(local: LocalID(local), goal: goal, shown: [UInt8](shown))
    }
}
