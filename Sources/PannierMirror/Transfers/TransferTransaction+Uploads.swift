internal import Foundation
internal import GRDB
package import PannierCore

// Uploads.
extension TransferTransaction {
    /// The next items to be done, in order, after a row.
    package func uploadItems(_ number: Int64, after row: Int64, limit: Int) throws -> [UploadItem] {
        // Two runs through the index, in order: it begins with transfer, state and rank, and all items of uploads have the
        // same rank. Neither other transfers' items nor those that are done are looked at.
        try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT * FROM (
                        SELECT * FROM transfer_items
                        WHERE transfer = $1 AND state = 'pending' AND rank = 0 AND row > $2 ORDER BY row LIMIT $3)
                    UNION ALL SELECT * FROM (
                        SELECT * FROM transfer_items
                        WHERE transfer = $1 AND state = 'open' AND rank = 0 AND row > $2 ORDER BY row LIMIT $3)
                    ORDER BY row LIMIT $3
                    """), arguments: ["1": number, "2": row, "3": limit]
        ).map(UploadItem.init)
    }

    package func uploadItem(row: Int64) throws -> UploadItem? {
        try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM transfer_items WHERE row = ?"), arguments: [row]
        )
        .map(UploadItem.init)
    }

    /// Uploads were opened, and folders made.
    /// - Returns: the slots of the files, by their rows.
    @discardableResult
    package func opened(
        _ number: Int64, uploads: [(row: Int64, upload: OpenUpload)], folders: [Int64]
    ) throws -> [Int64: MapSlot] {
        var slots = try SlotGiver(number, in: database)
        var given: [Int64: MapSlot] = [:]
        let open = try database.cachedStatement(
            sql: "UPDATE transfer_items SET state = 'open', upload = ?, chunk_class = ? WHERE row = ?")
        for (row, upload) in uploads {
            try open.execute(arguments: [Data(upload.id.bytes), upload.chunkClass.rawValue, row])
            given[row] = try slots.give(row)?.slot
        }
        try slots.finish(database)
        for row in folders { try finish(row: row) }
        return given
    }

    /// The item is begun anew: its upload is forgotten.
    package func startOver(row: Int64) throws {
        try database.cachedStatement(
            sql:
                "UPDATE transfer_items SET state = 'pending', upload = NULL, attempts = attempts + 1 WHERE row = ?"
        ).execute(arguments: [row])
    }

    /// Written before a commit is sent, so that after a crash it is sent again as it was.
    /// - Returns: rows of those that are not to be sent: there is nothing new in them, or a person has ignored them meanwhile.
    package func ready(_ items: [ReadyItem]) throws -> Set<Int64> {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE transfer_items SET state = 'ready', upload_size = ?, chunk_count = ?, sha256 = ?,
                    modified = ?, read_changed = ?, note = ? WHERE row = ?
                """)
        var unwanted: Set<Int64> = []
        for item in items {
            guard try !isUntouched(item), try !isLeftOut(item) else {
                unwanted.insert(item.row)
                continue
            }
            try statement.execute(arguments: [
                item.size, item.chunkCount, Data(item.sha256.bytes), item.modified, item.changed, item.note,
                item.row,
            ])
        }
        return unwanted
    }

    /// A person has ignored it since it was queued.
    private func isLeftOut(_ item: ReadyItem) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM transfer_items AS items JOIN sync_local ON number = items.local
                        WHERE items.row = ? AND kind = 2)
                    """), arguments: [item.row]) == true
    }

    /// What was read of a file of the synced folder is what both sides agreed on before: it was changed and changed back, or
    /// another file has its place now. Sent all the same, it would stand over what others made of it meanwhile.
    private func isUntouched(_ item: ReadyItem) throws -> Bool {
        let local = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT items.local FROM transfer_items AS items
                    JOIN sync_agreed AS agreed ON agreed.node = items.node
                    WHERE items.row = ? AND items.local IS NOT NULL AND agreed.size = ? AND agreed.sha256 = ?
                        AND agreed.is_executable = items.is_executable
                    """), arguments: [item.row, item.size, Data(item.sha256.bytes)])
        guard let local else { return false }
        try SyncTransaction(database).know(
            LocalID(local), item.sha256,
            LocalRead(size: item.size, modified: item.modified, changed: item.changed))
        return true
    }

    /// Items whose commit was about to be sent, or sent.
    package func readyItems(_ number: Int64, after row: Int64, limit: Int) throws -> [ReadyItem] {
        try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT row, upload, upload_size, chunk_count, sha256, modified, read_changed, note FROM transfer_items
                    WHERE transfer = ? AND state = 'ready' AND row > ? ORDER BY row LIMIT ?
                    """), arguments: [number, row, limit]
        ).map { row in
            ReadyItem(
                row: row["row"], upload: try SQLText.identifier(row["upload"]), size: row["upload_size"],
                chunkCount: row["chunk_count"], sha256: try SQLText.fingerprint(row["sha256"]),
                modified: row["modified"], changed: row["read_changed"] ?? 0, note: row["note"])
        }
    }

    /// The service has committed these.
    /// - Parameters:
    ///   - items: each as the service answered it.
    ///   - reused: plain bytes of them that were not sent.
    ///   - there: rows of those of which no transfer of this device sent a byte.
    ///   - epoch: of the data there when the commit was sent; nil for what a person asked for.
    /// - Returns: what this adds to the counters.
    package func committed(
        _ number: Int64, _ items: [(ready: ReadyItem, node: Node)], reused: Int64, there: Set<Int64> = [],
        epoch: Int64? = nil
    ) throws -> TransferCounts {
        var growth = TransferCounts()
        growth.bytesReused = reused
        let report = try items.isEmpty ? nil : SyncReport(number, in: database, told: synced)
        for (item, node) in items {
            // A file may have grown or shrunk since it was found.
            let size = try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT size FROM transfer_items WHERE row = ?"), arguments: [item.row])
            try database.cachedStatement(sql: "UPDATE transfer_items SET size = ?, was_there = ? WHERE row = ?")
                .execute(arguments: [item.size, there.contains(item.row), item.row])
            guard try finish(row: item.row) else { continue }
            growth.filesDone += 1
            growth.bytesDone += item.size
            growth.bytesTotal += item.size - (size ?? item.size)
            try report?.committed(item, as: node, epoch: epoch)
        }
        try growth.add(to: number, in: database)
        return growth
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
