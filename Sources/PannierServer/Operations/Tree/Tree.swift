import PannierCore

/// One namespace's nodes as one operation sees them: each read once, and kept up to date while the operation writes
/// (``TreeEditor``). Nodes are told as their owner sees them.
final class Tree {
    let namespace: NamespaceID
    let transaction: any MetadataTransaction
    /// Counts the changes of who lies below whom.
    private(set) var shape = 0
    private var nodes: [NodeID: Node] = [:]
    private var grants: [NodeID: [SharedRoot.Grant]] = [:]
    private var roots: (shape: Int, byAncestor: [NodeID: [SharedRoot]])?

    init(namespace: NamespaceID, transaction: any MetadataTransaction) {
        self.namespace = namespace
        self.transaction = transaction
    }

    func node(_ id: NodeID) throws -> Node? {
        if let node = nodes[id] { return node }
        let query = """
            SELECT \(Self.columns) FROM nodes \(Self.joins)
            WHERE nodes.namespace = $1 AND nodes.id = $2
            """
        return try transaction.row(query, [.id(namespace), .id(id)]).map(remember)
    }

    /// The node and what it lies in, up to the namespace's root.
    /// - Throws: ``MetadataError/rowMissing(_:)`` unless the node is there and its chain ends at a root.
    func chain(of id: NodeID) throws -> [Node] {
        var chain: [Node] = []
        var next: NodeID? = id
        while let id = next {
            if nodes[id] == nil { try loadChain(of: id) }
            guard let node = nodes[id], chain.count <= Limits.depth * 2 else {
                throw MetadataError.rowMissing("a folder above node \(id)")
            }
            chain.append(node)
            next = node.parent
        }
        return chain
    }

    private func loadChain(of id: NodeID) throws {
        // That the namespace is taken from the chain, and LEFT JOIN, hold the order: from the chain to the nodes. The
        // other way round would read the whole namespace.
        let query = """
            WITH RECURSIVE chain(namespace, id, parent, step) AS (
                SELECT namespace, id, parent, 0 FROM nodes WHERE namespace = $1 AND id = $2
                UNION ALL
                SELECT nodes.namespace, nodes.id, nodes.parent, chain.step + 1 FROM chain
                JOIN nodes ON nodes.namespace = chain.namespace AND nodes.id = chain.parent WHERE chain.step < $3
            )
            SELECT \(Self.columns) FROM chain
            LEFT JOIN nodes ON nodes.namespace = chain.namespace AND nodes.id = chain.id \(Self.joins)
            """
        let rows = try transaction.rows(query, [.id(namespace), .id(id), .count(Limits.depth * 2)])
        for row in rows { _ = try remember(row) }
    }

    /// The living child whose name equals `name` in NFC: the same name, or its twin.
    func child(of folder: NodeID, named name: NodeName) throws -> Node? {
        let query = """
            SELECT \(Self.columns) FROM nodes \(Self.joins)
            WHERE nodes.namespace = $1 AND nodes.parent = $2 AND nodes.unique_key = $3 AND nodes.trashed_at IS NULL
            """
        return try transaction.row(query, [.id(namespace), .id(folder), .bytes(name.uniqueKey)]).map(remember)
    }

    /// Children in the order of their ids, after `after`.
    func children(of folder: NodeID, after: NodeID?, withTrashed: Bool, limit: Int) throws -> [Node] {
        let query = """
            SELECT \(Self.columns) FROM nodes \(Self.joins)
            WHERE nodes.namespace = $1 AND nodes.parent = $2 AND nodes.id > $3
            AND (nodes.trashed_at IS NULL OR $4 = 1)
            ORDER BY nodes.id LIMIT $5
            """
        let rows = try transaction.rows(
            query,
            [
                .id(namespace), .id(folder), .bytes(after?.bytes ?? []), .flag(withTrashed), .count(limit),
            ])
        return try rows.map(remember)
    }

