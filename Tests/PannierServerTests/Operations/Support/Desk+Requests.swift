import PannierChunks
import PannierCore
import PannierServer
import Testing

/// Short ways to ask, for tests.
extension OperationsStage.Desk {
    static func name(_ text: String) throws -> NodeName { try NodeName(text) }

    /// Makes the folder at a path, with all that leads to it.
    @discardableResult
    func folder(_ path: String, in parent: NodeID? = nil) throws -> NodeID {
        let names = try path.split(separator: "/").map { try NodeName(String($0)) }
        let items = names.indices.map { CreateNodes.Item(path: Array(names[...$0]), file: nil) }
        let answer = try Operations.createNodes(
            CreateNodes.Request(parent: parent ?? person.root, items: items), in: context)
        return try #require(try answer.items.last?.get().folder?.id)
    }

    static func file(
        size: Int, base: Revision? = nil, isExecutable: Bool = false, mime: String = "text/plain"
    ) -> CreateNodes.File {
        CreateNodes.File(
            size: Int64(size), modified: 5, isExecutable: isExecutable, mimeType: mime, baseRevision: base)
    }

    func open(
        _ name: String, in parent: NodeID? = nil, base: Revision? = nil, isExecutable: Bool = false
    ) throws -> UploadID {
        try #require(try opened(name, in: parent, base: base, isExecutable: isExecutable).upload)
    }

    func opened(
        _ name: String, in parent: NodeID? = nil, size: Int64 = 1, base: Revision? = nil, isExecutable: Bool = false
    ) throws -> CreateNodes.Created {
        let item = CreateNodes.Item(
            path: [try NodeName(name)], file: Self.file(size: Int(size), base: base, isExecutable: isExecutable))
        let answer = try Operations.createNodes(
            CreateNodes.Request(parent: parent ?? person.root, items: [item]), in: context)
        return try answer.items[0].get()
    }

    @discardableResult
    func declare(_ upload: UploadID, _ chunks: [ChunkReference], from first: Int = 0) throws -> [Fingerprint] {
        let page = DeclareChunks.Page(upload: upload, first: first, chunks: chunks)
        return try Operations.declareChunks(DeclareChunks.Request(pages: [page]), in: context).items[0].get().missing
    }

    /// Opens a pack for these chunks and says that the service has verified it.
    @discardableResult
    func pack(_ chunks: [ChunkReference], length: Int = 1_000, in namespace: NamespaceID? = nil) throws -> PackID {
        let pack = try openPack(length: length, in: namespace)
        try Operations.recordVerifiedPack(pack, chunks: Self.places(chunks), in: context)
        return pack
    }

    @discardableResult
    func openPack(length: Int = 1_000, in namespace: NamespaceID? = nil) throws -> PackID {
        let item = OpenPacks.Item(
            key: String(repeating: "ab", count: 32), length: length, sha256: Self.fingerprint("pack"))
        let request = OpenPacks.Request(namespace: namespace ?? person.namespace, packs: [item])
        return try Operations.openPacks(request, in: context).items[0].get().pack
    }

    static func places(_ chunks: [ChunkReference]) -> [PackedChunk] {
        chunks.enumerated().map { position, chunk in
            PackedChunk(
                fingerprint: chunk.fingerprint, length: chunk.length, offset: position * 100, sealedLength: 100,
                codec: .zstd)
        }
    }

    static func fingerprint(_ text: String) -> Fingerprint { SHA256Digest.of(Array(text.utf8)) }

    static func chunks(_ texts: String...) -> [ChunkReference] {
        texts.map { ChunkReference(fingerprint: fingerprint($0), length: $0.utf8.count) }
    }

    static func commit(_ upload: UploadID, _ chunks: [ChunkReference], sha256: Fingerprint) -> CommitUploads.Item {
        CommitUploads.Item(
            upload: upload, size: chunks.reduce(0) { $0 + Int64($1.length) }, chunkCount: chunks.count,
            sha256: sha256, modified: 5)
    }

    func commit(
        _ upload: UploadID, _ chunks: [ChunkReference], sha256: Fingerprint
    ) throws -> CommitUploads.Committed {
        try commitResult(upload, chunks, sha256: sha256).get()
    }

