import GRDB
package import PannierCore

// What the server has and this disk keeps out of it: it is ignored here, or is something else here that nobody can
// synchronise. Whatever becomes of it there is nothing to this disk, and the other way round.
extension SyncTransaction {
    /// What is left out here that the node is, or lies in; nil: nothing.
    package func leftOut(orAt node: NodeID) throws -> LocalID? {
        guard try leavesOut else { return nil }
        var next: NodeID? = node
        for _ in 0...Limits.depth {
            guard let node = next else { return nil }
            let agreed = try agreement(on: node)
            if let local = agreed?.local, let isLeftOut = try isLeftOut(local) { return isLeftOut ? local : nil }
            next = try agreed?.place.parent ?? self.node(node)?.parent
        }
        return nil
    }

    /// Nil: nothing of it is known.
    func isLeftOut(_ local: LocalID) throws -> Bool? {
        try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT kind = 2 FROM sync_local WHERE number = ?"),
            arguments: [local.number])
    }

    /// Whether anything is.
    var leavesOut: Bool {
        get throws {
            try Bool.fetchOne(
                database.cachedStatement(
                    sql: "SELECT EXISTS (SELECT 1 FROM sync_local INDEXED BY sync_local_left_out WHERE kind = 2)"))
                == true
        }
    }

    /// Files that both sides once agreed on, and that are left out here now: they do not count as the same.
    var leftOutCount: Int64 {
        get throws {
            guard try leavesOut else { return 0 }
            let statement = try database.cachedStatement(
                sql: """
                    WITH RECURSIVE out (node, size) AS (
                        SELECT node, sync_agreed.size FROM sync_local INDEXED BY sync_local_left_out
                        CROSS JOIN sync_agreed ON sync_agreed.local = sync_local.number WHERE kind = 2
                        UNION SELECT inside.node, inside.size FROM out JOIN sync_agreed AS inside
                        ON inside.parent = out.node
                        WHERE NOT EXISTS (SELECT 1 FROM sync_local WHERE number = inside.local)
                    )
                    SELECT count(*) FROM out WHERE size IS NOT NULL
                    """)
            return try Int64.fetchOne(statement) ?? 0
        }
    }
}
