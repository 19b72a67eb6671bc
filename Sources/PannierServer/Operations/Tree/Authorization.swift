import PannierCore

/// What somebody wants to do with a node.
enum Action {
    /// See it and its content.
    case read
    /// Put something into a folder, or new content into a file.
    case write
    /// Move, rename, trash or restore it: a change of the folder that holds it.
    case relocate
    /// Share it, and see with whom it is shared.
    case share
}

/// Decides who may do what; nothing else does. It lives as long as one operation and remembers what it has read.
///
/// An owner may do everything in the own namespace. A grant lets a viewer read, and an editor also write, what lies at and
/// below its node, unless something on the way from there to the namespace's root is in the trash: then it is as if
/// there were no grant. To relocate needs the right to write in the folder above.
final class Authorization {
    let context: OperationContext
    private var trees: [NamespaceID: Tree] = [:]
    private var locked: Set<NamespaceID> = []
    fileprivate var loadedGrants: [CallersGrant]?
    fileprivate var grantsByNode: [NodeID: CallersGrant]?

    init(_ context: OperationContext) { self.context = context }

    func tree(of namespace: NamespaceID) -> Tree {
        if let tree = trees[namespace] { return tree }
        let tree = Tree(namespace: namespace, transaction: context.transaction)
        trees[namespace] = tree
        return tree
    }

    /// As ``allow(_:on:)``, for what changes the tree: the namespace's head is locked first, and what was read of the tree
    /// before that is read again. So nothing that was asked can be otherwise by the time it is written.
    func allowChange(_ action: Action, on id: NodeID) throws -> Access {
        guard let namespace = try namespace(of: id) else { throw Problem.noSuchNode }
        try lock(namespace)
        return try allow(action, on: id)
    }

    func lock(_ namespace: NamespaceID) throws {
        guard locked.insert(namespace).inserted else { return }
        _ = try context.transaction.lockHead(of: namespace)
        trees[namespace] = nil
        (loadedGrants, grantsByNode) = (nil, nil)
    }

    /// - Throws: ``Problem/noSuchNode``, whether the node is not there or the caller may not do this with it.
    func allow(_ action: Action, on id: NodeID) throws -> Access {
        guard let namespace = try namespace(of: id) else { throw Problem.noSuchNode }
        let tree = tree(of: namespace)
        let chain = try tree.chain(of: id)
        let standing: Access.Standing =
            namespace == context.caller.namespace ? .owner : try guestStanding(in: namespace, chain: chain)
        guard standing.permits(action) else { throw Problem.noSuchNode }
        return Access(tree: tree, node: chain[0], chain: chain, standing: standing)
    }

    private func guestStanding(in namespace: NamespaceID, chain: [Node]) throws -> Access.Standing {
        guard chain.isLiving else { return .stranger }
        let roles = try chain.map { try callersGrant(on: $0.id, in: namespace)?.role }
        guard let outermost = roles.lastIndex(where: { $0 != nil }) else { return .stranger }
        let editor = roles.lastIndex { $0 == .editor }
        return .guest(levelsBelowRoot: outermost, levelsBelowEditableRoot: editor)
    }

    /// The namespace that holds the node, if it is one that the caller has to do with.
    private func namespace(of id: NodeID) throws -> NamespaceID? {
        if try tree(of: context.caller.namespace).node(id) != nil { return context.caller.namespace }
        return try sharedNamespace(holding: id, in: "nodes")
    }

    /// Among the namespaces in which something is shared with the caller, the one that has `id` in `table`.
    func sharedNamespace<Kind>(holding id: Identifier<Kind>, in table: String) throws -> NamespaceID? {
        let query = """
            SELECT shares.namespace FROM shares
            JOIN \(table) ON \(table).namespace = shares.namespace AND \(table).id = $2
            WHERE shares.account = $1 LIMIT 1
            """
        guard let row = try context.transaction.row(query, [.id(context.caller.account), .id(id)]) else { return nil }
        var reader = row.reader
        return try reader.id()
    }
}

/// What was allowed: the node, where it lies, and as whom the caller sees it.
struct Access {
    enum Standing {
        case owner
        /// How many levels above the node the outermost folder lies that the caller may see, and may edit.
        case guest(levelsBelowRoot: Int, levelsBelowEditableRoot: Int?)
        case stranger

        func permits(_ action: Action) -> Bool {
            switch (self, action) {
            case (.owner, _), (.guest, .read): true
            case (.guest(_, let levels), .write): levels != nil
            case (.guest(_, let levels), .relocate): levels.map { $0 > 0 } ?? false
            case (.guest, .share), (.stranger, _): false
            }
        }
    }

    let tree: Tree
    let node: Node
    /// The node first, its namespace's root last.
    let chain: [Node]
    let standing: Standing

    var isOwner: Bool { if case .owner = standing { true } else { false } }

    /// A node of this tree as the caller may see it, given how it stands now.
    func told(_ node: Node) -> Node {
        guard case .guest(let levels, _) = standing else { return node }
        return node.seenByGuest(isRoot: levels == 0 && node.id == self.node.id)
    }

    /// - Throws: unless this is a folder and neither it nor what it lies in is in the trash.
    func requireLivingFolder() throws {
        guard node.kind == .folder else { throw Problem.notFolder(node.name) }
        guard chain.isLiving else { throw Problem.trashed(node.name) }
    }
}

extension Node {
    /// Guests are not told where a shared folder lies, nor with whom else something is shared, nor of conflicts, since they
    /// do not see versions, nor how much happens in the rest of the namespace: revisions are dense, so the time of the change stands for them, which grows with every
    /// change of the node too.
    func seenByGuest(isRoot: Bool) -> Node {
        var node = self
        if isRoot { node.parent = nil }
        node.isShared = false
        node.content?.conflicts = 0
        node.created = 0
        node.revision = node.changedAt
        return node
    }
}

// MARK: - The caller's grants

/// What somebody shared with the caller.
struct CallersGrant {
    let view: ViewID
    let namespace: NamespaceID
    let node: NodeID
    let role: Role
    let grantedAt: Milliseconds

    /// How many an account can use: the oldest count, so that nobody can push them out by sharing a great deal.
    static let atMost = 1_000
}

extension Authorization {
    func callersGrants() throws -> [CallersGrant] {
        if let loadedGrants { return loadedGrants }
        let query = """
            SELECT id, namespace, node, role, granted_at FROM shares WHERE account = $1
            ORDER BY granted_at, id LIMIT $2
            """
        let rows = try context.transaction.rows(query, [.id(context.caller.account), .count(CallersGrant.atMost)])
        let grants = try rows.map { row in
            var reader = row.reader
            return CallersGrant(
                view: try reader.id(), namespace: try reader.id(), node: try reader.id(), role: try reader.role(),
                grantedAt: try reader.integer())
        }
        loadedGrants = grants
        return grants
    }
}

extension Authorization {
    private func callersGrant(on node: NodeID, in namespace: NamespaceID) throws -> CallersGrant? {
        if grantsByNode == nil {
            grantsByNode = Dictionary(
                try callersGrants().map { ($0.node, $0) }, uniquingKeysWith: { first, _ in first })
        }
        guard let grant = grantsByNode?[node], grant.namespace == namespace else { return nil }
        return grant
    }
}

extension RowReader {
    mutating func role() throws(MetadataError) -> Role {
        let text = try text()
        guard let role = Role(rawValue: text) else { throw .unexpectedValue(column: 0, expected: "a role") }
        return role
    }
}
