import GRDB
package import PannierCore

// Nodes that are put out of the way on the server.
extension SyncTransaction {
    /// Writes down that a node is about to be put out of the way, and where it is now.
    /// - Returns: the name that it gets; nil when it is not there.
    package func park(_ node: NodeID) throws -> NodeName? {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sync_parked_nodes (node, parent, name)
                SELECT id, parent, name FROM nodes
                WHERE view = (SELECT view FROM sync_folder) AND id = ? AND parent IS NOT NULL AND trashed_at IS NULL
                """
        ).execute(arguments: [node.blob])
        return database.changesCount > 0 ? Self.parkedName(of: node) : nil
    }

    package func unpark(_ node: NodeID) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_parked_nodes WHERE node = ?").execute(arguments: [node.blob]
        )
    }

    /// Under which a node stands, at the top, while it is out of the way.
    package static func parkedName(of node: NodeID) -> NodeName? { try? NodeName(".pannier-moving-\(node)") }
}
