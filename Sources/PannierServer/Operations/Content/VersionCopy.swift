import PannierCore

/// A content becomes that of another version, of another file or of the same one, by reference: no byte is stored.
///
/// As for a commit, every chunk of it has a verified copy, or it is not done: damage is told, not spread.
struct VersionCopy {
    private let source: VersionHistory.Version
    /// The file that has it, which the caller may read.
    private let file: Access
    private let context: OperationContext
    var pieces: Int { source.chunkCount }

    /// - Throws: ``Problem/noSuchVersion`` when the file has none of this id.
    init(of version: VersionID, _ file: Access, _ context: OperationContext) throws {
        guard let source = try VersionHistory(of: file.node, context.transaction).version(version) else {
            throw Problem.noSuchVersion
        }
        self.source = source
        self.file = file
        self.context = context
    }

    private var manifest: VersionManifest {
        VersionManifest(
            namespace: file.tree.namespace, version: source.content.version, transaction: context.transaction)
    }

    func checkPieces() throws {
        let presence = Presence(ofReadable: file, context)
        var damaged = 0
        for first in stride(from: 0, to: pieces, by: VersionManifest.pageEntries) {
            let page = try manifest.entries(from: first, count: min(VersionManifest.pageEntries, pieces - first))
            damaged += zip(page, try presence.lengths(of: page.map(\.fingerprint))).count { $1 != $0.length }
        }
        guard damaged == 0 else { throw Problem.contentDamaged(file.node.name, pieces: damaged) }
    }

    /// Writes it as a version of this node, which is about to be written with it.
    func insert(for node: Node, isRestored: Bool = false) throws -> Node.Content {
        let copy = VersionID.random()
        let statement = """
            INSERT INTO versions (
                namespace, id, node, revision, size, sha256, modified, is_executable, mime, account, device,
                is_conflict, is_restored, created_at, chunk_count
            ) SELECT namespace, $3, $4, $5, size, sha256, modified, is_executable, mime, $6, $7, 0, $9, $8, chunk_count
            FROM versions WHERE namespace = $1 AND id = $2
            """
        try context.transaction.run(
            statement,
            [
                .id(node.namespace), .id(source.content.version), .id(copy), .id(node.id), .integer(node.revision),
                .id(context.caller.account), .id(context.caller.device), .integer(node.changedAt), .flag(isRestored),
            ])
        try manifest.copy(to: copy)
        var content = source.content
        content.version = copy
        return content
    }
}
