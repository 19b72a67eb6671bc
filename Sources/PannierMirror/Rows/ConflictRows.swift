package import GRDB
package import PannierCore

/// Files of the account's own tree with conflicts that nobody has settled. They are few: all are looked at, by their index.
package enum ConflictRows {
    /// By path.
    /// - Parameter limit: rows at most; the total counts all.
    package static func page(limit: Int, in database: Database) throws -> RowPage {
        let rows = try all(database).sorted { ($0.origin?.description ?? "") < ($1.origin?.description ?? "") }
        return RowPage(rows: Array(rows.prefix(max(0, limit))), start: 0, total: rows.count, next: nil)
    }

    package static func count(in database: Database) throws -> Int { try all(database).count }

    private static func all(_ database: Database) throws -> [PannierCore.Row] {
        guard let root = try Place.root(database) else { return [] }
        var paths = PathsInView(of: root, isLiving: true, database)
        return try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT \(nodeColumns) FROM nodes INDEXED BY nodes_in_conflict
                WHERE view = ? AND conflicts > 0 AND trashed_at IS NULL
                """, arguments: [root.view]
        ).compactMap { row in
            let node = try Node(row: row)
            return try paths.path(of: node).map { PannierCore.Row(node: node, origin: $0) }
        }
    }
}
