import GRDB
import PannierCore

// Nodes come, change and go.
extension FeedTransaction {
    /// Keeps what the server told of a node, unless something newer is known.
    /// - Parameter parent: the folder it is in; nil for a view's root.
    /// - Returns: whether the node was known; what was known of a view before it was opened anew does not count until the
    ///   server has spoken of it again.
    mutating func upsert(_ node: Node, parent: NodeID?, in view: Int64) throws -> Bool {
        let known = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT revision, parent, name, trashed_at,
                        step >= ifnull((SELECT opened FROM views WHERE number = nodes.view), 0)
                    FROM nodes WHERE view = ? AND id = ?
                    """), arguments: [view, node.id.blob])
        guard let known else {
            try insert(node, parent: parent, in: view)
            return false
        }
        let isKnown: Bool = known[4]
        let revision: Int64 = known[0]
        if revision > node.revision {
            try database.cachedStatement(sql: "UPDATE nodes SET step = ? WHERE view = ? AND id = ?")
                .execute(arguments: [step, view, node.id.blob])
            return isKnown
        }
        let place: NodeID? = try known.optionalIdentifier(1)
        touch(place)
        if node.kind == .folder {
            let isElsewhere = try place != parent || known.nodeName(2) != node.name
            let wasTrashed: Int64? = known[3]
            if isElsewhere || (wasTrashed == nil) != (node.trashedAt == nil) { touchBelow() }
        }
        try insert(node, parent: parent, in: view)
        return isKnown
    }

    /// A node of the feed: its folder may not be known yet, or never be.
    mutating func upsert(told node: Node, in view: Int64) throws -> Bool {
        if let parent = node.parent, try !isKnown(parent, in: view) {
            try database.cachedStatement(sql: "INSERT INTO orphans (view, node) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .execute(arguments: [view, node.id.blob])
        }
        return try upsert(node, parent: node.parent, in: view)
    }

    func isKnown(_ node: NodeID, in view: Int64) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM nodes WHERE view = ? AND id = ?)"),
            arguments: [view, node.blob])
            == true
    }

    private mutating func insert(_ node: Node, parent: NodeID?, in view: Int64) throws {
        let content = node.content
        let arguments: StatementArguments = [
            view, node.id.blob, node.namespace.blob, parent?.blob, node.name.bytes.blob, node.kind == .folder,
            node.created, node.revision, node.changedAt, node.changedBy, node.trashedAt, node.isShared,
            content?.version.blob, content?.size, content?.sha256.bytes.blob, content?.modified,
            content?.isExecutable, content?.mimeType, content?.conflicts ?? 0, step,
        ]
        try database.cachedStatement(sql: Self.insertion).execute(arguments: arguments)
        touch(parent)
        written(node, in: view)
        if parent == nil { try touchRoot(node.id, in: view) }
    }

    private static let insertion = """
        INSERT INTO nodes (view, id, namespace, parent, name, is_folder, created, revision, changed_at, changed_by,
            trashed_at, is_shared, version, size, sha256, modified, is_executable, mime_type, conflicts, step)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (view, id) DO UPDATE SET parent = excluded.parent, name = excluded.name,
            revision = excluded.revision, changed_at = excluded.changed_at, changed_by = excluded.changed_by,
            trashed_at = excluded.trashed_at, is_shared = excluded.is_shared, version = excluded.version,
            size = excluded.size, sha256 = excluded.sha256, modified = excluded.modified,
            is_executable = excluded.is_executable, mime_type = excluded.mime_type, conflicts = excluded.conflicts,
            step = excluded.step
        """

    /// A view's root has no folder: its row is one of Shared With Me.
    private mutating func touchRoot(_ node: NodeID, in view: Int64) throws {
        let isShared = try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT owner IS NOT NULL FROM views WHERE number = ? AND root = ?"),
            arguments: [view, node.blob])
        if isShared == true { sharedChanged() }
    }

    /// Everything was told and everything listed: what is not reached from a root by now has gone out of sight.
    ///
    /// 1. Told before its folder, and the folder never came: the folder is in the trash, or has left.
    /// 2. Not spoken of since its view was opened anew: it went while the server kept no journal for us.
    package mutating func caughtUp() throws {
        let isUnlisted = try Bool.fetchOne(database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM frontier)"))
        guard isUnlisted == false else { return }
        for row in try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT orphans.view, orphans.node FROM orphans
                    CROSS JOIN nodes ON nodes.view = orphans.view AND nodes.id = orphans.node
                    WHERE nodes.parent IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM nodes AS folders WHERE folders.view = nodes.view AND folders.id = nodes.parent)
                    """))
        {
            try remove(try row.identifier(1), in: row[0])
        }
        try database.cachedStatement(sql: "DELETE FROM orphans").execute()
        for row in try GRDB.Row.fetchAll(
            database.cachedStatement(sql: "SELECT number, opened FROM views WHERE opened IS NOT NULL"))
        {
            let (number, opened): (Int64, Int64) = (row[0], row[1])
            try database.cachedStatement(sql: "DELETE FROM nodes WHERE view = ? AND step < ?")
                .execute(arguments: [number, opened])
            try database.cachedStatement(sql: "UPDATE views SET opened = NULL WHERE number = ?")
                .execute(arguments: [number])
        }
        try nameSharedRoots()
    }

    /// Removes a node and everything below it from one view. For an unknown node too: what the feed told of its children
    /// waits for it.
    mutating func remove(_ node: NodeID, in view: Int64) throws {
        let known = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT parent FROM nodes WHERE view = ? AND id = ?"),
            arguments: [view, node.blob])
        if let known {
            touch(try known.optionalIdentifier(0))
            touchBelow()
            try touchRoot(node, in: view)
        }
        // UNION, not UNION ALL: until the feed has caught up, two folders may each seem to lie in the other.
        try database.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS leaving (id BLOB PRIMARY KEY) WITHOUT ROWID;
                DELETE FROM temp.leaving;
                """)
        try database.cachedStatement(
            sql: """
                INSERT INTO temp.leaving
                WITH RECURSIVE below (id) AS (
                    SELECT ?2
                    UNION SELECT nodes.id FROM below JOIN nodes ON nodes.view = ?1 AND nodes.parent = below.id
                )
                SELECT id FROM below
                """
        ).execute(arguments: [view, node.blob])
        for (table, column) in [("frontier", "folder"), ("nodes", "id")] {
            try database.cachedStatement(
                sql: "DELETE FROM \(table) WHERE view = ? AND \(column) IN (SELECT id FROM temp.leaving)"
            ).execute(arguments: [view])
        }
    }
}
