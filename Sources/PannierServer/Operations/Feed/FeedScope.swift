import PannierCore

/// What one part of a feed is about: a whole view, or a subtree inside one.
struct FeedScope {
    let view: ViewID
    let tree: Tree
    /// The view's root: the namespace's own for its owner, else the shared node.
    let root: NodeID
    let isOwn: Bool
    /// The top of the subtree that is asked for; nil: all of the view.
    var subtree: NodeID?

    /// The node as this view shows it; nil when it is not inside. Owners see what is in the trash, guests do not.
    func shown(_ id: NodeID) throws -> Node? {
        guard let node = try tree.node(id) else { return nil }
        if isOwn, subtree == nil { return node }
        let chain = try tree.chain(of: id)
        if let subtree, !chain.contains(where: { $0.id == subtree }) { return nil }
        if isOwn { return node }
        return chain.isInside(root) ? node.seenByGuest(isRoot: id == root) : nil
    }

    /// The next rows of the view's journal, read by index: nothing of what is outside.
    func rows(after position: Revision, limit: Int) throws -> [JournalRow] {
        let ownRows = """
            SELECT revision, node, kind, 0 FROM journal WHERE namespace = $1 AND revision > $2
            ORDER BY revision LIMIT $3
            """
        let rowsOfRoot = """
            SELECT revision, node, kind, effect FROM journal_by_root
            WHERE namespace = $1 AND root = $4 AND revision > $2 ORDER BY revision LIMIT $3
            """
        let arguments: [MetadataValue] = [.id(tree.namespace), .integer(position), .count(limit)]
        let rows = try tree.transaction.rows(
            isOwn ? ownRows : rowsOfRoot, isOwn ? arguments : arguments + [.id(root)])
        return try rows.map { row in
            var reader = row.reader
            return JournalRow(
                revision: try reader.integer(), node: try reader.id(), kind: try reader.code(),
                effect: try reader.code())
        }
    }

    func place(_ revision: Revision) throws -> JournalPlace {
        let row = try tree.transaction.row(
            "SELECT node, at FROM journal WHERE namespace = $1 AND revision = $2",
            [.id(tree.namespace), .integer(revision)])
        guard var reader = row?.reader else { return JournalPlace(revision: revision, mark: 0) }
        let (node, time): (NodeID, Milliseconds) = (try reader.id(), try reader.integer())
        return JournalPlace(revision: revision, mark: Int64(bitPattern: node.low) ^ time)
    }

    func head() throws -> Revision {
        guard
            var reader = try tree.transaction.row(
                "SELECT head FROM namespaces WHERE id = $1", [.id(tree.namespace)])?.reader
        else { throw MetadataError.rowMissing("namespace \(tree.namespace)") }
        return try reader.integer()
    }
}

struct JournalRow {
    let revision: Revision
    let node: NodeID
    let kind: JournalKind
    let effect: JournalEffect
}
