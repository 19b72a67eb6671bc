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
        figures.differing = try differing
        return figures
    }

    /// Of so many, each is not looked at whenever somebody asks: that takes a quarter of a second for 100,000.
    private static let comparedAtMost: Int64 = 10_000

    /// What has come to its place, and was not planned for again, is the same already; what is known on both sides counts
    /// once. Of very many it is only said of how many, at least, something has changed.
    private var differing: Int64 {
        get throws {
            let nodes = try count("SELECT count(*) FROM sync_changed_nodes")
            let locals = try count("SELECT count(*) FROM sync_changed_locals")
            guard nodes + locals <= Self.comparedAtMost else { return max(nodes, locals) }
            return try count(
                """
                SELECT (SELECT count(*) FROM sync_changed_nodes WHERE node NOT IN (\(Self.sameNodes)))
                    + (SELECT count(*) FROM sync_changed_locals AS changed
                        LEFT JOIN sync_agreed AS agreed USING (local)
                        WHERE agreed.node IS NULL OR NOT (
                            agreed.node IN (SELECT node FROM sync_changed_nodes)
                            OR agreed.node IN (\(Self.sameLocals))))
                """)
        }
    }

    private func count(_ sql: String) throws -> Int64 {
        try Int64.fetchOne(database.cachedStatement(sql: sql)) ?? 0
    }

    private static let sameNodes = same("sync_changed_nodes JOIN sync_agreed AS agreed USING (node)")
    private static let sameLocals = same("sync_changed_locals JOIN sync_agreed AS agreed USING (local)")

    /// Nodes of agreements from which neither side differs.
    private static func same(_ agreements: String) -> String {
        """
        SELECT agreed.node FROM \(agreements)
        JOIN nodes ON nodes.view = (SELECT view FROM sync_folder) AND nodes.id = agreed.node
        JOIN sync_local AS here ON here.number = agreed.local
        LEFT JOIN sync_agreed AS folder ON folder.node = agreed.parent
        WHERE nodes.trashed_at IS NULL AND nodes.parent = agreed.parent AND nodes.name = agreed.name
            AND nodes.sha256 IS agreed.sha256 AND nodes.is_executable IS agreed.is_executable
            AND here.is_parked = 0 AND here.name = agreed.name AND here.parent = ifnull(folder.local, 1)
            AND here.sha256 IS agreed.sha256
            AND (agreed.is_executable IS NULL OR here.is_executable = agreed.is_executable)
        """
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
