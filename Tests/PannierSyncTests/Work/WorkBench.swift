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
    /// What the server has told last.
    private var revision: Revision = 1
    private var epoch: Int64 = 1
    /// The server's clock.
    private var serverTime: Milliseconds = 0
    private(set) var marker = [UInt8](repeating: 1, count: 16)
    let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    init() throws {
        disk = SimulatedDisk(SimulatedClock(1_000_000_000_000))
        tree = try SimulatedTree(disk)
        mirror = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(mirror)
        let marker = marker
        let pairing = Pairing(tree, at: path)
        try pairing.prepare(marker: marker, disk: "/folder")
        try mirror.write { [account] database in
            try FeedState.adopt(server: "http://example.org", account: account, in: database)
        }
        try tell([try opening()])
        try mirror.write { try pairing.write(marker: marker, $0) }
        try listAll()
    }

    // MARK: The server

    private var view: ViewID { ViewID(high: account.namespace.high, low: account.namespace.low) }

    private func opening() throws -> Change {
        let root = Node(
            id: account.root, namespace: account.namespace, parent: nil, name: try NodeName("root"), kind: .folder,
            created: 1, revision: 1, changedAt: 0, changedBy: "a@example.org")
        return .viewOpened(view: view, root: root, shared: nil)
    }

    private func tell(_ changes: [Change], hasMore: Bool = false) throws {
        let page = ChangePage(
            changes: changes, cursor: "\(revision)", hasMore: hasMore, epoch: epoch, revision: revision, now: serverTime
        )
        try mirror.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(page)
        }
    }

    /// Every folder there was listed.
    private func listAll() throws { try mirror.write { try $0.execute(sql: "DELETE FROM frontier") } }

    /// The server has it as it is now.
    func tell(_ node: Node) throws { try tell([.node(view: view, node: node, isNew: true)]) }

    /// The server is asked so much later, and has nothing new to tell.
    func answer(after time: Milliseconds) throws {
        serverTime += time
        try tell([])
    }

    /// The server has told a part of what it has.
    func tellPart() throws { try tell([], hasMore: true) }

    /// It is gone there for good.
    func purge(_ node: Node) throws { try tell([.leave(view: view, node: node.id)]) }

    /// Old data was put back in the server's place, with these.
    func startOver(with nodes: [Node]) throws {
        epoch += 1
        try tell([])
        try tell([try opening()] + nodes.map { .node(view: view, node: $0, isNew: true) })
        try listAll()
    }

    /// A file or folder of My Files, as it is known to stand here, on which both sides agree.
    func agree(_ name: String) throws -> Node {
        let local = try local(name)
        let content = try mirror.read { try SyncTransaction($0).content(of: local) }
        revision += 1
        let node = Node(
            id: .random(), namespace: account.namespace, parent: account.root, name: try NodeName(name),
            kind: content == nil ? .folder : .file, created: revision, revision: revision, changedAt: 0,
            changedBy: "a@example.org",
            content: content.map {
                Node.Content(
                    version: .random(), size: $0.size, sha256: $0.digest, modified: 0, isExecutable: $0.isExecutable,
                    mimeType: "")
            })
        try tell(node)
        try mirror.write { try SyncTransaction($0).agree(node, local) }
        return node
    }

    /// It goes into the trash there.
    func trash(_ node: Node) throws {
        revision += 1
        var node = node
        (node.trashedAt, node.revision) = (1, revision)
        try tell(node)
    }

    // MARK: This disk

    /// The work of a new process.
    /// - Parameters:
    ///   - tree: what it has open, where that is another folder.
    ///   - settle: for which nothing may have changed a file.
    func work(_ tree: (any FileTree)? = nil, settle: Milliseconds = 0) -> SyncWork {
        SyncWork(
            mirror: mirror, tree: tree ?? self.tree,
            transfers: SyncTransferQueue(
                add: { _, _, _ in }, underWay: { _ in SyncTransferQueue.UnderWay() }, added: {}),
            watch: SyncWatch(begin: { _, _ in }, forget: { _ in }), settle: settle,
            conflictMark: { ConflictMark(device: "device", now: 0) })
    }

    func write(_ bytes: [UInt8], _ path: TreePath) throws { try tree.write(bytes, to: path) }

    /// Lets a process look at everything twice, so that what is not there is gone, and read what is not known.
    func look(_ work: SyncWork) throws {
        for _ in 0..<2 { _ = perform(.pass(after: LocalID(0)), work) }
        for _ in 0..<2 { _ = perform(.look(try folders().map { FolderLook($0) }), work) }
        _ = perform(.prove(try folders()), work)
        let unread = try mirror.read {
            try Int64.fetchAll($0, sql: "SELECT number FROM sync_local WHERE kind = 1 AND sha256 IS NULL")
        }
        if !unread.isEmpty { _ = perform(.read(unread.map { LocalID($0) }), work) }
    }

    func perform(_ action: SyncAction, _ work: SyncWork) -> SyncEvent? {
        disk.clock.advance(1_000_000_000)
        return work.perform(action, now: disk.clock.now / 1_000_000, wall: disk.clock.now)
    }

    func here(_ steps: [PlanStep], _ work: SyncWork) throws -> StepOutcome {
        let event = perform(.here(steps), work)
        guard case .didHere(let outcome)? = event else { throw Unexpected(event: event) }
        return outcome
    }

    func plan(_ work: SyncWork) throws -> MadePlan {
        let event = perform(.plan(leavingOut: []), work)
        guard case .planned(.made(let plan))? = event else { throw Unexpected(event: event) }
        return plan
    }

    struct Unexpected: Error { var event: SyncEvent? }

    /// What people are told and waits for nobody, by path.
    func notes() throws -> [String] {
        try mirror.read { database in
            try SyncTransaction(database).problems(after: nil, limit: 100).problems
                .filter { $0.key.hasPrefix("note ") }.map { $0.path.description }
        }
    }

    func agreements() throws -> Int {
        try mirror.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sync_agreed") ?? -1 }
    }

    func local(_ path: String) throws -> LocalID {
        let found = try mirror.read { database in
            try Int64.fetchAll(database, sql: "SELECT number FROM sync_local WHERE number > 1").map { LocalID($0) }
                .first { try SyncTransaction(database).path(of: $0) == Array(path.utf8) }
        }
        guard let found else { throw Unexpected() }
        return found
    }

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
