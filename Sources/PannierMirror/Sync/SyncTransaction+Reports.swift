import GRDB
package import PannierCore

// What the tables tell people.
extension SyncTransaction {
    /// Problems behind the given key, in the order of their keys.
    package func problems(after key: String?, limit: Int) throws -> SyncProblemPage {
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT key, path, problem FROM sync_problems WHERE key > ? ORDER BY key LIMIT ?"),
            arguments: [key ?? "", limit + 1])
        let problems = try rows.prefix(limit).map { row in
            SyncProblem(
                key: row[0], path: LocalPath(bytes: try row.bytes(1)), problem: try SQLText.value(Problem.self, row[2]))
        }
        return SyncProblemPage(
            problems: problems, total: try problemCount, next: rows.count > limit ? problems.last?.key : nil)
    }

    package var problemCount: Int {
        get throws { try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM sync_problems")) ?? 0 }
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
