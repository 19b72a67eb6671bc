import GRDB
package import PannierCore

// What a person wants in My Files alone.
extension SyncTransaction {
    /// Whether the node itself was chosen; what lies below such a node is online only, too.
    package func isOnlineOnly(_ node: NodeID) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM sync_online_only WHERE node = ?")
        return try Int.fetchOne(statement, arguments: [node.blob]) != nil
    }

    /// Chooses that a node is in My Files alone, or on this disk, too. Choices below it are forgotten.
    /// - Returns: the folder above it that is online only with all that is in it, when there is one: then nothing is
    ///   changed.
    package func keep(_ node: NodeID, isOnlineOnly: Bool) throws -> RemotePath? {
        if let above = try folderAbove(node) { return isOnlineOnly ? nil : above }
        try database.cachedStatement(
            sql:
                "\(Self.below) DELETE FROM sync_online_only WHERE node IN (SELECT id FROM below) AND (node <> ?1 OR ?2 = 0)"
        ).execute(arguments: [node.blob, isOnlineOnly])
        if isOnlineOnly {
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO sync_online_only (node) VALUES (?)")
                .execute(arguments: [node.blob])
        }
        return nil
    }

    /// The chosen nodes at or below one; from the choices upwards, since they are few.
    private static let below = """
        WITH RECURSIVE chains (id, next, depth) AS (
            SELECT node, node, 0 FROM sync_online_only
            UNION ALL SELECT chains.id, nodes.parent, depth + 1 FROM chains
            JOIN nodes ON nodes.view = (SELECT view FROM sync_folder) AND nodes.id = chains.next
            WHERE nodes.parent IS NOT NULL AND depth < \(Limits.depth) AND chains.next <> ?1
        ), below (id) AS (SELECT id FROM chains WHERE next = ?1)
        """

    /// The online-only folder that the node lies in, not itself.
    private func folderAbove(_ node: NodeID) throws -> RemotePath? {
        guard let parent = try self.node(node)?.parent else { return nil }
        return try folderAbove(orAt: parent)
    }

    /// The online-only node that this one is, or lies in.
    func folderAbove(orAt node: NodeID) throws -> RemotePath? {
        guard try hasOnlineOnly, let root = try Place.root(database) else { return nil }
        var next = node
        for _ in 0..<Limits.depth {
            guard let folder = try self.node(next) else { return nil }
            if try isOnlineOnly(next) {
                var paths = PathsInView(of: root, database)
                return try paths.path(of: folder) ?? .myFiles
            }
            guard let parent = folder.parent else { return nil }
            next = parent
        }
        return nil
    }

    private var hasOnlineOnly: Bool {
        get throws {
            let statement = try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sync_online_only)")
            return try Bool.fetchOne(statement) == true
        }
    }
}