    /// How a file is cut.
    func chunkClass(of file: NodeID) throws -> ChunkClass {
        let query = "SELECT chunk_class FROM nodes WHERE namespace = $1 AND id = $2"
        guard var reader = try transaction.row(query, [.id(namespace), .id(file)])?.reader else {
            throw MetadataError.rowMissing("node \(file)")
        }
        return (try reader.code() as StoredChunkClass).chunkClass
    }

    /// How far the subtree reaches below `id`: folders in between, and bytes of the longest path from it.
    func extent(below id: NodeID) throws -> (levels: Int, bytes: Int) {
        let query = """
            WITH RECURSIVE below(namespace, id, levels, bytes) AS (
                SELECT namespace, id, 0, 0 FROM nodes WHERE namespace = $1 AND id = $2
                UNION ALL
                SELECT nodes.namespace, nodes.id, below.levels + 1, below.bytes + length(nodes.name) + 1 FROM below
                JOIN nodes ON nodes.namespace = below.namespace AND nodes.parent = below.id
            )
            SELECT max(levels), max(bytes) FROM below
            """
        guard var reader = try transaction.row(query, [.id(namespace), .id(id)])?.reader else { return (0, 0) }
        return (try reader.count(), try reader.count())
    }

    /// The node and the living below it: how many, and the newest revision among them. What was put into the trash there
    /// before is left out, with all below it.
    /// - Parameter limit: stops at so many; then the newest is that of those.
    func living(from id: NodeID, countingTo limit: Int) throws -> (count: Int, newest: Revision) {
        let query = """
            WITH RECURSIVE below(namespace, id, revision) AS (
                SELECT namespace, id, revision FROM nodes WHERE namespace = $1 AND id = $2
                UNION ALL
                SELECT nodes.namespace, nodes.id, nodes.revision FROM below
                JOIN nodes ON nodes.namespace = below.namespace AND nodes.parent = below.id
                WHERE nodes.trashed_at IS NULL
            )
            SELECT count(*), max(revision) FROM (SELECT revision FROM below LIMIT $3) AS living
            """
        let row = try transaction.row(query, [.id(namespace), .id(id), .count(limit)])
        guard var reader = row?.reader else { return (0, 0) }
        return (try reader.count(), try reader.integer())
    }

    /// Tells the tree what an operation has just written.
    func replace(_ node: Node) {
        let old = nodes.updateValue(node, forKey: node.id)
        if old?.parent != node.parent { shape += 1 }
    }

    private func remember(_ row: MetadataRow) throws -> Node {
        let node = try Self.node(row, in: namespace)
        nodes[node.id] = node
        return node
    }
}

// MARK: - Who shares what

/// A node that somebody may see, with all below it.
struct SharedRoot {
    struct Grant {
        let view: ViewID
        let account: AccountID
    }

    let node: NodeID
    let grants: [Grant]
}

extension Tree {
    /// The grants on exactly this node.
    func grants(on node: NodeID) throws -> [SharedRoot.Grant] {
        if let known = grants[node] { return known }
        let rows = try transaction.rows(
            "SELECT id, account FROM shares WHERE namespace = $1 AND node = $2", [.id(namespace), .id(node)])
        let found = try rows.map { row in
            var reader = row.reader
            return SharedRoot.Grant(view: try reader.id(), account: try reader.id())
        }
        grants[node] = found
        return found
    }

    /// The shared nodes at and below `node`.
    func sharedRoots(below node: NodeID) throws -> [SharedRoot] {
        if let roots, roots.shape == shape { return roots.byAncestor[node] ?? [] }
        let rows = try transaction.rows("SELECT DISTINCT node FROM shares WHERE namespace = $1", [.id(namespace)])
        var byAncestor: [NodeID: [SharedRoot]] = [:]
        for row in rows {
            var reader = row.reader
            let id: NodeID = try reader.id()
            let root = SharedRoot(node: id, grants: try grants(on: id))
            for ancestor in try chain(of: id) { byAncestor[ancestor.id, default: []].append(root) }
        }
        roots = (shape, byAncestor)
        return byAncestor[node] ?? []
    }

    func forgetGrants(on node: NodeID) {
        grants[node] = nil
        roots = nil
    }
}
