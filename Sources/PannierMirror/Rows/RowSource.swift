import GRDB
import PannierCore

/// Where the rows of a listing come from, as SQL.
package enum RowSource: Sendable {
    /// A place whose node is a folder.
    case folder(Place)
    /// The roots of Shared With Me.
    case sharedWithMe
    /// What was put into the trash, of the tree with this root.
    case trash(Place)

    var nameColumn: String {
        switch self {
        case .folder, .trash: "nodes.name"
        case .sharedWithMe: "views.shown"
        }
    }

    /// Nil: all rows of the kind are equal in this.
    func valueColumn(for key: RowOrder.Key, isFolder: Bool) -> String? {
        switch (key, self) {
        case (.name, _): nil
        case (.size, _): isFolder ? nil : "nodes.size"
        case (.type, _): isFolder ? nil : "nodes.mime_type"
        case (.time, .trash): "nodes.trashed_at"
        case (.time, _): "nodes.changed_at"
        case (.who, .sharedWithMe): "views.owner"
        case (.who, .folder(let place)): place.owner == nil ? "nodes.changed_by" : nil
        case (.who, .trash): "nodes.changed_by"
        }
    }

    /// Goes on with `AND …`.
    private var rows: Condition {
        switch self {
        // The indexes are named, because SQLite takes a view for small and would look through all of it. Both hold all
        // columns that rows are ordered and chosen by: the table, where they lie scattered, is not read for that.
        case .folder(let place):
            Condition(
                "FROM nodes INDEXED BY nodes_living WHERE nodes.view = ? AND nodes.parent = ? AND nodes.trashed_at IS NULL",
                [place.view, place.node.id.blob])
        case .trash(let root):
            Condition(
                "FROM nodes INDEXED BY nodes_trashed WHERE nodes.view = ? AND nodes.trashed_at IS NOT NULL",
                [root.view])
        case .sharedWithMe: Condition(Place.sharedRootRows, [])
        }
    }

    /// - Parameter order: for `ORDER BY`.
    func rows(
        where condition: Condition, order: String, limit: Int, in database: Database
    ) throws -> [PannierCore.Row] {
        let all = rows.and(condition)
        let sql =
            switch self {
            case .sharedWithMe: "\(Place.sharedRootColumns) \(all.sql) ORDER BY \(order) LIMIT ?"
            // First the ids, from the index, then the rows themselves.
            case .folder(let place), .trash(let place):
                """
                SELECT \(nodeColumns) FROM (SELECT nodes.id \(all.sql) ORDER BY \(order) LIMIT ?) AS page
                CROSS JOIN nodes ON nodes.view = \(place.view) AND nodes.id = page.id ORDER BY \(order)
                """
            }
        let found = try GRDB.Row.fetchAll(database, sql: sql, arguments: all.arguments + [limit])
        switch self {
        case .sharedWithMe: return try found.map { try Place(sharedRoot: $0).row }
        case .folder(let place):
            let rows = try found.map { row in
                PannierCore.Row(node: try Node(row: row), owner: place.owner, role: place.role)
            }
            return try SyncMarks(place, database).marked(rows)
        case .trash(let root):
            var paths = PathsInView(of: root, database)
            return try found.map { row in
                let node = try Node(row: row)
                return PannierCore.Row(node: node, origin: try paths.path(of: node))
            }
        }
    }

    func count(where condition: Condition, in database: Database) throws -> Int {
        let all = rows.and(condition)
        return try Int.fetchOne(database, sql: "SELECT count(*) \(all.sql)", arguments: all.arguments) ?? 0
    }

    /// All rows of a kind; a folder's have been counted.
    func count(isFolder: Bool, in database: Database) throws -> Int {
        guard case .folder(let place) = self else { return try count(where: .isFolder(isFolder), in: database) }
        let column = isFolder ? "folders" : "files"
        return try Int.fetchOne(
            database, sql: "SELECT \(column) FROM counts WHERE view = ? AND folder = ?",
            arguments: [place.view, place.node.id.blob]) ?? 0
    }
}
