import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

/// For how long what was replaced or deleted here is kept. A file has its days (``FolderDays``) from when it was first seen in
/// quarantine.
struct Quarantine {
    /// As long as the service keeps it there.
    static let days: Int64 = 30

    private let database: Database
    private let tree: any FileTree

    init(_ database: Database, _ tree: any FileTree) {
        self.database = database
        self.tree = tree
    }

    /// Looks at what is there now.
    /// - Returns: what has been there for its days, a bounded number: the rest is for the next time.
    func old(_ today: Int64) throws -> [[UInt8]] {
        try see(today)
        try database.execute(sql: "DELETE FROM sync_quarantine WHERE seen < ?", arguments: [today])
        let names = try GRDB.Row.fetchCursor(
            database, sql: "SELECT name FROM sync_quarantine WHERE day <= ? LIMIT 10000",
            arguments: [today - Self.days])
        var old: [[UInt8]] = []
        while let row = try names.next() { old.append(try row.bytes(0)) }
        return old
    }

    private func see(_ today: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO sync_quarantine (name, changed, day, seen) VALUES (?1, ?2, ?3, ?3)
                ON CONFLICT (name) DO UPDATE SET seen = excluded.seen, changed = excluded.changed,
                    day = CASE WHEN changed = excluded.changed THEN day ELSE excluded.day END
                """)
        var failure: (any Error)?
        try tree.list(OwnPart.quarantine) { name, status in
            guard failure == nil, status.kind == .file else { return }
            do {
                try statement.execute(arguments: [name.blob, status.changed, today])
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
