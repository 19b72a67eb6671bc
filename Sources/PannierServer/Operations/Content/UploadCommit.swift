import PannierChunks
import PannierCore

/// One upload becomes content. First the namespace's head is locked, then every condition is asked, then everything is
/// written; so a refusal leaves nothing, and nobody changes what was asked meanwhile. Only that a file is in the trash ends
/// the upload of its next version.
///
/// 1. The upload is the caller's, open, and its folder living and writable.
/// 2. The path is not too deep; the name is free, or a file's that gets its next version; or the file that it is for is
///    still there.
/// 3. What was declared is exactly what is committed: entries without gaps, lengths that add up.
/// 4. Every chunk is present for the caller (``Presence``), with the length that was declared.
/// 5. The owner's quota has not been exceeded.
///
/// The SHA-256 of the whole file is what the client says; the reading client checks it. So equal content is only what has
/// an equal manifest too: nobody's wrong claim can stand in the way of somebody's right bytes.
struct UploadCommit {
    private let item: CommitUploads.Item
    private let authorization: Authorization
    private let upload: Upload
    private var context: OperationContext { authorization.context }

    init(_ item: CommitUploads.Item, _ authorization: Authorization) throws {
        self.item = item
        self.authorization = authorization
        try authorization.lock(try Upload.find(item.upload, authorization).namespace)
        upload = try Upload.find(item.upload, authorization)
    }

    func carryOut() throws -> CommitUploads.Committed {
        if upload.state == .committed { return try answerAgain() }
        let access = try authorization.allow(.write, on: upload.place)
        let current = try upload.target == nil ? fileAtPlace(access) : target(access)
        try checkDeclared(Presence(access, context))
        let isSame = try current.map { try hasSameBytes($0) } ?? false
        if let current, isSame, current.content?.isExecutable == upload.isExecutable {
            return try finish(current, isConflict: false, access)
        }
        guard try !Quota.of(upload.namespace, in: context.transaction).isExceeded else {
            throw Problem.quotaExceeded
        }
        return try write(over: current, mayConflict: !isSame, access)
    }

    // MARK: - Conditions

    /// The file that stands where this one is to stand; nil: none.
    private func fileAtPlace(_ folder: Access) throws -> Node? {
        try folder.requireLivingFolder()
        guard folder.chain.depth < Limits.depth,
            folder.chain.pathBytes + upload.name.bytes.count + 1 <= Limits.pathBytes
        else { throw Problem.tooDeep }
        return try folder.tree.requirePlace(for: upload.name, in: upload.parent)
    }

    private func target(_ file: Access) throws -> Node {
        guard file.chain.isLiving else {
            // Whoever sent it hears that, and may send something newer when the file is back: a copy of this request that
            // comes late must not be written over that.
            try upload.end(as: .cancelled, context)
            throw Problem.trashed(file.node.name)
        }
        return file.node
    }

    private func checkDeclared(_ presence: Presence) throws {
        guard item.size >= 0, item.size <= Limits.fileBytes, item.chunkCount >= 0 else {
            throw Problem.manifestMismatch(upload.name, "its numbers are impossible")
        }
        guard item.size > 0 || item.sha256 == .ofNothing else {
            throw Problem.manifestMismatch(upload.name, "it is empty, but its SHA-256 is not that of nothing")
        }
        var (size, missing) = (Int64(0), 0)
        let count = try upload.eachDeclaredPage(context) { page, _ in
            size += page.reduce(0) { $0 + Int64($1.length) }
            missing += try self.missing(of: page, presence)
        }
        let declared = try upload.declaredCount(context)
        guard count == item.chunkCount, declared == item.chunkCount else {
            throw Problem.manifestMismatch(
                upload.name,
                "\(declared) pieces were declared, \(count) of them without a gap, not \(item.chunkCount)"
            )
        }
        guard size == item.size else {
            throw Problem.manifestMismatch(upload.name, "its pieces have \(size) bytes together, not \(item.size)")
        }
        guard missing == 0 else { throw Problem.chunksMissing(missing, of: count, name: upload.name) }
    }

    private func missing(of page: [ChunkReference], _ presence: Presence) throws -> Int {
        var missing = 0
        for (chunk, length) in zip(page, try presence.lengths(of: page.map(\.fingerprint))) {
            guard let length else {
                missing += 1
                continue
            }
            guard length == chunk.length else {
                throw Problem.manifestMismatch(
                    upload.name, "a piece of \(length) bytes was declared with \(chunk.length)")
            }
        }
        return missing
    }

