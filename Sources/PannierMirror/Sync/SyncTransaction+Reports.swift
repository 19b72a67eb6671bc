import GRDB
package import PannierCore

// What the tables tell people.
extension SyncTransaction {
    /// Problems behind the given key, in the order of their keys.
    /// - Parameter leftOut: only what is merely left out, or only what is not; nil: both.
    package func problems(after key: String?, limit: Int, leftOut: Bool? = nil) throws -> SyncProblemPage {
        let isAsked = leftOut.map { "(left_out IS NOT NULL) = \($0 ? 1 : 0)" } ?? "1"
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT key, path, problem, left_out FROM sync_problems WHERE key > ? AND \(isAsked)
                    ORDER BY key LIMIT ?
                    """),
            arguments: [key ?? "", limit + 1])
        let problems = try rows.prefix(limit).map { row in
            SyncProblem(
                key: row[0], path: LocalPath(bytes: try row.bytes(1)),
                problem: try SQLText.value(Problem.self, row[2]),
                leftOut: (row[3] as String?).flatMap { LeftOut(rawValue: $0) })
        }
        var total = 0
        if leftOut != true { total += try problemCount }
        if leftOut != false { total += Int(try leftOutCounts.total) }
        return SyncProblemPage(
            problems: problems, total: total, next: rows.count > limit ? problems.last?.key : nil)
    }

    /// Without what is merely left out.
    package var problemCount: Int {
        get throws {
            try Int.fetchOne(
                database.cachedStatement(sql: "SELECT count(*) FROM sync_problems WHERE left_out IS NULL")) ?? 0
        }
    }

    /// What is merely left out, by its reasons.
    package var leftOutCounts: [LeftOutCount] {
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

    /// A person's word on so many deletions on this disk and on the server; nil: nothing was said of those.
    package func consent(here: Int?, there: Int?) throws {
        try database.cachedStatement(
            sql: """
                UPDATE sync_folder SET consented_here = coalesce(?, consented_here),
                    consented_there = coalesce(?, consented_there)
                """
        ).execute(arguments: [here, there])
    }
}
