import GRDB
package import PannierCore

// What this device has changed is known before the feed tells of it.
extension FeedTransaction {
    /// Writes what the server has just answered of a node of the account's own tree (of a creation, a move, a commit, the
    /// trash), unless something newer is known, in the same transaction as what rests on it. It changes nothing of how the
    /// feed goes on: that tells the node again, in its own time.
    ///
    /// 1. A node of somebody else's tree is not looked at.
    /// 2. What is known is as new, or newer: it stays.
    /// 3. It is not newer than the feed's place: then the feed has told of it, and the node has gone since, or it is still
    ///    to be listed. Nothing here could say which.
    /// 4. Its folder is not known, or is known as lying in the node itself: the feed, or a listing, will bring both.
    /// 5. A folder that is not known here is listed, but for one that came into being after the feed's place: all that lies
    ///    in it came later still, and follows in the feed.
    ///
    /// An answer must not be kept for later: of another epoch it would be taken for news.
    /// - Returns: whether the mirror holds the node now, as answered or newer. If not, nothing may rest on it: what the
    ///   feed will say decides.
    @discardableResult
    package mutating func learn(_ node: Node) throws -> Bool {
        guard let view = try ownView(of: node.namespace) else { return false }
        let known = try Revision.fetchOne(
            database.cachedStatement(sql: "SELECT revision FROM nodes WHERE view = ? AND id = ?"),
            arguments: [view, node.id.blob])
        if let known, known >= node.revision { return true }
        guard let place = try FeedState.read(database)?.revision, node.revision > place, let parent = node.parent,
            try isKnown(parent, in: view), try !chain(of: parent, in: view).contains(node.id)
        else { return false }
        let isKnown = try upsert(node, parent: parent, in: view)
        if !isKnown, node.kind == .folder, node.created <= place { try list(node.id, in: view) }
        try keepNewest()
        return true
    }

    private func ownView(of namespace: NamespaceID) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT number FROM views WHERE id = ? AND owner IS NULL"),
            arguments: [namespace.blob])
    }
}
