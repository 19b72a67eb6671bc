import Foundation
import GRDB
import Glibc
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// A synced folder on a real disk, with its mirror and the queue.
final class SyncedWorld: Sendable {
    static let marker = [UInt8](repeating: 1, count: 16)
    let folder: Folder
    let database: DatabaseQueue
    let store: TransferStore
    /// How often the loop was told to look.
    let rings = Box(0)
    let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)
    private let nodes = Box<[NodeID: Node]>([:])
    private let revisions = Box<Revision>(1)

    init() throws {
        folder = try Folder()
        for own in OwnPart.folders { try folder.makeFolder(String(decoding: own, as: UTF8.self)) }
        database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        var store = TransferStore(database)
        store.synced = { [rings] in rings.change { $0 += 1 } }
        self.store = store
        let root = node(try NodeName("root"), id: account.root, parent: nil, content: nil)
        try database.write { [account] database in
            try FeedState.adopt(server: "http://example.org", account: account, in: database)
            try database.execute(sql: "UPDATE feed SET epoch = 1")
        }
        try tell(.viewOpened(view: view, root: root, shared: nil))
        try database.write { [account, folder] database in
            let number = try #require(try Int64.fetchOne(database, sql: "SELECT number FROM views"))
            try SyncFolder(path: folder.path, marker: Self.marker, view: number, root: account.root).write(database)
        }
        try observe("", in: LocalID(0))
    }

    private var view: ViewID { ViewID(high: account.namespace.high, low: account.namespace.low) }

    func manager(
        patience: RetryPolicy = RetryPolicy(first: 5, longest: 20, attempts: nil)
    ) -> TransferManager {
        let tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .page([]) },
            nodes: { _, paths throws(Problem) in paths.map { _ in nil } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        return TransferManager(
            store: store, tree: tree, copies: CopyStaging(folder.at("copies")),
            settings: TransferSettings(patience: patience, settleMilliseconds: 1, lossMilliseconds: 5),
            synced: { [store] in store.synced?() })
    }

    // MARK: Here

    /// Looks at what stands there.
    @discardableResult
    func observe(_ name: String, in parent: LocalID = .top, at path: String? = nil) throws -> LocalID {
        let status = try status(path ?? name)
        return try database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO sync_local
                        (parent, name, kind, inode, links, size, modified, changed, is_executable)
                    VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)
                    """,
                arguments: [
                    parent.number, Data(name.utf8), status.isFolder ? 0 : 1, Int64(status.st_ino),
                    status.isFolder ? 0 : Int64(status.st_size), status.modified, status.changed, status.isExecutable,
                ])
            return LocalID(database.lastInsertedRowID)
        }
    }

    func write(_ bytes: [UInt8], _ name: String, in parent: LocalID = .top, under folder: String = "") throws -> LocalID
    {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        try self.folder.write(bytes, path)
        return try observe(name, in: parent, at: path)
    }

    func status(_ path: String) throws -> stat {
        var status = stat()
        let place = path.isEmpty ? folder.path : folder.at(path)
        try #require(lstat(place.description, &status) == 0)
        return status
    }

    /// What is known of a file's content.
    func digest(of local: LocalID) throws -> Fingerprint? {
        try database.read { try SyncTransaction($0).content(of: local)?.digest }
    }

    func agreement(of local: LocalID) throws -> SyncedEntry? {
        try database.read { database in
            let sync = SyncTransaction(database)
            return try sync.node(of: local).flatMap { try sync.agreement(on: $0) }
        }
    }

    func problem(_ key: String) throws -> Problem? { try database.read { try SyncTransaction($0).problem(key: key) } }

    /// Problems of the folder by what they are about.
    func problems() throws -> [String: Problem.Code] {
        try database.read { database in
            let rows = try GRDB.Row.fetchAll(database, sql: "SELECT key, problem FROM sync_problems")
            return try Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (row["key"], try WireJSON.decode(Problem.self, from: Data((row["problem"] as String).utf8)).code)
                })
        }
    }

    // MARK: There

    private func node(_ name: NodeName, id: NodeID = .random(), parent: NodeID?, content: Node.Content?) -> Node {
        let revision = revisions.change { revision in
            revision += 1
            return revision
        }
        let node = Node(
            id: id, namespace: account.namespace, parent: parent, name: name, kind: content == nil ? .folder : .file,
            created: revision, revision: revision, changedAt: 0, changedBy: "a@example.org", content: content)
        nodes.change { $0[id] = node }
        return node
    }

    private func tell(_ change: Change) throws {
        let page = ChangePage(
            changes: [change], cursor: "c", hasMore: false, epoch: 1, revision: revisions.now, now: 0)
        try database.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(page)
        }
    }

    /// Something that the server has, and the mirror knows.
    func tell(_ name: String, in parent: NodeID? = nil, content: Node.Content? = nil) throws -> Node {
        let node = node(try NodeName(name), parent: parent ?? account.root, content: content)
        try tell(.node(view: view, node: node, isNew: true))
        return node
    }

    /// What the service answers to commits.
    func committing() -> @Sendable (CreateNodes.Item, CommitUploads.Item) -> ItemResult<Node>? {
        { [weak self] made, item in
            guard let self, let file = made.file else { return nil }
            let known = made.node.flatMap { self.nodes.now[$0] }
            guard let name = known?.name ?? made.path.last else { return nil }
            let content = Node.Content(
                version: .random(), size: item.size, sha256: item.sha256, modified: item.modified,
                isExecutable: file.isExecutable, mimeType: file.mimeType)
            return .done(
                self.node(name, id: made.node ?? .random(), parent: known?.parent ?? made.parent, content: content))
        }
    }

    // MARK: Transfers

    func new(_ local: LocalID, _ name: String, in parent: NodeID? = nil) throws -> SyncUpload {
        SyncUpload(
            local: local, goal: .new(parent: parent ?? account.root, name: try NodeName(name)), baseRevision: nil,
            size: 3, modified: 0, isExecutable: false)
    }

    @discardableResult
    func add(_ uploads: [SyncUpload]) throws -> TransferID {
        try #require(try database.write { try SyncTransfers($0).add(uploads: uploads) })
    }

    @discardableResult
    func add(_ nodes: [Node]) throws -> TransferID {
        try #require(
            try database.write { try SyncTransfers($0).add(downloads: nodes.map { SyncDownload(node: $0) }) })
    }

    func underWay() throws -> (locals: Set<LocalID>, nodes: Set<NodeID>) {
        try database.read { try SyncTransfers($0).underWay() }
    }

    /// Adds uploads, and waits until they have ended and are forgotten.
    /// - Returns: the last that was told of them.
    @discardableResult
    func send(_ uploads: [SyncUpload], to service: ServiceDouble) async throws -> TransferState? {
        let manager = manager()
        try await manager.signedIn(try service.client(), account)
        let id = try add(uploads)
        try await manager.syncQueueChanged()
        let last = await manager.last(of: id)
        await manager.stop()
        return last
    }

    func service(_ faults: ServiceDouble.Faults = .init(), objects: [String: [UInt8]] = [:]) throws -> ServiceDouble {
        var faults = faults
        faults.commit = committing()
        return try ServiceDouble(faults, objects: objects)
    }
}

extension LocalID {
    /// The synced folder itself.
    static let top = LocalID(1)
}

extension TransferManager {
    /// What was told of a transfer before it was cleared.
    func last(of id: TransferID) async -> TransferState? {
        var last: TransferState?
        for await news in events {
            switch news {
            case .changed(let states): last = states.last { $0.id == id } ?? last
            case .cleared(let ids): if ids.contains(id) { return last }
            }
        }
        return nil
    }
}

extension TransferStore {
    /// Committed by a service whose answers nobody looks at.
    func committed(
        _ number: Int64, _ items: [ReadyItem], reused: Int64, there: Set<Int64> = []
    ) async throws -> TransferCounts {
        let node = try Queue.node("committed", content: nil)
        return try await committed(number, items.map { ($0, node) }, reused: reused, there: there)
    }
}
