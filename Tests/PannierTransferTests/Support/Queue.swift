import GRDB
import PannierCore
import PannierMirror

/// A transfer queue in memory, with one transfer in it.
struct Queue {
    let store: TransferStore
    let transfer: StoredTransfer

    init(_ goal: StoredTransfer.Goal, local: LocalPath = LocalPath("/somewhere")) async throws {
        let database = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        TransferSchema.register(in: &migrator)
        try migrator.migrate(database)
        store = TransferStore(database)
        transfer = try await store.add(local: local, goal: goal)
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

    func counts() async throws -> TransferCounts { try await stored().counts }

    func stored() async throws -> StoredTransfer {
        guard let stored = try await store.transfer(transfer.id) else {
            throw Problem(.mirrorDamaged, "The transfer has gone.")
        }
        return stored
    }
}
