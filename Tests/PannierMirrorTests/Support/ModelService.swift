import PannierCore
import SeededRandom

/// What a File Service must tell, at its simplest: trees in memory, a journal for each, and who may see what.
struct ModelService {
    struct Entry {
        var revision: Revision
        var node: NodeID
        var isCreation: Bool
        /// Views that held the node before and after.
        var before: Set<ViewID>
        var after: Set<ViewID>
    }

    struct View {
        var namespace: NamespaceID
        var root: NodeID
        var owner: String?
    }

    private(set) var nodes: [NodeID: Node] = [:]
    private(set) var views: [ViewID: View] = [:]
    private var journals: [NamespaceID: [Entry]] = [:]
    /// Empty for the account's own.
    private var ownersOfTrees: [NamespaceID: String] = [:]
    private var cursors: [String: [ViewID: Revision]] = [:]
    private(set) var epoch: Int64 = 1

    private var seed: SeededGenerator

    /// - Parameters:
    ///   - owners: of the trees; nil is the account itself.
    ///   - seed: of the ids, whose order decides how listings are cut.
    init(owners: [String?], seed: SeededGenerator) {
        self.seed = seed
        for owner in owners {
            let namespace: NamespaceID = newID()
            journals[namespace] = []
            let root = record(namespace: namespace, parent: nil, name: "root", kind: .folder)
            if owner == nil {
                views[ViewID(high: namespace.high, low: namespace.low)] = View(
                    namespace: namespace, root: root, owner: nil)
            }
            ownersOfTrees[namespace] = owner ?? ""
        }
    }

    private mutating func newID<Kind>() -> Identifier<Kind> { Identifier(high: seed.next(), low: seed.next()) }

    // MARK: - What is so

    /// The account's own tree.
    var own: NamespaceID? { views.values.first { $0.owner == nil }?.namespace }

    func revision(of namespace: NamespaceID) -> Revision { journals[namespace]?.last?.revision ?? 0 }

    /// Guests do not see what is in the trash; an owner sees it, marked.
    func holds(_ view: View, _ node: NodeID) -> Bool {
        var current = nodes[node]
        while let node = current {
            if node.id == view.root { return true }
            if view.owner != nil, node.trashedAt != nil { return false }
            current = node.parent.flatMap { nodes[$0] }
        }
        return false
    }

    /// A guest's view is closed while its root is in the trash; what happens in it is recorded all the same.
    func isOpen(_ view: View) -> Bool { view.owner == nil || !isTrashed(view.root) }

    var openViews: [ViewID: View] { views.filter { isOpen($0.value) } }

    func viewsHolding(_ node: NodeID) -> Set<ViewID> {
        Set(views.filter { holds($0.value, node) }.keys)
    }

    /// As somebody sees it who came to it by `view`.
    func seen(_ node: Node, in view: View) -> Node {
        var node = node
        if node.id == view.root { node.parent = nil }
        return node
    }

    func below(_ node: NodeID) -> [NodeID] {
        nodes.values.filter { $0.parent == node }.flatMap { [$0.id] + below($0.id) }
    }

    // MARK: - What people do

    private mutating func record(namespace: NamespaceID, parent: NodeID?, name: String, kind: Node.Kind) -> NodeID {
        let revision = revision(of: namespace) + 1
        let content = Node.Content(
            version: newID(), size: revision, sha256: Fingerprint(1, 2, 3, 4), modified: 5, isExecutable: false,
            mimeType: "text/plain")
        let node = Node(
            id: newID(), namespace: namespace, parent: parent, name: (try? NodeName(name))!, kind: kind,
            created: revision, revision: revision, changedAt: 0, changedBy: "x", content: kind == .file ? content : nil)
        nodes[node.id] = node
        let after = viewsHolding(node.id)
        journals[namespace]?.append(
            Entry(revision: revision, node: node.id, isCreation: true, before: [], after: after))
        return node.id
    }

    mutating func create(in parent: NodeID, _ name: String, _ kind: Node.Kind) {
        guard let folder = nodes[parent], !hasLiving(name, in: parent) else { return }
        _ = record(namespace: folder.namespace, parent: parent, name: name, kind: kind)
    }

    mutating func change(_ id: NodeID, _ body: (inout Node) -> Void) {
        guard var node = nodes[id] else { return }
        let before = viewsHolding(id)
        body(&node)
        node.revision = revision(of: node.namespace) + 1
        nodes[id] = node
        let after = viewsHolding(id)
        journals[node.namespace]?.append(
            Entry(revision: node.revision, node: id, isCreation: false, before: before, after: after))
    }

    mutating func move(_ id: NodeID, to parent: NodeID, _ name: String) {
        guard let node = nodes[id], let folder = nodes[parent], folder.namespace == node.namespace,
            folder.kind == .folder, node.parent != nil, id != parent, !below(id).contains(parent),
            !hasLiving(name, in: parent), node.trashedAt == nil
        else { return }
        change(id) {
            $0.parent = parent
            $0.name = (try? NodeName(name))!
        }
    }

