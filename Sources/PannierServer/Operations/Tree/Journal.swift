import PannierCore

/// Kinds of journal rows.
enum JournalKind: Int64 {
    case create = 0
    case content = 1
    case move = 2
    case trash = 3
    case restore = 4
    /// Shared for the first time, or no longer shared: a mark that only the owner sees.
    case share = 5
    /// Conflicts were settled: a mark that only the owner sees.
    case settle = 6
}

/// What a journal row means for one shared subtree.
enum JournalEffect: Int64 {
    case change = 0
    case enter = 1
    case leave = 2
}

/// Writes a namespace's journal: one dense row for each changed node, and for each shared folder it touches a row of the
/// index by root, so that a viewer's page is read without looking at what is not in it.
///
/// Whether a node is inside a shared folder leaves the folder's own state, and the state of what is above it, out
/// (``Swift/Array/isInside(_:)``). So what happens inside while the whole view is closed is still on record when the view
/// opens again for a client that never noticed.
struct Journal {
    let tree: Tree
    let context: OperationContext

    /// The next revision. Locks the namespace's head until the transaction ends, so that revisions become visible in
    /// their order.
    func nextRevision() throws -> Revision {
        try Self.nextRevision(in: tree.namespace, context.transaction)
    }

    /// - Parameters:
    ///   - before: The node's chain before the change; empty if it did not exist.
    ///   - after: Its chain as it stands now.
    func record(_ kind: JournalKind, _ node: NodeID, at revision: Revision, before: [Node], after: [Node]) throws {
        try Self.insert(
            kind, node, at: revision, in: tree.namespace, by: context.caller.account, now: context.now,
            context.transaction)
        context.bell.ring(.own(tree.namespace))
        for root in Set(before.map(\.id)).union(after.map(\.id)) {
            let grants = try tree.grants(on: root)
            guard !grants.isEmpty, let effect = effect(on: root, before: before, after: after) else { continue }
            try index(effect, kind, node, at: revision, in: root)
            let chain = after.contains { $0.id == root } ? after : before
            if chain.drop(while: { $0.id != root }).allSatisfy({ $0.trashedAt == nil }) {
                grants.forEach { context.bell.ring($0.view) }
            }
        }
    }

    private func effect(on root: NodeID, before: [Node], after: [Node]) -> JournalEffect? {
        switch (before.isInside(root), after.isInside(root)) {
        // A node that comes into being inside is a change of the view, all of which follows in the feed.
        case (_, true) where before.isEmpty: .change
        case (true, true): .change
        case (false, true): .enter
        case (true, false): .leave
        case (false, false): nil
        }
    }

    private func index(
        _ effect: JournalEffect, _ kind: JournalKind, _ node: NodeID, at revision: Revision, in root: NodeID
    ) throws {
        let statement = """
            INSERT INTO journal_by_root (namespace, root, revision, node, kind, effect) VALUES ($1, $2, $3, $4, $5, $6)
            """
        try context.transaction.run(
            statement,
            [.id(tree.namespace), .id(root), .integer(revision), .id(node), .code(kind), .code(effect)])
    }

    /// Tells those who see `node` or something below it that views may have opened or closed.
    func ringViews(below node: NodeID) throws {
        for root in try tree.sharedRoots(below: node) {
            root.grants.forEach { context.bell.ringViews(of: $0.account) }
        }
    }
}

extension Journal {
    /// A mark that only the owner sees has appeared or gone. The node itself did not change, so it keeps its revision:
    /// nobody else learns of it, and nobody's next edit is taken for one that had not seen the last.
    static func note(
        _ mark: JournalKind, of node: NodeID, in namespace: NamespaceID, by account: AccountID, now: Milliseconds,
        bell: Bell,
        _ transaction: any MetadataTransaction
    ) throws {
        let revision = try nextRevision(in: namespace, transaction)
        try insert(mark, node, at: revision, in: namespace, by: account, now: now, transaction)
        bell.ring(.own(namespace))
    }

    private static func nextRevision(
        in namespace: NamespaceID, _ transaction: any MetadataTransaction
    ) throws -> Revision {
        let statement = "UPDATE namespaces SET head = head + 1 WHERE id = $1 RETURNING head"
        guard var reader = try transaction.row(statement, [.id(namespace)])?.reader else {
            throw MetadataError.rowMissing("namespace \(namespace)")
        }
        return try reader.integer()
    }

    private static func insert(
        _ kind: JournalKind, _ node: NodeID, at revision: Revision, in namespace: NamespaceID, by account: AccountID,
        now: Milliseconds, _ transaction: any MetadataTransaction
    ) throws {
        try transaction.run(
            "INSERT INTO journal (namespace, revision, node, kind, at, account) VALUES ($1, $2, $3, $4, $5, $6)",
            [.id(namespace), .integer(revision), .id(node), .code(kind), .integer(now), .id(account)])
    }
}

extension ViewID {
    /// The view of a namespace's owner: the whole tree.
    static func own(_ namespace: NamespaceID) -> ViewID { ViewID(high: namespace.high, low: namespace.low) }
}
