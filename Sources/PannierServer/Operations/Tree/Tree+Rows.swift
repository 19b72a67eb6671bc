import PannierCore

extension Tree {
    /// What ``node(_:in:)`` reads, in its order.
    static let columns = """
        nodes.id, nodes.parent, nodes.name, nodes.kind, nodes.created, nodes.revision, nodes.changed_at, accounts.email,
        nodes.trashed_at,
        CASE WHEN EXISTS (
            SELECT 1 FROM shares WHERE shares.namespace = nodes.namespace AND shares.node = nodes.id
        ) OR EXISTS (
            SELECT 1 FROM invites WHERE invites.namespace = nodes.namespace AND invites.node = nodes.id
        ) THEN 1 ELSE 0 END, nodes.conflicts,
        versions.id, versions.size, versions.sha256, versions.modified, versions.is_executable, versions.mime
        """

    static let joins = """
        LEFT JOIN accounts ON accounts.id = nodes.changed_by
        LEFT JOIN versions ON versions.namespace = nodes.namespace AND versions.id = nodes.version
        """

    static func node(_ row: MetadataRow, in namespace: NamespaceID) throws -> Node {
        var reader = row.reader
        return Node(
            id: try reader.id(), namespace: namespace, parent: try reader.optionalID(), name: try reader.name(),
            kind: try reader.code() as StoredKind == .folder ? .folder : .file, created: try reader.integer(),
            revision: try reader.integer(), changedAt: try reader.integer(), changedBy: try reader.text(),
            trashedAt: try reader.optionalInteger(), isShared: try reader.flag(),
            content: try contentAndConflicts(&reader))
    }

    private static func contentAndConflicts(_ reader: inout RowReader) throws -> Node.Content? {
        let conflicts = try reader.count()
        var content = try content(&reader)
        content?.conflicts = conflicts
        return content
    }

    /// Of a version, which does not know of conflicts.
    static func content(_ reader: inout RowReader) throws -> Node.Content? {
        guard let version: VersionID = try reader.optionalID() else { return nil }
        return Node.Content(
            version: version, size: try reader.integer(), sha256: try reader.fingerprint(),
            modified: try reader.integer(), isExecutable: try reader.flag(), mimeType: try reader.text())
    }
}

/// `nodes.kind`.
enum StoredKind: Int64 {
    case folder = 0
    case file = 1

    init(_ kind: Node.Kind) { self = kind == .folder ? .folder : .file }
}

/// `nodes.chunk_class`, `uploads.chunk_class`.
enum StoredChunkClass: Int64 {
    case standard = 0
    case large = 1

    init(_ chunkClass: ChunkClass) { self = chunkClass == .large ? .large : .standard }

    var chunkClass: ChunkClass { self == .large ? .large : .standard }
}

extension [Node] {
    // For chains: a node first, its namespace's root last.

    /// Neither the node nor anything it lies in is in the trash.
    var isLiving: Bool { allSatisfy { $0.trashedAt == nil } }

    /// How many names lead from the root to the node.
    var depth: Int { count - 1 }

    /// Bytes of the path that leads from the root to the node, a slash before each name.
    var pathBytes: Int { dropLast().reduce(0) { $0 + $1.name.bytes.count + 1 } }

    /// Whether the node lies at or below `root` and nothing between the two is in the trash, the node included and
    /// `root` left out: if that or something above it is in the trash, the whole view is closed, not this node alone.
    func isInside(_ root: NodeID) -> Bool {
        guard let index = firstIndex(where: { $0.id == root }) else { return false }
        return self[..<index].allSatisfy { $0.trashedAt == nil }
    }
}
