import GRDB
import PannierCore
import PannierMirror
import PannierSync

/// A row of `simulated_transfers`.
struct TransferRow {
    /// All of a file is on the server, and only its commit is missing.
    struct Ready {
        var upload: UploadID
        var digest: Fingerprint
        var chunks: Int
        var read: LocalRead
    }

    var number: Int64 = 0
    var local: LocalID?
    var node: NodeID?
    var version: VersionID?
    var parent: NodeID?
    var name: NodeName?
    var base: Revision?
    var ready: Ready?

    var isDownload: Bool { local == nil }

    init(_ upload: SyncUpload) {
        local = upload.local
        base = upload.baseRevision
        switch upload.goal {
        case .new(let parent, let name): (self.parent, self.name) = (parent, name)
        case .version(let node): self.node = node
        }
    }

    init(_ download: SyncDownload) {
        node = download.node.id
        version = download.node.content?.version
    }

    private init(_ row: Columns) throws {
        number = row[0]
        local = (row[1] as Int64?).map { LocalID($0) }
        (node, version, parent) = (
            try row.optionalIdentifier(2), try row.optionalIdentifier(3), try row.optionalIdentifier(4)
        )
        if local != nil, parent != nil { name = try row.nodeName(5) }
        base = row[6]
        if let upload: UploadID = try row.optionalIdentifier(7), let digest = Fingerprint(bytes: try row.bytes(9)) {
            ready = Ready(
                upload: upload, digest: digest, chunks: row[10],
                read: LocalRead(size: row[8], modified: row[11], changed: row[12]))
        }
    }

    static func all(_ database: Database) throws -> [TransferRow] {
        try database.cachedStatement(
            sql: """
                SELECT number, local, node, version, parent, name, base, upload, size, sha256, chunks, modified, changed
                FROM simulated_transfers ORDER BY number
                """
        ).all { try TransferRow($0) }
    }

    func insert(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO simulated_transfers (local, node, version, parent, name, base) VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [local?.number, node?.blob, version?.blob, parent?.blob, name?.bytes.blob, base])
    }

    func remove(_ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM simulated_transfers WHERE number = ?")
            .execute(arguments: [number])
    }

    /// Nil: it is sent anew.
    func set(_ ready: Ready?, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE simulated_transfers SET upload = ?, size = ?, sha256 = ?, chunks = ?, modified = ?, changed = ?
                WHERE number = ?
                """
        ).execute(arguments: [
            ready?.upload.blob, ready?.read.size, ready?.digest.bytes.blob, ready?.chunks, ready?.read.modified,
            ready?.read.changed, number,
        ])
    }
}
