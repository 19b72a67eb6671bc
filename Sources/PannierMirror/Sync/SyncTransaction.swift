package import GRDB
package import PannierCore

/// The state of a file when it was read.
package struct LocalRead: Hashable, Sendable {
    /// In bytes.
    package var size: Int64
    package var modified: Nanoseconds
    /// `st_ctime`.
    package var changed: Nanoseconds

    package init(size: Int64, modified: Nanoseconds, changed: Nanoseconds) {
        self.size = size
        self.modified = modified
        self.changed = changed
    }
}

/// A change of the synced folder's tables. Synchronous, inside a transaction of the caller's; no clock and no network.
package struct SyncTransaction {
    package let database: Database

    package init(_ database: Database) { self.database = database }

    /// A file of the folder was committed as a content of this node: both sides agree on it, as it was when it was read.
    /// What became of it since is another change, on either side.
    /// - Parameters:
    ///   - node: as the service answered the commit. Where it was asked once more, the node may hold by then what somebody
    ///     else has sent.
    ///   - digest: of what was sent.
    package func sent(_ local: LocalID, as node: Node, digest: Fingerprint, read: LocalRead) throws {
        guard let content = node.content.map({ SyncContent($0) }), let parent = node.parent else { return }
        try know(local, digest, read)
        guard try learn(node) else { return }
        let known = try self.content(of: local)
        let isExecutable = known?.digest == digest ? known?.isExecutable : nil
        let sent = SyncContent(
            digest: digest, size: read.size, isExecutable: isExecutable ?? content.isExecutable)
        // Of a file that was there before only the content was agreed on by this: where it stands may have changed there
        // since, and is not known here yet.
        let place = try agreement(on: node.id)?.place ?? SyncPlace(parent, node.name)
        try agree(node.id, SyncedEntry(place, content: sent, local: local))
    }

    /// A file could not be sent.
    package func failed(_ local: LocalID, _ problem: Problem) throws {
        try report(problem, key: "local \(local.number)", path: try path(of: local))
    }

    /// The content of a node is in the folder's own part, verified and durable.
    package func fetched(_ node: NodeID, _ content: Node.Content, name: [UInt8]) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sync_fetched (node, version, name, sha256, size, is_executable)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            node.blob, content.version.blob, name.blob, content.sha256.bytes.blob, content.size,
            content.isExecutable,
        ])
    }

    /// The content of a node could not be fetched.
    package func fetchFailed(_ node: NodeID, path: [UInt8], _ problem: Problem) throws {
        try report(problem, key: "node \(node)", path: path)
    }

    // MARK: Agreement

    /// What a file held when it was read; if it has changed since, nothing is known of it.
    func know(_ local: LocalID, _ digest: Fingerprint, _ read: LocalRead) throws {
        try database.cachedStatement(
            sql: "UPDATE sync_local SET sha256 = ? WHERE number = ? AND size = ? AND modified = ? AND changed = ?"
        ).execute(arguments: [digest.bytes.blob, local.number, read.size, read.modified, read.changed])
    }

    /// Both sides are the same, as the node is told here.
    package func agree(_ node: Node, _ local: LocalID) throws {
        guard let parent = node.parent else { return }
        try agree(
            node.id,
            SyncedEntry(SyncPlace(parent, node.name), content: node.content.map { SyncContent($0) }, local: local))
    }

    package func agree(_ node: NodeID, _ entry: SyncedEntry) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_agreed WHERE local = ? AND node <> ?")
            .execute(arguments: [entry.local.number, node.blob])
        try database.cachedStatement(
            sql: """
                INSERT INTO sync_agreed (node, parent, name, sha256, size, is_executable, local)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (node) DO UPDATE SET parent = excluded.parent, name = excluded.name,
                    sha256 = excluded.sha256, size = excluded.size, is_executable = excluded.is_executable,
                    local = excluded.local
                """
        ).execute(arguments: [
            node.blob, entry.place.parent.blob, entry.place.name.bytes.blob, entry.content?.digest.bytes.blob,
            entry.content?.size, entry.content?.isExecutable, entry.local.number,
        ])
        try solve(key: "local \(entry.local.number)")
        try solve(key: "node \(node)")
    }

    package func forget(_ node: NodeID) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_agreed WHERE node = ?").execute(arguments: [node.blob])
    }

    /// What the service has answered of a node of ours goes into the remote tree, unless something newer is known.
    /// - Returns: whether it is known there now. If not, nothing is agreed on: what the feed will say decides.
    package func learn(_ node: Node) throws -> Bool {
        var feed = try FeedTransaction(database)
        return try feed.learn(node)
    }

    // MARK: Problems

    /// - Parameter leftOut: it is merely left out, and needs nobody.
    package func report(_ problem: Problem, key: String, path: [UInt8], leftOut: LeftOut? = nil) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO sync_problems (key, path, problem, left_out) VALUES (?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET path = excluded.path, problem = excluded.problem,
                    left_out = excluded.left_out
                WHERE path <> excluded.path OR problem <> excluded.problem OR left_out IS NOT excluded.left_out
                """
        ).execute(arguments: [key, path.blob, try SQLText.json(problem), leftOut?.rawValue])
    }

    package func solve(key: String) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_problems WHERE key = ?").execute(arguments: [key])
    }

    package func hasProblem(key: String) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sync_problems WHERE key = ?)"),
            arguments: [key]) == true
    }

    // MARK: Paths

    /// Below the folder, names joined by slashes; of something unknown, nothing.
    package func path(of local: LocalID) throws -> [UInt8] {
        var names: [[UInt8]] = []
        var next = local.number
        while next > 1, names.count <= Limits.depth {
            let row = try GRDB.Row.fetchOne(
                database.cachedStatement(sql: "SELECT parent, name FROM sync_local WHERE number = ?"),
                arguments: [next])
            guard let row else { break }
            names.append(try row.bytes(1))
            next = row[0]
        }
        return Array(names.reversed().joined(separator: [UInt8(ascii: "/")]))
    }
}

extension SyncContent {
    package init(_ content: Node.Content) {
        self.init(digest: content.sha256, size: content.size, isExecutable: content.isExecutable)
    }
}