    /// Whether the file already has these bytes. A new executable bit is new content, though in no conflict with the old
    /// one; a new time alone is neither.
    private func hasSameBytes(_ current: Node) throws -> Bool {
        guard let content = current.content, content.size == item.size, content.sha256 == item.sha256 else {
            return false
        }
        let query = "SELECT chunk_count FROM versions WHERE namespace = $1 AND id = $2"
        guard
            var reader = try context.transaction.row(query, [.id(upload.namespace), .id(content.version)])?.reader
        else { throw MetadataError.rowMissing("version \(content.version)") }
        guard try reader.count() == item.chunkCount else { return false }
        let manifest = manifest(of: content.version)
        var isSame = true
        try upload.eachDeclaredPage(context) { page, first in
            if isSame { isSame = try manifest.holds(page, at: first) }
        }
        return isSame
    }

    private func manifest(of version: VersionID) -> VersionManifest {
        VersionManifest(namespace: upload.namespace, version: version, transaction: context.transaction)
    }

    /// Whether content was committed that the sender had not seen. A base from the future (the server was restored from a
    /// backup) has seen nothing.
    private func isConflict(over version: VersionID, head: Revision) throws -> Bool {
        guard let base = upload.baseRevision, base <= head else { return true }
        let query = "SELECT revision FROM versions WHERE namespace = $1 AND id = $2"
        guard var reader = try context.transaction.row(query, [.id(upload.namespace), .id(version)])?.reader else {
            throw MetadataError.rowMissing("version \(version)")
        }
        return try reader.integer() > base
    }

    // MARK: - Writing

    private func write(over current: Node?, mayConflict: Bool, _ access: Access) throws -> CommitUploads.Committed {
        let editor = TreeEditor(access.tree, context)
        let head = try context.transaction.lockHead(of: upload.namespace)
        guard let current, let replaced = current.content?.version else {
            let node = try editor.create(
                .file, named: upload.name, in: upload.parent, chunkClass: upload.chunkClass
            ) { try insertVersion(of: $0) }
            return try finish(node, isConflict: false, access)
        }
        let isConflict = try mayConflict && isConflict(over: replaced, head: head)
        if isConflict { try flagConflict(replaced) }
        let conflicts = (current.content?.conflicts ?? 0) + (isConflict ? 1 : 0)
        let node = try editor.replaceContent(of: current) { node in
            var content = try insertVersion(of: node)
            content.conflicts = conflicts
            return content
        }
        return try finish(node, isConflict: isConflict, access)
    }

    private func insertVersion(of node: Node) throws -> Node.Content {
        let content = Node.Content(
            version: .random(), size: item.size, sha256: item.sha256, modified: item.modified,
            isExecutable: upload.isExecutable, mimeType: upload.mimeType)
        let statement = """
            INSERT INTO versions (
                namespace, id, node, revision, size, sha256, modified, is_executable, mime, account, device,
                base_revision, is_conflict, is_restored, created_at, chunk_count
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, $13, $14)
            """
        try context.transaction.run(
            statement,
            [
                .id(upload.namespace), .id(content.version), .id(node.id), .integer(node.revision),
                .integer(content.size),
                .fingerprint(content.sha256), .integer(content.modified), .flag(content.isExecutable),
                .text(content.mimeType), .id(context.caller.account), .id(context.caller.device),
                .optional(upload.baseRevision), .integer(node.changedAt), .count(item.chunkCount),
            ])
        let manifest = manifest(of: content.version)
        try upload.eachDeclaredPage(context) { page, first in try manifest.insert(page, at: first) }
        return content
    }

    private func flagConflict(_ version: VersionID) throws {
        try context.transaction.run(
            "UPDATE versions SET is_conflict = 1 WHERE namespace = $1 AND id = $2",
            [.id(upload.namespace), .id(version)])
    }

    private func finish(_ node: Node, isConflict: Bool, _ access: Access) throws -> CommitUploads.Committed {
        try upload.end(
            as: .committed, node: node.id, version: node.content?.version, isConflict: isConflict, context)
        return CommitUploads.Committed(node: access.told(node), isConflict: isConflict)
    }

    /// The client did not hear the answer and asks again, under another idempotency key.
    private func answerAgain() throws -> CommitUploads.Committed {
        guard let id = upload.node else { throw MetadataError.rowMissing("the file of upload \(upload.id)") }
        let query = "SELECT 1 FROM versions WHERE namespace = $1 AND id = $2 AND size = $3 AND sha256 = $4"
        let arguments: [MetadataValue] = [
            .id(upload.namespace), .id(upload.version), .integer(item.size), .fingerprint(item.sha256),
        ]
        guard try context.transaction.row(query, arguments) != nil else {
            throw Problem.badRequest("This upload was committed before, with other bytes.")
        }
        let access = try authorization.allow(.read, on: id)
        return CommitUploads.Committed(node: access.told(access.node), isConflict: upload.isConflict)
    }
}

extension Fingerprint {
    /// The SHA-256 of no bytes at all.
    static let ofNothing = Fingerprint(
        0xe3b0_c442_98fc_1c14, 0x9afb_f4c8_996f_b924, 0x27ae_41e4_649b_934c, 0xa495_991b_7852_b855)
}
