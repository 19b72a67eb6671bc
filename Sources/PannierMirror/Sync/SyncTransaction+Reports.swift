import GRDB
package import PannierCore

// What the tables tell people.
extension SyncTransaction {
    /// Problems behind the given key, in the order of their keys.
    /// - Parameters:
    ///   - leftOut: only what is merely left out, or only what is not; nil: both.
    ///   - since: only what came to be as it is after this change (``problemChanges``); nil: all.
    package func problems(
        after key: String?, limit: Int, leftOut: Bool? = nil, since: Int64? = nil
    ) throws -> SyncProblemPage {
        let isAsked = leftOut.map { $0 ? "left_out IS NOT NULL" : "left_out IS NULL" } ?? "1"
        let (index, isNew) = since == nil ? ("", "?3 IS NULL") : ("INDEXED BY sync_problems_by_change", "told > ?3")
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT key, path, problem, left_out FROM sync_problems \(index)
                    WHERE key > ?1 AND \(isAsked) AND \(isNew) ORDER BY key LIMIT ?2
                    """),
            arguments: [key ?? "", limit + 1, since])
        let problems = try rows.prefix(limit).map { row in
            SyncProblem(
                key: row[0], path: LocalPath(bytes: try row.bytes(1)),
                problem: try SQLText.value(Problem.self, row[2]),
                leftOut: (row[3] as String?).flatMap { LeftOut(rawValue: $0) })
        }
        var (total, notes) = (0, 0)
        if leftOut != true { (total, notes) = (try problemCount, try noteCount) }
        if leftOut != false { total += Int(try leftOutByReason.total) }
        return SyncProblemPage(
            problems: problems, total: total, next: rows.count > limit ? problems.last?.key : nil, notes: notes,
            changes: try problemChanges)
    }

    /// Which of all changes of what is told was the last: as long as it is the same, nothing else is told.
    package var problemChanges: Int64 {
        get throws {
            try Int64.fetchOne(database.cachedStatement(sql: "SELECT changes FROM sync_told")) ?? 0
        }
    }

    /// What a person should know of and nothing waits for: told for a day or two.
    /// - Parameter key: tells it from other notes.
    package func note(_ problem: Problem, _ key: String, path: [UInt8]) throws {
        let day = try Int64.fetchOne(database.cachedStatement(sql: "SELECT day FROM sync_days")) ?? 0
        try report(problem, key: "note \(day) \(key)", path: path)
    }

    /// Forgets what was told on this day of the folder's or before.
    package func forgetNotes(until day: Int64) throws {
        try database.cachedStatement(
            sql: "DELETE FROM sync_problems WHERE key GLOB 'note *' AND CAST(substr(key, 6) AS INTEGER) <= ?"
        ).execute(arguments: [day])
    }

    /// Whether something waits for a person.
    package var hasProblems: Bool {
        get throws {
            let statement = try database.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM sync_problems WHERE left_out IS NULL AND key NOT GLOB 'note *')")
            return try Bool.fetchOne(statement) == true
        }
    }

    var noteCount: Int {
        get throws {
            // A blank is just before an exclamation mark.
            let statement = try database.cachedStatement(
                sql: "SELECT count(*) FROM sync_problems WHERE key > 'note ' AND key < 'note!'")
            return try Int.fetchOne(statement) ?? 0
        }
    }

    /// Notes among them, without what is merely left out.
    package var problemCount: Int {
        get throws {
            try Int.fetchOne(
                database.cachedStatement(sql: "SELECT count(*) FROM sync_problems WHERE left_out IS NULL")) ?? 0
        }
    }

    /// What is merely left out, by its reasons.
    package var leftOutByReason: [LeftOutCount] {
        get throws {
            let rows = try GRDB.Row.fetchAll(
                database.cachedStatement(
                    sql: "SELECT left_out, count(*) FROM sync_problems WHERE left_out IS NOT NULL GROUP BY left_out"))
            let counts = rows.compactMap { row in LeftOut(rawValue: row[0]).map { LeftOutCount($0, row[1]) } }
            return LeftOut.allCases.flatMap { reason in counts.filter { $0.reason == reason } }
        }
    }

    /// Files that both sides agree on.
    package var fileCount: Int64 {
        get throws {
            try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT count(*) FROM sync_agreed INDEXED BY sync_agreed_by_content WHERE size IS NOT NULL"))
                ?? 0
        }
    }
}
