package import GRDB
package import PannierCore

/// What the mirror knows of a folder's children.
package enum FolderListing: Sendable, Hashable {
    /// The next living ones in the order of their ids; empty: there are no more.
    case page([Node])
    /// Not all of them are known yet: the folder, or one that it lies in, is still being listed.
    case unlisted
    /// The folder is not there, or in the trash.
    case gone
}

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

    /// Children of a folder wherever it lies, after the given one.
    ///
    /// 1. It, or a folder above it, is in the trash: gone.
    /// 2. It, or a folder above it, is on the frontier: unlisted; a listing puts what it finds below on the frontier.
    /// 3. No way leads from it to a view's root: gone, unless the mirror is still hearing of its views.
    package static func children(
        of folder: NodeID, after: NodeID?, limit: Int, in database: Database
    ) throws -> FolderListing {
        guard let place = try find(folder, in: database) else { return try missing(database) }
        // UNION, not UNION ALL: until the feed has caught up, two folders may each seem to lie in the other.
        let above = try GRDB.Row.fetchOne(
            database,
            sql: """
                WITH RECURSIVE chain (id, parent, trashed_at) AS (
                    SELECT id, parent, trashed_at FROM nodes WHERE view = ?1 AND id = ?2
                    UNION SELECT nodes.id, nodes.parent, nodes.trashed_at
                    FROM chain JOIN nodes ON nodes.view = ?1 AND nodes.id = chain.parent
                )
                SELECT max(trashed_at IS NOT NULL),
                    max(EXISTS (SELECT 1 FROM frontier WHERE frontier.view = ?1 AND frontier.folder = chain.id)),
                    max(id = (SELECT root FROM views WHERE number = ?1))
                FROM chain
                """, arguments: [place.view, folder.blob])
        guard let above, !(above[0] as Bool) else { return .gone }
        if above[1] { return .unlisted }
        guard above[2] else { return try missing(database) }
        return .page(try place.children(after: after, limit: limit, in: database))
    }

    private static func missing(_ database: Database) throws -> FolderListing {
        guard let feed = try FeedState.read(database), feed.cursor != nil, !feed.isStarting else { return .unlisted }
        let isListing = try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM frontier) OR EXISTS (SELECT 1 FROM views WHERE opened IS NOT NULL)")
        return isListing == true ? .unlisted : .gone
    }

    /// Living children in the order of their ids, after the given one.
    private func children(after: NodeID?, limit: Int, in database: Database) throws -> [Node] {
        let rows = try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT \(nodeColumns) FROM nodes INDEXED BY nodes_by_parent
                WHERE view = ? AND parent = ? AND id > ? AND trashed_at IS NULL ORDER BY id LIMIT ?
                """,
            arguments: [view, node.id.blob, after?.blob ?? [UInt8]().blob, limit])
        return try rows.map { try Node(row: $0) }
    }

    /// Whether a folder is this place's node or lies below it, as this view shows them.
    package func holds(_ folder: NodeID, in database: Database) throws -> Bool {
        // UNION: as for ``children(of:after:limit:in:)``.
        let found = try Bool.fetchOne(
            database,
            sql: """
                WITH RECURSIVE chain (id) AS (
                    SELECT id FROM nodes WHERE view = ?1 AND id = ?2
                    UNION SELECT nodes.parent FROM chain JOIN nodes ON nodes.view = ?1 AND nodes.id = chain.id
                    WHERE nodes.parent IS NOT NULL
                )
                SELECT EXISTS (SELECT 1 FROM chain WHERE id = ?3)
                """, arguments: [view, folder.blob, node.id.blob])
        return found == true
    }

    /// Bytes of the living files in this place, as far as they are known.
    package func bytes(in database: Database) throws -> Int64 {
        if let content = node.content { return content.size }
        // UNION: as for ``children(of:after:limit:in:)``.
        let sum = try Int64.fetchOne(
            database,
            sql: """
                WITH RECURSIVE folders (id) AS (
                    SELECT ?2
                    UNION SELECT nodes.id FROM folders JOIN nodes
                    ON nodes.view = ?1 AND nodes.parent = folders.id AND nodes.trashed_at IS NULL AND nodes.is_folder = 1
                )
                SELECT sum(nodes.size) FROM folders JOIN nodes
                ON nodes.view = ?1 AND nodes.parent = folders.id AND nodes.trashed_at IS NULL AND nodes.is_folder = 0
                """, arguments: [view, node.id.blob])
        return sum ?? 0
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
