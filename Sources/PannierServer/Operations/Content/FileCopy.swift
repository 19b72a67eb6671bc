import PannierChunks
import PannierCore

/// A file's current content becomes that of a new file beside it in the namespace. As for a commit (``UploadCommit``), the
/// namespace's head is locked, then every condition is asked, then everything is written.
///
/// 1. The caller may write in the folder, which is living, and read the file, which is living and in the same namespace.
/// 2. The path is not too deep, and nothing has the name.
/// 3. Every chunk of the version has a verified copy (``VersionCopy``).
///
/// The new file keeps the class of chunk sizes, so that what two files have in common is found when either changes.
struct FileCopy {
    /// Chunks that one request may copy, but for the first file's: its transaction keeps others waiting.
    static let piecesAtOnce = 65_536

    private let item: CopyNodes.Item
    private let context: OperationContext
    private let folder: Access
    private let source: Access
    private let version: VersionCopy
    var pieces: Int { version.pieces }

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
        version = try VersionCopy(of: content.version, source, context)
    }

    func carryOut() throws -> Node {
        guard folder.chain.depth < Limits.depth,
            folder.chain.pathBytes + item.name.bytes.count + 1 <= Limits.pathBytes
        else { throw Problem.tooDeep }
        if let other = try folder.tree.child(of: item.parent, named: item.name) {
            throw other.name == item.name ? Problem.nameTaken(item.name) : Problem.nameTwin(item.name, of: other.name)
        }
        try version.checkPieces()
        let node = try TreeEditor(folder.tree, context).create(
            .file, named: item.name, in: item.parent, chunkClass: try folder.tree.chunkClass(of: source.node.id)
        ) { try version.insert(for: $0) }
        return folder.told(node)
    }
}
