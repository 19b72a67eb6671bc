package import GRDB
package import PannierCore

// What transfers ask of the tree: by id, since names may change while they run.
extension Place {
    /// A node by its id, in the account's own tree where that holds it, else in what is shared.
    package static func find(_ node: NodeID, in database: Database) throws -> Place? {
        let row = try GRDB.Row.fetchOne(
            database,
            sql: """
                SELECT \(nodeColumns), views.number, views.owner, views.role FROM views
                CROSS JOIN nodes ON nodes.view = views.number AND nodes.id = ?
                ORDER BY views.owner IS NOT NULL, views.number LIMIT 1
                """, arguments: [node.blob])
        return try row.map { row in
            let role: String? = row[extraColumn + 2]
            return Place(
                view: row[extraColumn], node: try Node(row: row), owner: row[extraColumn + 1],
                role: role.flatMap(Role.init(rawValue:)))
        }
    }

    /// Living children in the order of their ids, after the given one.
    package func children(after: NodeID?, limit: Int, in database: Database) throws -> [Node] {
        let rows = try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT \(nodeColumns) FROM nodes INDEXED BY nodes_by_parent
                WHERE view = ? AND parent = ? AND id > ? AND trashed_at IS NULL ORDER BY id LIMIT ?
                """,
            arguments: [view, node.id.blob, after?.blob ?? [UInt8]().blob, limit])
        return try rows.map { try Node(row: $0) }
    }

    /// What stands at names below this folder; nil where nothing does.
    package func descendant(at names: [NodeName], in database: Database) throws -> Node? {
        var place: Place? = self
        for name in names {
            guard let folder = place, folder.node.kind == .folder else { return nil }
            place = try folder.child(named: name, in: database)
        }
        return place?.node
    }
}
