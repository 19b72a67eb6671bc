import GRDB
package import PannierCore

/// How much of what there is, for people.
package struct SyncFigures: Sendable, Hashable {
    /// Files that both sides agree on.
    package var files: Int64 = 0
    /// Files and folders that may differ.
    package var differing: Int64 = 0
    package var problems: Int64 = 0
    /// What is merely left out.
    package var leftOut: [LeftOutCount] = []
}

extension SyncTransaction {
    package func figures() throws -> SyncFigures {
        var figures = SyncFigures()
        figures.files = try fileCount
        figures.problems = Int64(try problemCount)
        figures.leftOut = try leftOutCounts
        figures.differing =
            try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT (SELECT count(*) FROM sync_changed_nodes) + (SELECT count(*) FROM sync_changed_locals)"
                ))
            ?? 0
        return figures
    }

    /// The first problem at or below a path; of the empty one, of all. What is merely left out is none.
    package func firstProblem(below path: [UInt8]) throws -> Problem? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT problem FROM sync_problems
                    WHERE left_out IS NULL
                        AND (?1 = x'' OR path = ?1 OR substr(path, 1, length(?1) + 1) = ?2) ORDER BY key LIMIT 1
                    """), arguments: [path.blob, (path + [UInt8(ascii: "/")]).blob])
        return try row.map { try SQLText.value(Problem.self, $0[0]) }
    }
}
