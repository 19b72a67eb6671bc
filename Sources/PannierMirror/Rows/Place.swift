package import GRDB
package import PannierCore

/// A file or folder that a path leads to, in the view that the path goes through.
package struct Place: Sendable, Hashable {
    package var view: Int64
    package var node: Node
    /// In Shared With Me: whose it is, and what one may do.
    package var owner: String?
    package var role: Role?

    package init(view: Int64, node: Node, owner: String? = nil, role: Role? = nil) {
        self.view = view
        self.node = node
        self.owner = owner
        self.role = role
    }

    package var row: PannierCore.Row { PannierCore.Row(node: node, owner: owner, role: role) }

    /// Follows the bytes of the names. Nil when nothing is there; what is in the trash is not there.
    ///
    /// `shared:/` itself is no node and never found.
    package static func find(_ path: RemotePath, in database: Database) throws -> Place? {
        var names = path.names[...]
        var place: Place?
        switch path.space {
        case .myFiles: place = try root(database)
        case .shared:
            guard let first = names.popFirst() else { return nil }
            place = try sharedRoot(named: first, database)
        }
        for name in names {
            guard let folder = place, folder.node.kind == .folder else { return nil }
            place = try folder.child(named: name, in: database)
        }
        return place
    }

    // CROSS JOIN, which SQLite takes in the order written: there are few views and may be a million nodes.

    /// The root of the account's own tree; nil before the first page of the feed.
    package static func root(_ database: Database) throws -> Place? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT \(nodeColumns), views.number FROM views
                    CROSS JOIN nodes ON nodes.view = views.number AND nodes.id = views.root WHERE views.owner IS NULL
                    """))
        return try row.map { Place(view: $0[Self.extraColumn], node: try Node(row: $0)) }
    }

    private static func sharedRoot(named name: NodeName, _ database: Database) throws -> Place? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "\(sharedRoots) AND views.shown = ?"), arguments: [name.bytes.blob])
        return try row.map { try Place(sharedRoot: $0) }
    }

    /// As what the things stand in Shared With Me that their owners call so.
    package static func sharedNames(of name: NodeName, limit: Int, in database: Database) throws -> [NodeName] {
        try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT views.shown \(sharedRootRows) AND nodes.name = ? ORDER BY views.shown LIMIT ?"),
            arguments: [name.bytes.blob, limit]
        ).map { try $0.nodeName(0) }
    }

    /// The view of something that is shared with whoever is signed in; it has the id of the grant. Nil: there is none.
    package static func sharedView(_ number: Int64, in database: Database) throws -> ViewID? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM views WHERE number = ? AND owner IS NOT NULL"),
            arguments: [number])
        return try row.map { try $0.identifier(0) }
    }

    func child(named name: NodeName, in database: Database) throws -> Place? {
        let child = try Self.child(of: node.id, in: view, named: name, database)
        return child.map { Place(view: view, node: $0, owner: owner, role: role) }
    }

    /// The living child with exactly this name.
    static func child(of folder: NodeID, in view: Int64, named name: NodeName, _ database: Database) throws -> Node? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT \(nodeColumns) FROM nodes INDEXED BY nodes_living
                    WHERE view = ? AND parent = ? AND trashed_at IS NULL AND is_folder IN (0, 1) AND name = ?
                    """), arguments: [view, folder.blob, name.bytes.blob])
        return try row.map { try Node(row: $0) }
    }

    /// First column behind ``nodeColumns``.
    static let extraColumn = 18

    /// The living roots of Shared With Me; goes on with `AND …`.
    static let sharedRootRows = """
        FROM views CROSS JOIN nodes ON nodes.view = views.number AND nodes.id = views.root
        WHERE views.owner IS NOT NULL AND views.shown IS NOT NULL AND nodes.trashed_at IS NULL
        """
    static let sharedRootColumns =
        "SELECT \(nodeColumns), views.number, views.shown, views.owner, views.role"
    static let sharedRoots = "\(sharedRootColumns) \(sharedRootRows)"
}

extension Place {
    /// Reads ``sharedRoots``. The node carries the name that is unique in Shared With Me.
    init(sharedRoot row: GRDB.Row) throws {
        var node = try Node(row: row)
        node.name = try row.nodeName(Self.extraColumn + 1)
        let role: String? = row[Self.extraColumn + 3]
        self.init(
            view: row[Self.extraColumn], node: node, owner: row[Self.extraColumn + 2],
            role: role.flatMap(Role.init(rawValue:)))
    }
}
