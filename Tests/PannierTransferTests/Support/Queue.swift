import GRDB
import PannierChunks
import PannierCore
import PannierMirror

/// A transfer queue in memory, with one transfer in it.
struct Queue {
    let store: TransferStore
    let transfer: StoredTransfer

    init(_ goal: StoredTransfer.Goal, local: LocalPath = LocalPath("/somewhere")) async throws {
        store = try Self.store()
        transfer = try await store.add(local: local, goal: goal)
    }

    private static func store() throws -> TransferStore {
        let database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        return TransferStore(database)
    }

    /// An upload of several sources, each under its own name.
    init(uploading sources: [LocalPath]) async throws {
        store = try Self.store()
        let target = UploadTarget(
            namespace: .random(), folder: .random(), name: nil, remote: try RemotePath(parsing: "/to"))
        let named = sources.map { UploadSource(prefix: $0.lastComponent, local: $0, baseRevision: nil) }
        transfer = try await store.add(named, target)
    }

    /// A download of several nodes, each under its own name.
    init(downloading nodes: [Node], into folder: LocalPath) async throws {
        store = try Self.store()
        let tops = nodes.map {
            DownloadTop(prefix: $0.name.bytes, node: $0, remote: RemotePath.myFiles.appending($0.name))
        }
        transfer = try await store.add(tops, into: folder)
    }

    static func upload() throws -> StoredTransfer.Goal {
        .upload(
            UploadTarget(
                namespace: .random(), folder: .random(), name: try NodeName("top"),
                remote: try RemotePath(parsing: "/top")))
    }

    static func download() throws -> StoredTransfer.Goal {
        .download(DownloadSource(node: try node("top", content: nil), remote: try RemotePath(parsing: "shared:/top")))
    }

    static func node(_ name: String, content: Node.Content?) throws -> Node {
        Node(
            id: .random(), namespace: .random(), parent: .random(), name: try NodeName(name),
            kind: content == nil ? .folder : .file, created: 1, revision: 7, changedAt: 0, changedBy: "a@example.org",
            content: content)
    }

    // MARK: Files and folders

    static func file(_ path: String, _ size: Int64) -> ScannedItem {
        ScannedItem(path: Array(path.utf8), isFolder: false, size: size, modified: 5, isExecutable: true)
    }

    static func folder(_ path: String) -> ScannedItem { ScannedItem(path: Array(path.utf8), isFolder: true) }

    static func ready(_ item: UploadItem, _ upload: UploadID) -> ReadyItem {
        ReadyItem(
            row: item.row, upload: upload, size: item.size, chunkCount: 1, sha256: SHA256Digest.of([]), modified: 9,
            changed: 8, note: "zstd 3: small")
    }

    // MARK: What is kept of it

    func counts() async throws -> TransferCounts { try await stored().counts }

    func stored() async throws -> StoredTransfer {
        guard let stored = try await store.transfer(transfer.id) else {
            throw Problem(.mirrorDamaged, "The transfer has gone.")
        }
        return stored
    }
}
