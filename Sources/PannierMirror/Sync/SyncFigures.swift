import GRDB
package import PannierCore

/// How much of what there is, for people.
package struct SyncFigures: Sendable, Hashable {
    /// Files that both sides agree on, without those that are left out here.
    package var files: Int64 = 0
    /// Files and folders that may differ.
    package var differing: Int64 = 0
    package var problems: Int64 = 0
    /// Told, and waiting for nobody.
    package var notes: Int64 = 0
    /// What is merely left out.
    package var leftOut: [LeftOutCount] = []
    /// Which of all changes of what is told was the last.
    package var problemChanges: Int64 = 0

    package init() {}
}

extension SyncTransaction {
    package func figures() throws -> SyncFigures {
        var figures = SyncFigures()
        figures.files = try fileCount - leftOutCount
        figures.notes = Int64(try noteCount)
        figures.problems = Int64(try problemCount) - figures.notes
        figures.leftOut = try leftOutByReason
        figures.problemChanges = try problemChanges
        figures.differing =
            try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT (SELECT count(*) FROM sync_changed_nodes) + (SELECT count(*) FROM sync_changed_locals)"
                ))
            ?? 0
        return figures
    }

    /// The first of what reading all files anew has found.
    package func firstDamage() throws -> Problem? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT problem FROM sync_problems WHERE key > 'verify ' AND key < 'verify!' ORDER BY key LIMIT 1")
        )
        return try row.map { try SQLText.value(Problem.self, $0[0]) }
    }

    /// The first problem at or below a path that something waits for; of the empty one, of all. What is merely left out is none.
    package func firstProblem(below path: [UInt8]) throws -> Problem? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT problem FROM sync_problems
                    WHERE left_out IS NULL AND key NOT GLOB 'note *'
                    AND (?1 = x'' OR path = ?1 OR substr(path, 1, length(?1) + 1) = ?2) ORDER BY key LIMIT 1
                    """), arguments: [path.blob, (path + [UInt8(ascii: "/")]).blob])
        return try row.map { try SQLText.value(Problem.self, $0[0]) }
    }
}
