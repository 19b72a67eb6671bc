package import GRDB
package import PannierCore

// What the tables say of one thing.
extension SyncTransaction {
    package func local(of node: NodeID) throws -> LocalID? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT local FROM sync_agreed WHERE node = ?"), arguments: [node.blob]
        ).map(LocalID.init)
    }

    package func node(of local: LocalID) throws -> NodeID? {
        let statement = try database.cachedStatement(sql: "SELECT node FROM sync_agreed WHERE local = ?")
        return try GRDB.Row.fetchOne(statement, arguments: [local.number])?.identifier(0)
    }

    package func agreement(on node: NodeID) throws -> SyncedEntry? {
        let statement = try database.cachedStatement(
            sql: "SELECT parent, name, sha256, size, is_executable, local FROM sync_agreed WHERE node = ?")
        return try GRDB.Row.fetchOne(statement, arguments: [node.blob]).map { row in
            SyncedEntry(
                SyncPlace(try row.identifier(0), try row.nodeName(1)), content: try SyncContent(row, from: 2),
                local: LocalID(row[5]))
        }
    }

    /// What a file is known to hold; nil for folders and what was not read since it changed.
    package func content(of local: LocalID) throws -> SyncContent? {
        let statement = try database.cachedStatement(
            sql: "SELECT sha256, size, is_executable FROM sync_local WHERE number = ? AND kind = 1")
        return try GRDB.Row.fetchOne(statement, arguments: [local.number]).flatMap { try SyncContent($0, from: 0) }
    }

    /// The file of the folder's own part that holds just this content for the node; nil when it was not fetched.
    package func fetchedName(of node: NodeID, _ content: SyncContent) throws -> [UInt8]? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT name FROM sync_fetched WHERE node = ? AND sha256 = ? AND size = ? AND is_executable = ?
                """)
        return try GRDB.Row.fetchOne(
            statement,
            arguments: [node.blob, content.digest.bytes.blob, content.size, content.isExecutable]
        )?.bytes(0)
    }

    package func forgetFetched(_ node: NodeID) throws {
        try database.execute(sql: "DELETE FROM sync_fetched WHERE node = ?", arguments: [node.blob])
    }
}

extension SyncContent {
    /// Reads a digest, a size and whether it is executable; nil when there is no digest.
    package init?(_ row: GRDB.Row, from column: Int) throws {
        let value: DatabaseValue = row[column]
        guard !value.isNull else { return nil }
        guard let digest = Fingerprint(bytes: try row.bytes(column)) else {
            throw RowDecodingFailure(description: "a digest that is none")
        }
        self.init(digest: digest, size: row[column + 1], isExecutable: row[column + 2])
    }
}
