import GRDB
import PannierCore

// Views open and close.
extension FeedTransaction {
    func number(of view: ViewID) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT number FROM views WHERE id = ?"), arguments: [view.blob])
    }

    /// Opens a view, or starts to list it anew when it is known.
    mutating func open(_ view: ViewID, root: Node, shared: SharedItem?) throws {
        let arguments: StatementArguments = [
            view.blob, root.id.blob, shared?.owner, shared?.role.rawValue, shared?.sharedAt, step,
        ]
        let number = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    INSERT INTO views (id, root, owner, role, shared_at, opened, is_confirmed) VALUES (?, ?, ?, ?, ?, ?, 1)
                    ON CONFLICT (id) DO UPDATE SET root = excluded.root, owner = excluded.owner, role = excluded.role,
                        shared_at = excluded.shared_at, opened = excluded.opened, is_confirmed = 1
                    RETURNING number
                    """), arguments: arguments)
        guard let number else { return }
        // What was begun before may have missed changes that no feed will tell of any more: nothing of it goes on.
        try database.cachedStatement(sql: "DELETE FROM frontier WHERE view = ?").execute(arguments: [number])
        _ = try upsert(root, parent: nil, in: number)
        if root.kind == .folder { try list(root.id, in: number) }
        viewsChanged()
        if shared != nil { sharedChanged() }
    }

    /// Nothing of it may be kept.
    mutating func close(_ number: Int64) throws {
        for table in ["nodes", "counts", "frontier", "orphans"] {
            try database.cachedStatement(sql: "DELETE FROM \(table) WHERE view = ?").execute(arguments: [number])
        }
        try database.cachedStatement(sql: "DELETE FROM views WHERE number = ?").execute(arguments: [number])
        viewsChanged()
        sharedChanged()
    }

    mutating func closeUnconfirmed() throws {
        for number in try Int64.fetchAll(
            database.cachedStatement(sql: "SELECT number FROM views WHERE is_confirmed = 0"))
        {
            try close(number)
        }
    }

    /// Gives the roots of Shared With Me names that no two have, where something about them changed.
    mutating func nameSharedRoots() throws {
        guard change.isSharedChanged else { return }
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT views.number, nodes.name, views.owner FROM views
                    CROSS JOIN nodes ON nodes.view = views.number AND nodes.id = views.root
                    WHERE views.owner IS NOT NULL AND nodes.trashed_at IS NULL ORDER BY views.id
                    """))
        let roots = try rows.map { row in
            SharedNames.Root(view: row[0], name: try row.nodeName(1), owner: row[2])
        }
        let names = SharedNames.assign(roots)
        try database.cachedStatement(sql: "UPDATE views SET shown = NULL WHERE owner IS NOT NULL").execute()
        for (view, name) in names {
            try database.cachedStatement(sql: "UPDATE views SET shown = ? WHERE number = ?")
                .execute(arguments: [name.bytes.blob, view])
        }
    }
}
