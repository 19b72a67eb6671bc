import PannierCore

/// The contents that one file has had: its rows of `versions`.
struct VersionHistory {
    typealias Version = (content: Node.Content, chunkCount: Int)

    private let file: Node
    private let transaction: any MetadataTransaction

    init(of file: Node, _ transaction: any MetadataTransaction) {
        self.file = file
        self.transaction = transaction
    }

    /// Nil: the file has none of this id.
    func version(_ id: VersionID) throws -> Version? {
        let query = """
            SELECT id, size, sha256, modified, is_executable, mime, chunk_count FROM versions
            WHERE namespace = $1 AND id = $2 AND node = $3
            """
        guard
            var reader = try transaction.row(query, [.id(file.namespace), .id(id), .id(file.id)])?.reader,
            let content = try Tree.content(&reader)
        else { return nil }
        return (content, try reader.count())
    }

    /// The newest first.
    /// - Parameters:
    ///   - after: the last one told; nil begins with the newest.
    ///   - account: whose devices are named.
    /// - Throws: ``Problem/noSuchVersion`` when the file has not, or no more, the one to go on from.
    func page(after: VersionID?, limit: Int, toldTo account: AccountID) throws -> [FileVersion] {
        let query = """
            SELECT versions.id, versions.revision, versions.size, versions.sha256, versions.modified,
                versions.is_executable, versions.created_at, accounts.email, devices.name, versions.is_conflict,
                versions.is_settled, versions.is_restored
            FROM versions LEFT JOIN accounts ON accounts.id = versions.account
            LEFT JOIN devices ON devices.account = versions.account AND devices.id = versions.device
                AND devices.account = $5
            WHERE versions.namespace = $1 AND versions.node = $2 AND versions.revision < $3
            ORDER BY versions.revision DESC LIMIT $4
            """
        let before = try after.map { try revision(of: $0) } ?? .max
        let arguments: [MetadataValue] = [
            .id(file.namespace), .id(file.id), .integer(before), .count(limit), .id(account),
        ]
        return try transaction.rows(query, arguments).map { row in
            var reader = row.reader
            return try told(&reader)
        }
    }

    private func revision(of version: VersionID) throws -> Revision {
        let query = "SELECT revision FROM versions WHERE namespace = $1 AND id = $2 AND node = $3"
        guard
            var reader = try transaction.row(query, [.id(file.namespace), .id(version), .id(file.id)])?.reader
        else { throw Problem.noSuchVersion }
        return try reader.integer()
    }

    private func told(_ reader: inout RowReader) throws -> FileVersion {
        var version = FileVersion(
            id: try reader.id(), revision: try reader.integer(), size: try reader.integer(),
            sha256: try reader.fingerprint(), modified: try reader.integer(), isExecutable: try reader.flag(),
            createdAt: try reader.integer(), createdBy: try reader.text(), device: try reader.optionalText())
        version.isCurrent = version.id == file.content?.version
        let (isConflict, isSettled) = (try reader.flag(), try reader.flag())
        if isConflict { version.conflict = isSettled ? .settled : .open }
        version.isRestored = try reader.flag()
        return version
    }

    /// Nobody is asked any more about the conflicts that there are.
    func settle() throws {
        try transaction.run(
            """
            UPDATE versions SET is_settled = 1
            WHERE namespace = $1 AND node = $2 AND is_conflict = 1 AND is_settled = 0
            """, [.id(file.namespace), .id(file.id)])
    }
}
