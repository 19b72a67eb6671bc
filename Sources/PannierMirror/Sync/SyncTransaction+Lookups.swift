import GRDB
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
        return try NodeID.fetchOne(statement, arguments: [local.number])
    }

    package func agreement(on node: NodeID) throws -> SyncedEntry? {
        let statement = try database.cachedStatement(
            sql: "SELECT parent, name, sha256, size, is_executable, local FROM sync_agreed WHERE node = ?")
        return try statement.first([node.blob]) { row in
            SyncedEntry(
                SyncPlace(try row.identifier(0), try row.nodeName(1)), content: try SyncContent(row, from: 2),
                local: LocalID(row[5]))
        }
    }

    /// What a file is known to hold; nil for folders and what was not read since it changed.
    package func content(of local: LocalID) throws -> SyncContent? {
        let statement = try database.cachedStatement(
            sql: "SELECT sha256, size, is_executable FROM sync_local WHERE number = ? AND kind = 1")
        return try statement.first([local.number]) { try SyncContent($0, from: 0) } ?? nil
    }

    /// The file of the folder's own part that holds just this content for the node; nil when it was not fetched.
    package func fetchedName(of node: NodeID, _ content: SyncContent) throws -> [UInt8]? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT name FROM sync_fetched WHERE node = ? AND sha256 = ? AND size = ? AND is_executable = ?
                """)
        return try statement.first([node.blob, content.digest.bytes.blob, content.size, content.isExecutable]) {
            try $0.bytes(0)
        }
    }

    /// What a file of the folder's own part is said to hold; nil when nothing was fetched under that name.
    package func fetchedDigest(of name: [UInt8]) throws -> Fingerprint? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT sha256 FROM sync_fetched WHERE name = ?"), arguments: [name.blob])
        return try row.flatMap { Fingerprint(bytes: try $0.bytes(0)) }
    }

    /// What a file of the folder's own part was fetched for; nil as for ``fetchedDigest(of:)``.
    package func fetchedNode(of name: [UInt8]) throws -> NodeID? {
        try NodeID.fetchOne(
            database.cachedStatement(sql: "SELECT node FROM sync_fetched WHERE name = ?"), arguments: [name.blob])
    }

    package func forgetFetched(name: [UInt8]) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_fetched WHERE name = ?").execute(arguments: [name.blob])
    }

    package func forgetFetched(_ node: NodeID) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_fetched WHERE node = ?").execute(arguments: [node.blob])
    }
}

extension SyncContent {
    /// Reads a digest, a size and whether it is executable; nil when there is no digest.
    package init?(_ row: Columns, from column: Int) throws {
        guard !row.isNull(column) else { return nil }
        guard let digest = Fingerprint(bytes: try row.bytes(column)) else {
            throw RowDecodingFailure(description: "a digest that is none")
        }
        self.init(digest: digest, size: row[column + 1], isExecutable: row[column + 2])
    }
}

// Where things stand.
extension SyncTransaction {
    /// Where it stands below the folder; nil when it is not known, or is out of the way.
    package func existingPath(of local: LocalID) throws -> [UInt8]? { try path(of: local) { _, _ in nil } }

    /// Where it stands, out of the way or not; nil when it is not known.
    package func standingPath(of local: LocalID) throws -> [UInt8]? {
        try path(of: local, parked: OwnPart.parked)
    }

    /// - Parameter parked: the place of what is out of the way.
    private func path(of local: LocalID, parked: (LocalID, _ name: [UInt8]) -> [UInt8]?) throws -> [UInt8]? {
        var names: [[UInt8]] = []
        var next = local.number
        while next != 1 {
            let statement = try database.cachedStatement(
                sql: "SELECT parent, name, is_parked FROM sync_local WHERE number = ?")
            let found = try statement.first([next]) { row -> (Int64, [UInt8], isParked: Bool) in
                (row[0], try row.bytes(1), row[2])
            }
            guard let (parent, name, isParked) = found, names.count <= Limits.depth else { return nil }
            if isParked {
                guard let place = parked(LocalID(next), name) else { return nil }
                names.append(place)
                break
            }
            names.append(name)
            next = parent
        }
        return Array(names.reversed().joined(separator: [UInt8(ascii: "/")]))
    }

    /// Where a node stands on the server, below the root of My Files; of something unknown, nothing.
    package func remotePath(of node: NodeID) throws -> [UInt8] {
        var names: [[UInt8]] = []
        var next: NodeID? = node
        while let node = next, names.count <= Limits.depth {
            let statement = try database.cachedStatement(
                sql: "SELECT parent, name FROM nodes WHERE view = (SELECT view FROM sync_folder) AND id = ?")
            guard let row = try GRDB.Row.fetchOne(statement, arguments: [node.blob]) else { break }
            next = try row.optionalIdentifier(0)
            if next != nil { names.append(try row.bytes(1)) }
        }
        return Array(names.reversed().joined(separator: [UInt8(ascii: "/")]))
    }

    /// Whether the server has just this under a node that lives, as far as the feed has told; and all of it was told.
    /// - Parameter content: nil: a folder.
    package func isLiving(_ node: NodeID, holding content: SyncContent?) throws -> Bool {
        guard try isAllTold(), let found = try self.node(node), found.content.map({ SyncContent($0) }) == content,
            (found.kind == .folder) == (content == nil)
        else { return false }
        var next: Node? = found
        for _ in 0...Limits.depth {
            guard let node = next, node.trashedAt == nil else { return false }
            guard let parent = node.parent else { return true }
            next = try self.node(parent)
        }
        return false
    }

    /// Whether the server has told all that it has: the feed was read to its end, and no folder is still to be listed.
    package func isAllTold() throws -> Bool {
        guard let feed = try FeedState.read(database), feed.cursor != nil, !feed.isStarting, !feed.hasMore else {
            return false
        }
        return try Bool.fetchOne(
            database.cachedStatement(
                sql: "SELECT NOT EXISTS (SELECT 1 FROM frontier WHERE view = (SELECT view FROM sync_folder))"))
            == true
    }

    /// Whether the server still has something under a node, in whatever state: in the trash or not, here or in what others
    /// share.
    package func isKnown(_ node: NodeID) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM nodes WHERE view IN (SELECT number FROM views) AND id = ?)"),
            arguments: [node.blob]) == true
    }

    /// As the feed has told it; in the trash, too.
    package func node(_ node: NodeID) throws -> Node? {
        try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT \(nodeColumns) FROM nodes WHERE view = (SELECT view FROM sync_folder) AND id = ?"),
            arguments: [node.blob]
        ).map(Node.init)
    }

    /// - Parameters:
    ///   - kind: what their keys begin with.
    ///   - others: those that stay.
    package func forgetProblems(of kind: String, besides others: Set<String>) throws {
        let keys = try String.fetchAll(
            database.cachedStatement(
                sql: "SELECT key FROM sync_problems WHERE key >= ?1 AND key < ?1 || char(1114111)"), arguments: [kind])
        for key in keys where !others.contains(key) { try solve(key: key) }
    }
}
