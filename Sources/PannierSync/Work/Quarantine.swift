import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

/// For how long what was replaced or deleted here is kept. Dates decide nothing: a clock may have stood at 1970 when a file
/// came in, and jump to today, or ten years ahead. The folder counts its own days, and a file has its days from when it was
/// first seen in quarantine.
struct Quarantine {
    /// As long as the service keeps it there.
    static let days: Int64 = 30
    /// From which on a new day has begun: tidying is done once a day, not on the second. A day that was missed is not made up
    /// for: nothing goes before its days are over.
    private static let day: Nanoseconds = (86_400 - 60) * 1_000_000_000

    private let database: Database
    private let tree: any FileTree

    init(_ database: Database, _ tree: any FileTree) {
        self.database = database
        self.tree = tree
    }

    /// Looks at what is there now.
    /// - Returns: what has been there for its days, a bounded number: the rest is for the next time.
    func old(_ wall: Nanoseconds) throws -> [[UInt8]] {
        let today = try today(wall)
        try see(today)
        try database.execute(sql: "DELETE FROM sync_quarantine WHERE seen < ?", arguments: [today])
        let names = try GRDB.Row.fetchCursor(
            database, sql: "SELECT name FROM sync_quarantine WHERE day <= ? LIMIT 10000",
            arguments: [today - Self.days])
        var old: [[UInt8]] = []
        while let row = try names.next() { old.append(try row.bytes(0)) }
        return old
    }

    private func today(_ wall: Nanoseconds) throws -> Int64 {
        let last = try GRDB.Row.fetchOne(database, sql: "SELECT day, began FROM sync_days")
        var (day, began): (Int64, Nanoseconds) = (last?[0] ?? 0, last?[1] ?? wall)
        if wall - began >= Self.day { (day, began) = (day + 1, wall) }
        // The clock was put back.
        if wall < began { began = wall }
        try database.execute(
            sql: "INSERT OR REPLACE INTO sync_days (one, day, began) VALUES (1, ?, ?)", arguments: [day, began])
        return day
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
