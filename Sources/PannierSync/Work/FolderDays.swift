import GRDB
import PannierCore

/// The days of a folder, counted one by one: dates decide nothing, for a clock may have stood at 1970 when a file came in, and
/// jump to today, or ten years ahead.
struct FolderDays {
    /// From which on a new day has begun: tidying is done once a day, not on the second. A day that was missed is not made up
    /// for: nothing goes before its days are over.
    private static let day: Nanoseconds = (86_400 - 60) * 1_000_000_000

    /// How many there have been.
    let today: Int64

    /// - Parameter wall: by which the disk stamps files.
    init(_ database: Database, _ wall: Nanoseconds) throws {
        let last = try GRDB.Row.fetchOne(database, sql: "SELECT day, began FROM sync_days")
        var (day, began): (Int64, Nanoseconds) = (last?[0] ?? 0, last?[1] ?? wall)
        if wall - began >= Self.day { (day, began) = (day + 1, wall) }
        // The clock was put back.
        if wall < began { began = wall }
        try database.execute(
            sql: "INSERT OR REPLACE INTO sync_days (one, day, began) VALUES (1, ?, ?)", arguments: [day, began])
        today = day
    }
}
