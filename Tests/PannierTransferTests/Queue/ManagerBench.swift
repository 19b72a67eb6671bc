import GRDB
import PannierCore
import PannierHTTP
import PannierMirror

@testable import PannierTransfer

/// A transfer queue with a folder and a mirror of its own, which somebody may sign in to.
struct ManagerBench {
    let folder: Folder
    let database: DatabaseQueue
    let store: TransferStore
    let manager: TransferManager
    let tree: RemoteTree
    let copies: CopyStaging
    let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    init() throws {
        folder = try Folder()
        copies = CopyStaging(folder.at("copies"))
        database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        store = TransferStore(database)
        tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .page([]) },
            nodes: { _, paths throws(Problem) in paths.map { _ in nil } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        let settings = TransferSettings(
            patience: RetryPolicy(first: 50, longest: 100, attempts: nil), mirrorMilliseconds: 50)
        manager = TransferManager(store: store, tree: tree, copies: copies, settings: settings)
    }

    func service(_ address: String) throws -> ServiceClient {
        ServiceClient(server: try ServerAddress(parsing: address), token: "token", http: HTTPClient())
    }

    func put() async throws -> TransferID {
        let source = try folder.write([1, 2, 3], "file")
        let target = UploadTarget(
            namespace: account.namespace, folder: account.root, name: try NodeName("file"),
            remote: try RemotePath(parsing: "/file"))
        return try await manager.put(source: source, target: target)
    }

    func get(_ local: LocalPath) async throws -> TransferID {
        let content = Node.Content(
            version: .random(), size: 3, sha256: .ofNoBytes, modified: 0, isExecutable: false, mimeType: "")
        let source = DownloadSource(
            node: try Queue.node("file", content: content), remote: try RemotePath(parsing: "/file"))
        return try await manager.get(source: source, target: local)
    }

    /// The next state told that is as wanted.
    func told(_ isWanted: (TransferState) -> Bool) async -> TransferState? {
        for await case .changed(let states) in manager.events {
            if let state = states.first(where: isWanted) { return state }
        }
        return nil
    }
}
