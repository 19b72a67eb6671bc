package import GRDB
package import PannierCore

/// What a status line tells of the mirror.
package struct MirrorSummary: Sendable, Hashable {
    /// Files known in the account's own tree, without those in the trash.
    package var files: Int64
    /// Of them, those with conflicts that nobody has settled.
    package var conflicts: Int
    /// Folders that must still be listed.
    package var unlisted: Int64
    /// Views to hear of.
    package var views: [ViewID]

    package static func read(_ database: Database) throws -> MirrorSummary {
        MirrorSummary(
            files: try Int64.fetchOne(database.cachedStatement(sql: livingFiles)) ?? 0,
            conflicts: try ConflictRows.count(in: database),
            unlisted: try Int64.fetchOne(database, sql: "SELECT count(*) FROM frontier") ?? 0,
            views: try GRDB.Row.fetchAll(database, sql: "SELECT id FROM views ORDER BY number")
                .map { try $0.identifier(0) })
    }

    /// All files, without those in the trash and in folders there. As long as the trash is small, that is fast; the tree
    /// may be large.
    private static let livingFiles = """
        WITH RECURSIVE own (number, files) AS (SELECT number, files FROM views WHERE owner IS NULL),
        gone (view, id) AS (
            SELECT view, id FROM own CROSS JOIN nodes INDEXED BY nodes_trashed
                ON view = number AND trashed_at IS NOT NULL AND is_folder = 1
            UNION SELECT gone.view, nodes.id FROM gone CROSS JOIN nodes INDEXED BY nodes_living
                ON nodes.view = gone.view AND nodes.parent = gone.id AND nodes.trashed_at IS NULL
                AND nodes.is_folder = 1
        )
        SELECT (SELECT sum(files) FROM own)
            - (SELECT count(*) FROM own CROSS JOIN nodes INDEXED BY nodes_trashed
                ON view = number AND trashed_at IS NOT NULL AND is_folder = 0)
            - ifnull((SELECT sum(counts.files) FROM gone CROSS JOIN counts
                ON counts.view = gone.view AND counts.folder = gone.id), 0)
        """
}
