import PannierCore

/// Writes nodes, each change with its journal row. Checks nothing: whoever calls has locked the namespace's head
/// (``Authorization/allowChange(_:on:)``) and then asked all conditions.
struct TreeEditor {
    private let tree: Tree
    private let context: OperationContext
    private let journal: Journal

    init(_ tree: Tree, _ context: OperationContext) {
        self.tree = tree
        self.context = context
        journal = Journal(tree: tree, context: context)
    }

    /// A new folder, or a file with the content that `content` writes for it.
    func create(
        _ kind: Node.Kind, named name: NodeName, in parent: NodeID, chunkClass: ChunkClass = .standard,
        content: (Node) throws -> Node.Content? = { _ in nil }
    ) throws -> Node {
        let revision = try journal.nextRevision()
        let id = NodeID.random()
        var node = Node(
            id: id, namespace: tree.namespace, parent: parent, name: name, kind: kind, created: revision,
            revision: revision, changedAt: context.now, changedBy: context.caller.email)
        node.content = try content(node)
        try insert(node, chunkClass)
        tree.replace(node)
        try journal.record(.create, id, at: revision, before: [], after: try tree.chain(of: id))
        return node
    }

    private func insert(_ node: Node, _ chunkClass: ChunkClass) throws {
        let statement = """
            INSERT INTO nodes (
                namespace, id, parent, name, unique_key, kind, created, revision, changed_at, changed_by, version,
                chunk_class
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)
            """
        try context.transaction.run(
            statement,
            [
                .id(node.namespace), .id(node.id), .id(node.parent), .bytes(node.name.bytes),
                .bytes(node.name.uniqueKey), .code(StoredKind(node.kind)), .integer(node.created),
                .integer(node.changedAt), .id(context.caller.account), .id(node.content?.version),
                .code(StoredChunkClass(chunkClass)),
            ])
    }

    /// The file's next version.
    func replaceContent(of node: Node, with content: (Node) throws -> Node.Content) throws -> Node {
        try change(node, .content) { $0.content = try content($0) }
    }

    /// The file has no conflicts any more.
    func settle(_ node: Node) throws -> Node {
        var settled = node
        settled.content?.conflicts = 0
        try context.transaction.run(
            "UPDATE nodes SET conflicts = 0 WHERE namespace = $1 AND id = $2", [.id(node.namespace), .id(node.id)])
        tree.replace(settled)
        try Journal.note(
            .settle, of: node.id, in: node.namespace, by: context.caller.account, now: context.now,
            bell: context.bell, context.transaction)
        return settled
    }

    func move(_ node: Node, to parent: NodeID, named name: NodeName) throws -> Node {
        try change(node, .move) { node in
            node.parent = parent
            node.name = name
        }
    }

    func trash(_ node: Node) throws -> Node {
        let trashed = try change(node, .trash) { $0.trashedAt = context.now }
        try journal.ringViews(below: node.id)
        return trashed
    }

    func restore(_ node: Node, to parent: NodeID, named name: NodeName) throws -> Node {
        let restored = try change(node, .restore) { node in
            node.parent = parent
            node.name = name
            node.trashedAt = nil
        }
        try journal.ringViews(below: node.id)
        return restored
    }

    private func change(
        _ node: Node, _ kind: JournalKind, _ edit: (inout Node) throws -> Void
    ) throws -> Node {
        let before = try tree.chain(of: node.id)
        let revision = try journal.nextRevision()
        var changed = node
        changed.revision = revision
        // Later than the last, whatever the clock says: guests compare it (Node.seenByGuest).
        changed.changedAt = max(context.now, node.changedAt + 1)
        changed.changedBy = context.caller.email
        try edit(&changed)
        try update(changed)
        tree.replace(changed)
        try journal.record(kind, node.id, at: revision, before: before, after: try tree.chain(of: node.id))
        return changed
    }

    private func update(_ node: Node) throws {
        let statement = """
            UPDATE nodes SET parent = $3, name = $4, unique_key = $5, revision = $6, changed_at = $7, changed_by = $8,
                trashed_at = $9, version = $10, conflicts = $11
            WHERE namespace = $1 AND id = $2
            """
        try context.transaction.run(
            statement,
            [
                .id(node.namespace), .id(node.id), .id(node.parent), .bytes(node.name.bytes),
                .bytes(node.name.uniqueKey), .integer(node.revision), .integer(node.changedAt),
                .id(context.caller.account), .optional(node.trashedAt), .id(node.content?.version),
                .count(node.content?.conflicts ?? 0),
            ])
    }
}
