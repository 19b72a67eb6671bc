import PannierChunks
import PannierCore

/// A file's current content becomes that of a new file beside it in the namespace. As for a commit (``UploadCommit``), the
/// namespace's head is locked, then every condition is asked, then everything is written.
///
/// 1. The caller may write in the folder, which is living, and read the file, which is living and in the same namespace.
/// 2. The path is not too deep, and nothing has the name.
/// 3. Every chunk of the version has a verified copy: damage is told, not spread.
///
/// The new file keeps the class of chunk sizes, so that what two files have in common is found when either changes.
struct FileCopy {
    /// Chunks that one request may copy, but for the first file's: its transaction keeps others waiting.
    static let piecesAtOnce = 65_536

    private let item: CopyNodes.Item
    private let context: OperationContext
    private let folder: Access
    private let source: Access
    private let version: VersionID
    let pieces: Int

    /// - Throws: ``Problem`` when condition 1 does not hold.
    init(_ item: CopyNodes.Item, _ authorization: Authorization) throws {
        self.item = item
        context = authorization.context
        folder = try authorization.allowChange(.write, on: item.parent)
        try folder.requireLivingFolder()
        source = try authorization.allow(.read, on: item.node)
        guard source.tree === folder.tree else { throw Problem.copiedElsewhere }
        guard let content = source.node.content else { throw Problem.notFile(source.node.name) }
        guard source.chain.isLiving else { throw Problem.trashed(source.node.name) }
        version = content.version
        pieces = try Self.pieces(of: content.version, in: folder.tree)
    }

    private static func pieces(of version: VersionID, in tree: Tree) throws -> Int {
        let query = "SELECT chunk_count FROM versions WHERE namespace = $1 AND id = $2"
        guard var reader = try tree.transaction.row(query, [.id(tree.namespace), .id(version)])?.reader else {
            throw MetadataError.rowMissing("version \(version)")
        }
        return try reader.count()
    }

    func carryOut() throws -> Node {
        guard folder.chain.depth < Limits.depth,
            folder.chain.pathBytes + item.name.bytes.count + 1 <= Limits.pathBytes
        else { throw Problem.tooDeep }
        if let other = try folder.tree.child(of: item.parent, named: item.name) {
            throw other.name == item.name ? Problem.nameTaken(item.name) : Problem.nameTwin(item.name, of: other.name)
        }
        try checkPieces()
        let node = try TreeEditor(folder.tree, context).create(
            .file, named: item.name, in: item.parent, chunkClass: try folder.tree.chunkClass(of: source.node.id)
        ) { try insertVersion(of: $0) }
        return folder.told(node)
    }

    private var manifest: VersionManifest {
        VersionManifest(namespace: folder.tree.namespace, version: version, transaction: context.transaction)
    }

    private func checkPieces() throws {
        let presence = Presence(ofReadable: source, context)
        var damaged = 0
        for first in stride(from: 0, to: pieces, by: VersionManifest.pageEntries) {
            let page = try manifest.entries(from: first, count: min(VersionManifest.pageEntries, pieces - first))
            damaged += zip(page, try presence.lengths(of: page.map(\.fingerprint))).count { $1 != $0.length }
        }
        guard damaged == 0 else { throw Problem.contentDamaged(source.node.name, pieces: damaged) }
    }

    private func insertVersion(of node: Node) throws -> Node.Content? {
        let copy = VersionID.random()
        let statement = """
            INSERT INTO versions (
                namespace, id, node, revision, size, sha256, modified, is_executable, mime, account, device,
                is_conflict, is_restored, created_at, chunk_count
            ) SELECT namespace, $3, $4, $5, size, sha256, modified, is_executable, mime, $6, $7, 0, 0, $8, chunk_count
            FROM versions WHERE namespace = $1 AND id = $2
            """
        try context.transaction.run(
            statement,
            [
                .id(node.namespace), .id(version), .id(copy), .id(node.id), .integer(node.revision),
                .id(context.caller.account), .id(context.caller.device), .integer(node.changedAt),
            ])
        try manifest.copy(to: copy)
        var content = source.node.content
        content?.version = copy
        return content
    }
}