    /// Deletes for good.
    mutating func purge(_ id: NodeID) {
        guard let node = nodes[id], node.parent != nil else { return }
        for (view, value) in views where value.root == id || below(id).contains(value.root) { views[view] = nil }
        let before = viewsHolding(id)
        let revision = revision(of: node.namespace) + 1
        for gone in below(id) + [id] { nodes[gone] = nil }
        journals[node.namespace]?.append(
            Entry(revision: revision, node: id, isCreation: false, before: before, after: []))
    }

    mutating func grant(_ id: NodeID) {
        guard let node = nodes[id], let owner = ownersOfTrees[node.namespace], !owner.isEmpty else { return }
        guard !views.values.contains(where: { $0.root == id }) else { return }
        views[newID()] = View(namespace: node.namespace, root: id, owner: owner)
    }

    mutating func revoke(_ view: ViewID) {
        if views[view]?.owner != nil { views[view] = nil }
    }

    /// As after a restore from a backup.
    mutating func restoreBackup() {
        epoch += 1
        cursors = [:]
    }

    mutating func expireCursors() { cursors = [:] }

    private func hasLiving(_ name: String, in parent: NodeID) -> Bool {
        nodes.values.contains { $0.parent == parent && $0.name.text == name && $0.trashedAt == nil }
    }

    // MARK: - What the client asks

    /// - Throws: `cursorExpired`.
    mutating func changes(after cursor: String?, limit: Int) throws -> ChangePage {
        if let cursor, cursors[cursor] == nil { throw Problem(.cursorExpired, "expired") }
        let open = openViews
        var known = cursor.flatMap { cursors[$0] } ?? [:]
        var changes: [Change] = []
        for view in known.keys.filter({ open[$0] == nil }).sorted() {
            known[view] = nil
            changes.append(.viewClosed(view: view))
        }
        for (view, value) in open.sorted(by: { $0.key < $1.key }) where known[view] == nil && changes.count < limit {
            guard let root = nodes[value.root] else { continue }
            known[view] = revision(of: value.namespace)
            let node = seen(root, in: value)
            let shared = value.owner.map {
                SharedItem(view: view, owner: $0, role: .viewer, sharedAt: 0, node: node)
            }
            changes.append(.viewOpened(view: view, root: node, shared: shared))
        }
        for (view, value) in open.sorted(by: { $0.key < $1.key }) {
            for entry in journals[value.namespace] ?? [] where changes.count < limit {
                guard let told = known[view], entry.revision > told else { continue }
                known[view] = entry.revision
                if let change = tell(entry, view, value) { changes.append(change) }
            }
        }
        let hasMore = open.contains { known[$0.key] != revision(of: $0.value.namespace) }
        let token = (newID() as NodeID).description
        cursors[token] = known
        let own = views.first { $0.value.owner == nil }?.key
        return ChangePage(
            changes: changes, cursor: token, hasMore: hasMore, epoch: epoch, revision: own.flatMap { known[$0] },
            now: 1)
    }

    /// Nodes as they stand now; what has left by now is told as having left.
    private func tell(_ entry: Entry, _ id: ViewID, _ view: View) -> Change? {
        let (before, after) = (entry.before.contains(id), entry.after.contains(id))
        guard before || after else { return nil }
        guard after, let node = nodes[entry.node], holds(view, node.id) else {
            return .leave(view: id, node: entry.node)
        }
        let now = seen(node, in: view)
        return before || entry.isCreation
            ? .node(view: id, node: now, isNew: entry.isCreation) : .enter(view: id, node: now)
    }

    func list(_ request: ListNodes.Request, limit: Int) -> ListNodes.Response {
        var left = limit
        var answers: [ItemResult<ListNodes.Page>] = []
        for folder in request.folders where left > 0 {
            guard let node = nodes[folder.node], openViews.contains(where: { holds($0.value, node.id) }) else {
                answers.append(.problem(Problem(.notFound, "gone")))
                continue
            }
            let isOwn = ownersOfTrees[node.namespace] == ""
            let children = nodes.values.filter { child in
                child.parent == folder.node && (isOwn || child.trashedAt == nil)
                    && folder.after.map { child.id > $0 } ?? true
            }.sorted { $0.id < $1.id }
            let page = Array(children.prefix(left))
            answers.append(
                .done(ListNodes.Page(children: page, after: page.count < children.count ? page.last?.id : nil)))
            left -= page.count
        }
        return ListNodes.Response(folders: answers)
    }

    func isTrashed(_ id: NodeID) -> Bool {
        var current: NodeID? = id
        while let node = current.flatMap({ nodes[$0] }) {
            if node.trashedAt != nil { return true }
            current = node.parent
        }
        return false
    }
}
