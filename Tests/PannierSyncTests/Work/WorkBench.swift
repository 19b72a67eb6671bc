import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync

/// A folder on a simulated disk that was just chosen, the mirror of an empty account, and processes that begin to work there,
/// one after the other.
final class WorkBench {
    let disk: SimulatedDisk
    let tree: SimulatedTree
    let mirror: DatabaseQueue
    private let path = LocalPath("/folder")
    let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    init() throws {
        disk = SimulatedDisk(SimulatedClock(1_000_000_000_000))
        tree = try SimulatedTree(disk)
        mirror = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(mirror)
        let marker = [UInt8](repeating: 1, count: 16)
        let pairing = Pairing(tree, at: path)
        try pairing.prepare(marker: marker, disk: "/folder")
        let root = Node(
            id: account.root, namespace: account.namespace, parent: nil, name: try NodeName("root"), kind: .folder,
            created: 1, revision: 1, changedAt: 0, changedBy: "a@example.org")
        let view = ViewID(high: account.namespace.high, low: account.namespace.low)
        let page = ChangePage(
            changes: [.viewOpened(view: view, root: root, shared: nil)], cursor: "1", hasMore: false, epoch: 1, now: 0)
        try mirror.write { [account] database in
            try FeedState.adopt(server: "http://example.org", account: account, in: database)
            var feed = try FeedTransaction(database)
            try feed.apply(page)
            try pairing.write(marker: marker, database)
        }
    }

    /// The work of a new process.
    /// - Parameter settle: for which nothing may have changed a file.
    func work(settle: Milliseconds = 0) -> SyncWork {
        SyncWork(
            mirror: mirror, tree: tree,
            transfers: SyncTransferQueue(
                add: { _, _, _ in }, underWay: { _ in SyncTransferQueue.UnderWay() }, added: {}),
            watch: SyncWatch(begin: { _, _ in }, forget: { _ in }), settle: settle,
            conflictMark: { ConflictMark(device: "device", now: 0) })
    }

    func write(_ bytes: [UInt8], _ path: TreePath) throws { try tree.write(bytes, to: path) }

    func names(in folder: TreePath) throws -> [String] {
        var names: [String] = []
        try tree.list(folder) { name, _ in names.append(String(decoding: name, as: UTF8.self)) }
        return names.sorted()
    }

    /// The folders that are known, the chosen one first.
    func folders() throws -> [LocalID] {
        try mirror.read { database in
            try Int64.fetchAll(database, sql: "SELECT number FROM sync_local WHERE kind = 0 ORDER BY number")
                .map { LocalID($0) }
        }
    }

    func path(of local: LocalID) throws -> String? {
        try mirror.read { try SyncTransaction($0).existingPath(of: local) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is known, by its path.
    func known() throws -> [String: LocalID] {
        try mirror.read { database in
            var known: [String: LocalID] = [:]
            for number in try Int64.fetchAll(database, sql: "SELECT number FROM sync_local WHERE number > 1") {
                let path = try SyncTransaction(database).path(of: LocalID(number))
                known[String(decoding: path, as: UTF8.self)] = LocalID(number)
            }
            return known
        }
    }

    /// The files that are known in the folder.
    func locals() throws -> [LocalID] {
        try mirror.read { database in
            try Int64.fetchAll(database, sql: "SELECT number FROM sync_local WHERE kind = 1 ORDER BY number")
                .map { LocalID($0) }
        }
    }
}
