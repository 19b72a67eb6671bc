import GRDB
import PannierCore
import PannierMirror

extension SyncTrees {
    /// All of the three trees.
    static func whole(_ database: Database, _ folder: SyncFolder) throws -> SyncTrees {
        var trees = SyncTrees(remoteRoot: folder.root, localRoot: LocalTable.top)
        try trees.readRemote(database, folder)
        trees.onlineOnly = try onlineOnly(database)
        try database.cachedStatement(sql: "SELECT \(TreeRows.synced) FROM sync_agreed").each { row in
            let (node, entry) = try TreeRows.synced(row)
            trees.synced[node] = entry
        }
        try database.cachedStatement(sql: "SELECT \(TreeRows.local) FROM sync_local WHERE number > 1").each { row in
            let (number, entry) = try TreeRows.local(row)
            trees.local[number] = entry
        }
        return trees
    }

    static func onlineOnly(_ database: Database) throws -> Set<NodeID> {
        Set(try NodeID.fetchAll(database.cachedStatement(sql: "SELECT node FROM sync_online_only")))
    }

    /// What hangs from the root, with nothing on the way in the trash.
    private mutating func readRemote(_ database: Database, _ folder: SyncFolder) throws {
        let statement = try database.cachedStatement(
            sql: """
                WITH RECURSIVE living (id) AS (
                    SELECT ?2 UNION
                    SELECT nodes.id FROM living JOIN nodes
                    ON nodes.view = ?1 AND nodes.parent = living.id AND nodes.trashed_at IS NULL
                )
                SELECT \(TreeRows.remote) FROM living JOIN nodes ON nodes.view = ?1 AND nodes.id = living.id
                \(TreeRows.parked) WHERE nodes.parent IS NOT NULL
                """)
        try statement.each([folder.view, folder.root.blob]) { row in
            let (node, entry) = try TreeRows.remote(row, root: folder.root)
            remote[node] = entry
        }
    }
}
