import GRDB
import PannierCore
import PannierMirror

/// What the triggers have written down as possibly different.
struct ChangedEntries {
    let database: Database

    var count: Int64 {
        get throws {
            try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT (SELECT count(*) FROM sync_changed_nodes) + (SELECT count(*) FROM sync_changed_locals)"
                ))
                ?? 0
        }
    }

    /// Forgets what turned out to be the same in all three trees, or in none of them; and remembers what differs and was only
    /// looked at for what it lies in: that will be the same before it is.
    /// - Parameter trees: in which these were looked at.
    func settle(_ trees: SyncTrees) throws {
        try remember(trees)
        let forgetNode = try database.cachedStatement(sql: "DELETE FROM sync_changed_nodes WHERE node = ?")
        for node in try NodeID.fetchAll(database.cachedStatement(sql: "SELECT node FROM sync_changed_nodes"))
        where trees.isSettled(node) {
            try forgetNode.execute(arguments: [node.blob])
        }
        let forgetLocal = try database.cachedStatement(sql: "DELETE FROM sync_changed_locals WHERE local = ?")
        for row in try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT local, node FROM sync_changed_locals LEFT JOIN sync_agreed USING (local)
                    """))
        {
            let number: Int64 = row[0]
            if trees.isSettled(LocalID(number), as: try row.optionalIdentifier(1)) {
                try forgetLocal.execute(arguments: [number])
            }
        }
    }

    private func remember(_ trees: SyncTrees) throws {
        let node = try database.cachedStatement(
            sql: "INSERT INTO sync_changed_nodes (node) VALUES (?) ON CONFLICT DO NOTHING")
        for id in Set(trees.remote.keys).union(trees.synced.keys) where !trees.isSettled(id) {
            try node.execute(arguments: [id.blob])
        }
    }
}

extension SyncTrees {
    /// Everybody agrees on it, or nobody knows it.
    func isSettled(_ node: NodeID) -> Bool {
        if node == remoteRoot { return true }
        if remote[node] != nil, synced[node] == nil, isOnlineOnly(node) { return true }
        if isExcluded(node) { return true }
        guard let remote = remote[node], let synced = synced[node] else {
            return self.remote[node] == nil && self.synced[node] == nil
        }
        guard !remote.isParked, remote.place == synced.place, remote.content == synced.content,
            let local = local[synced.local], !local.isParked, local.place.name == synced.place.name,
            !isOnlineOnly(node)
        else { return false }
        let isSameFolder =
            synced.place.parent == remoteRoot
            ? local.place.parent == localRoot : self.synced[synced.place.parent]?.local == local.place.parent
        return isSameFolder && local.isFolder == (synced.content == nil) && local.content == synced.content
    }

    /// It, or a folder above it there, is to be on the server alone.
    private func isOnlineOnly(_ node: NodeID) -> Bool {
        guard !onlineOnly.isEmpty else { return false }
        return sequence(first: node) { self.remote[$0]?.place.parent }.prefix(Limits.depth).contains {
            onlineOnly.contains($0)
        }
    }

    /// It, or a folder that it is in, is not synchronised here: whatever becomes of it there is nothing to this disk. Of what
    /// was agreed on, those folders count in which it was then; of what is new there, those in which it is.
    private func isExcluded(_ node: NodeID) -> Bool {
        if let entry = synced[node], let here = local[entry.local] { return here.kind == .excluded }
        // What is on no side any more is to be forgotten.
        guard remote[node] != nil else { return false }
        for folder in sequence(first: node, next: { self.folder(of: $0) }).dropFirst().prefix(Limits.depth) {
            if let here = synced[folder].flatMap({ local[$0.local] }) { return here.kind == .excluded }
        }
        return false
    }

    /// As ``MergedTree/setApart()`` goes down.
    private func folder(of node: NodeID) -> NodeID? { synced[node]?.place.parent ?? remote[node]?.place.parent }

    /// - Parameter node: what it is agreed to be.
    func isSettled(_ local: LocalID, as node: NodeID?) -> Bool {
        if let node { return isSettled(node) }
        // What is excluded is nobody's; what has no row any more is gone.
        return self.local[local].map { $0.kind == .excluded } ?? true
    }
}
