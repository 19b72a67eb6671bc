import PannierChunks
import PannierCore

/// A file on its way: a row of `uploads`.
struct Upload {
    enum State: Int64 {
        case open = 0
        case committed = 1
        case cancelled = 2
    }

    /// Milliseconds for which an upload that nobody touches keeps its chunks leased.
    static let lease: Milliseconds = 7 * 24 * 3_600 * 1_000
    /// Most entries that a manifest can have: the largest file, cut as small as its class of sizes allows.
    static let mostChunks = 1 << 20

    let namespace: NamespaceID
    let id: UploadID
    let parent: NodeID
    let name: NodeName
    let isExecutable: Bool
    let mimeType: String
    let baseRevision: Revision?
    /// That of the file it began as.
    let chunkClass: ChunkClass
    /// The file that it is for, wherever it stands; nil: whatever stands at the place.
    let target: NodeID?
    let state: State
    /// What the commit answered.
    let node: NodeID?
    let version: VersionID?
    let isConflict: Bool

    /// Writes a new upload's row.
    static func open(
        _ file: CreateNodes.File, named name: NodeName, in parent: NodeID, of namespace: NamespaceID,
        target: NodeID?, chunkClass: ChunkClass, _ context: OperationContext
    ) throws -> UploadID {
        let id = UploadID.random()
        let statement = """
            INSERT INTO uploads (
                namespace, id, account, device, parent, name, size, modified, is_executable, mime, base_revision,
                expires_at, state, is_conflict, chunk_class, target
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15)
            """
        try context.transaction.run(
            statement,
            [
                .id(namespace), .id(id), .id(context.caller.account), .id(context.caller.device), .id(parent),
                .bytes(name.bytes), .integer(file.size), .integer(file.modified), .flag(file.isExecutable),
                .text(file.mimeType), .optional(file.baseRevision), .integer(context.now + lease), .code(State.open),
                .code(StoredChunkClass(chunkClass)), .id(target),
            ])
        return id
    }

    /// The caller's own upload.
    /// - Throws: ``Problem/noSuchUpload`` also when it has expired or was cancelled.
    static func find(
        _ id: UploadID, _ authorization: Authorization, orCancelled: Bool = false
    ) throws -> Upload {
        let context = authorization.context
        let upload =
            try row(of: id, in: context.caller.namespace, context) ?? sharedRow(of: id, authorization)
        guard let upload, upload.state != .cancelled || orCancelled else { throw Problem.noSuchUpload }
        return upload
    }

    private static func sharedRow(of id: UploadID, _ authorization: Authorization) throws -> Upload? {
        guard let namespace = try authorization.sharedNamespace(holding: id, in: "uploads") else { return nil }
        return try row(of: id, in: namespace, authorization.context)
    }

    private static func row(of id: UploadID, in namespace: NamespaceID, _ context: OperationContext) throws -> Upload? {
        let query = """
            SELECT parent, name, is_executable, mime, base_revision, chunk_class, target, state, node, version, is_conflict
            FROM uploads
            WHERE namespace = $1 AND id = $2 AND account = $3 AND expires_at > $4
            """
        let arguments: [MetadataValue] = [
            .id(namespace), .id(id), .id(context.caller.account), .integer(context.now),
        ]
        guard var reader = try context.transaction.row(query, arguments)?.reader else { return nil }
        return Upload(
            namespace: namespace, id: id, parent: try reader.id(), name: try reader.name(),
            isExecutable: try reader.flag(), mimeType: try reader.text(), baseRevision: try reader.optionalInteger(),
            chunkClass: (try reader.code() as StoredChunkClass).chunkClass, target: try reader.optionalID(),
            state: try reader.code(),
            node: try reader.optionalID(), version: try reader.optionalID(),
            isConflict: try reader.flag())
    }

    /// Where the right to write is asked for.
    var place: NodeID { target ?? parent }

    /// Lengthens the lease.
    func touch(_ context: OperationContext) throws {
        try context.transaction.run(
            "UPDATE uploads SET expires_at = $3 WHERE namespace = $1 AND id = $2",
            [.id(namespace), .id(id), .integer(context.now + Self.lease)])
    }

    /// Ends it; what was declared is not needed any more.
    func end(
        as state: State, node: NodeID? = nil, version: VersionID? = nil, isConflict: Bool = false,
        _ context: OperationContext
    ) throws {
        try context.transaction.run(
            "DELETE FROM declared WHERE namespace = $1 AND upload = $2", [.id(namespace), .id(id)])
        try context.transaction.run(
            """
            UPDATE uploads SET state = $3, node = $4, version = $5, is_conflict = $6 WHERE namespace = $1 AND id = $2
            """,
            [.id(namespace), .id(id), .code(state), .id(node), .id(version), .flag(isConflict)])
    }
}

extension Upload {
    /// Keeps a page of the manifest, in place of those that it overlaps.
    func declare(_ page: DeclareChunks.Page, _ context: OperationContext) throws {
        let key: [MetadataValue] = [.id(namespace), .id(id), .count(page.first)]
        let overlapping = """
            DELETE FROM declared WHERE namespace = $1 AND upload = $2 AND first < $4 AND first + count > $3
            """
        try context.transaction.run(overlapping, key + [.count(page.first + page.chunks.count)])
        try context.transaction.run(
            "INSERT INTO declared (namespace, upload, first, count, chunks) VALUES ($1, $2, $3, $4, $5)",
            key + [.count(page.chunks.count), .bytes(Manifest.encode(page.chunks))])
    }

    /// Gives what was declared from the first entry on, in pages of ``VersionManifest/pageEntries``, each with the index
    /// of its first entry. Ends at the end, or where there is a gap.
    /// - Returns: the number of entries.
    @discardableResult
    func eachDeclaredPage(_ context: OperationContext, _ body: ([ChunkReference], Int) throws -> Void) throws -> Int {
        var pages = ManifestPages()
        var count = 0
        while let page = try declaredPage(at: count, context) {
            try pages.add(page, body)
            count += page.count
        }
        try pages.finish(body)
        return count
    }

    /// The page that was declared as beginning at entry `first`; nil: there is a gap, or the end.
    func declaredPage(at first: Int, _ context: OperationContext) throws -> [ChunkReference]? {
        let query = "SELECT chunks FROM declared WHERE namespace = $1 AND upload = $2 AND first = $3"
        guard var reader = try context.transaction.row(query, [.id(namespace), .id(id), .count(first)])?.reader else {
            return nil
        }
        return try Manifest.decode(try reader.bytes())
    }

    /// Where the declared pages begin, in order.
    func declaredStarts(_ context: OperationContext) throws -> [Int] {
        let query = "SELECT first FROM declared WHERE namespace = $1 AND upload = $2 ORDER BY first"
        return try context.transaction.rows(query, [.id(namespace), .id(id)]).map { row in
            var reader = row.reader
            return try reader.count()
        }
    }

    /// Entries of the version that it became.
    func committedCount(_ context: OperationContext) throws -> Int {
        let query = "SELECT chunk_count FROM versions WHERE namespace = $1 AND id = $2"
        guard var reader = try context.transaction.row(query, [.id(namespace), .id(version)])?.reader else { return 0 }
        return try reader.count()
    }

    /// Entries declared, gaps left out.
    func declaredCount(_ context: OperationContext) throws -> Int {
        let query = "SELECT coalesce(sum(count), 0) FROM declared WHERE namespace = $1 AND upload = $2"
        guard var reader = try context.transaction.row(query, [.id(namespace), .id(id)])?.reader else { return 0 }
        return try reader.count()
    }
}
