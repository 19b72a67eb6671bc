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

    /// Where it was before it was put out of the way; nil when nobody did.
    package func placeBeforeParking(_ node: NodeID) throws -> SyncPlace<NodeID>? {
        let statement = try database.cachedStatement(sql: "SELECT parent, name FROM sync_parked_nodes WHERE node = ?")
        return try GRDB.Row.fetchOne(statement, arguments: [node.blob]).map {
            SyncPlace(try $0.identifier(0), try $0.nodeName(1))
        }
    }

    /// Under which a node stands, at the top, while it is out of the way.
    package static func parkedName(of node: NodeID) -> NodeName? { try? NodeName(".pannier-moving-\(node)") }
}
