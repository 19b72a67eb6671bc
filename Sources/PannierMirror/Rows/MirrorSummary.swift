package import GRDB
package import PannierCore

/// What a status line tells of the mirror.
package struct MirrorSummary: Sendable, Hashable {
    /// Files known in the account's own tree.
    package var files: Int64
    /// Of them, those with conflicts that nobody has settled.
    package var conflicts: Int
    /// Folders that must still be listed.
    package var unlisted: Int64
    /// Views to hear of.
    package var views: [ViewID]

    package static func read(_ database: Database) throws -> MirrorSummary {
        MirrorSummary(
            files: try Int64.fetchOne(database, sql: "SELECT sum(files) FROM views WHERE owner IS NULL") ?? 0,
            conflicts: try ConflictRows.count(in: database),
            unlisted: try Int64.fetchOne(database, sql: "SELECT count(*) FROM frontier") ?? 0,
            views: try GRDB.Row.fetchAll(database, sql: "SELECT id FROM views ORDER BY number")
                .map { try $0.identifier(0) })
    }
}