    func commitResult(
        _ upload: UploadID, _ chunks: [ChunkReference], sha256: Fingerprint
    ) throws -> ItemResult<CommitUploads.Committed> {
        let item = Self.commit(upload, chunks, sha256: sha256)
        return try Operations.commitUploads(CommitUploads.Request(items: [item]), in: context).items[0]
    }

    func status(_ upload: UploadID) throws -> UploadStatus { try Operations.uploadStatus(id: upload, in: context) }

    /// A file with this text, by all the steps; its chunks are sent only where they are missing.
    @discardableResult
    func put(
        _ text: String, as name: String, in parent: NodeID? = nil, base: Revision? = nil, isExecutable: Bool = false
    ) throws -> CommitUploads.Committed {
        let upload = try open(name, in: parent, base: base, isExecutable: isExecutable)
        let chunks = text.isEmpty ? [] : Self.chunks(text)
        if !(try declare(upload, chunks)).isEmpty { try pack(chunks) }
        return try commit(upload, chunks, sha256: Self.fingerprint(text))
    }

    func list(_ folder: NodeID) throws -> [Node] {
        let request = ListNodes.Request(folders: [.init(node: folder)], limit: Limits.pageRows)
        return try Operations.listNodes(request, in: context).folders[0].get().children
    }

    func names(_ folder: NodeID? = nil) throws -> [String] {
        try list(folder ?? person.root).filter { $0.trashedAt == nil }.map(\.name.text).sorted()
    }

    func node(_ id: NodeID) throws -> Node { try Operations.file(id: id, in: context) }

    @discardableResult
    func move(_ node: NodeID, to parent: NodeID? = nil, as name: String) throws -> Node {
        let item = MoveNodes.Item(node: node, parent: parent ?? person.root, name: try NodeName(name))
        return try Operations.moveNodes(MoveNodes.Request(items: [item]), in: context).items[0].get()
    }

    @discardableResult
    func copy(_ node: NodeID, to parent: NodeID? = nil, as name: String) throws -> Node {
        let item = CopyNodes.Item(node: node, parent: parent ?? person.root, name: try NodeName(name))
        return try Operations.copyNodes(CopyNodes.Request(items: [item]), in: context).items[0].get()
    }

    @discardableResult
    func trash(_ node: NodeID, unchangedSince: Revision? = nil, count: Int? = nil) throws -> Node {
        let item = TrashNodes.Item(node: node, unchangedSince: unchangedSince, count: count)
        return try Operations.trashNodes(TrashNodes.Request(items: [item]), in: context).items[0].get()
    }

    @discardableResult
    func restore(_ node: NodeID, to parent: NodeID? = nil, as name: String? = nil) throws -> Node {
        let item = RestoreNodes.Item(node: node, parent: parent, name: try name.map { try NodeName($0) })
        return try Operations.restoreNodes(RestoreNodes.Request(items: [item]), in: context).items[0].get()
    }

    func versions(of file: NodeID, after: VersionID? = nil, limit: Int? = nil) throws -> FileVersions {
        try Operations.versions(of: file, after: after, limit: limit, in: context)
    }

    @discardableResult
    func restore(_ version: VersionID, of file: NodeID, over current: VersionID? = nil) throws -> Node {
        try Operations.restoreVersion(of: file, .init(version: version, current: current), in: context)
    }

    /// Keeps what the file holds.
    @discardableResult
    func settle(_ file: Node) throws -> Node {
        let content = try #require(file.content)
        return try Operations.settleConflicts(of: file.id, .init(version: content.version), in: context)
    }

    @discardableResult
    func share(_ node: NodeID, with emails: String...) throws -> [Grant] {
        try Operations.createShares(node: node, CreateShares.Request(emails: emails, role: .viewer), in: context).grants
    }

    func changes(after cursor: String?, limit: Int = Limits.pageRows, node: NodeID? = nil) throws -> ChangePage {
        try Operations.changes(cursor: cursor, limit: limit, node: node, in: context)
    }
}

/// The code with which something was refused; nil when it was not.
func refusal(_ body: () throws -> some Any) throws -> Problem.Code? {
    do {
        _ = try body()
        return nil
    } catch let problem as Problem {
        return problem.code
    }
}

func refusal(_ body: () async throws -> some Any) async throws -> Problem.Code? {
    do {
        _ = try await body()
        return nil
    } catch let problem as Problem {
        return problem.code
    }
}
