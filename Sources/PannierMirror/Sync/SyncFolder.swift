package import GRDB
package import PannierCore

/// The folder of this disk that is one with My Files.
package struct SyncFolder: Hashable, Sendable {
    /// Absolute.
    package var path: LocalPath
    /// 16 random bytes, also in the folder's own part.
    package var marker: [UInt8]
    package var view: Int64
    package var root: NodeID
    /// This machine's clock; nil: never yet.
    package var verifiedAt: Milliseconds?
    package var isPaused = false

    package init(path: LocalPath, marker: [UInt8], view: Int64, root: NodeID) {
        self.path = path
        self.marker = marker
        self.view = view
        self.root = root
    }

    /// Nil: there is none.
    package static func read(_ database: Database) throws -> SyncFolder? {
        let statement = try database.cachedStatement(
            sql: "SELECT path, marker, view, root, verified_at, is_paused FROM sync_folder")
        return try statement.first { row in
            var folder = SyncFolder(
                path: LocalPath(bytes: try row.bytes(0)), marker: try row.bytes(1), view: row[2],
                root: try row.identifier(3))
            (folder.verifiedAt, folder.isPaused) = (row[4], row[5])
            return folder
        }
    }

    package func write(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sync_folder (one, path, marker, view, root, verified_at, is_paused)
                VALUES (1, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [path.bytes.blob, marker.blob, view, root.blob, verifiedAt, isPaused])
    }

    /// Both sides were found to be the same. Nothing is written when it is another folder by now.
    /// - Parameters:
    ///   - time: this machine's clock.
    ///   - marker: of the folder.
    package static func verified(at time: Milliseconds, _ marker: [UInt8], _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE sync_folder SET verified_at = ? WHERE marker = ?")
            .execute(arguments: [time, marker.blob])
    }

    /// Nothing is written when it is another folder by now.
    /// - Parameter marker: of the folder.
    package static func pause(_ isPaused: Bool, _ marker: [UInt8], _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE sync_folder SET is_paused = ? WHERE marker = ?")
            .execute(arguments: [isPaused, marker.blob])
    }

    /// Both sides are united from what they hold, and nothing is deleted: another folder stands there than the one that was
    /// agreed on.
    package static func forgetAgreements(_ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_agreed").execute()
    }

    /// Forgets the folder and all that is known of it; what is on the disk stays.
    package static func forget(_ database: Database) throws {
        for table in SyncSchema.all { try database.cachedStatement(sql: "DELETE FROM \(table)").execute() }
    }
}
