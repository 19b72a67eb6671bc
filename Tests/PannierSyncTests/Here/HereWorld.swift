import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// A synced folder on a simulated disk, with its mirror: what pannier does in it, and people between two of its looks.
final class HereWorld {
    let disk = SimulatedDisk(SimulatedClock())
    let tree: SimulatedTree
    let mirror: DatabaseQueue
    let work: SyncWork
    let root = NodeID.random()
    var person: SimulatedPerson { SimulatedPerson(disk) }
    private var now: Milliseconds = 0

    init() throws {
        tree = try SimulatedTree(disk)
        mirror = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(mirror)
        let root = root
        try mirror.write { database in
            try database.execute(
                sql: "INSERT INTO views (id, root, is_confirmed) VALUES (x'01', ?, 1)", arguments: [root.blob])
        }
        let pairing = Pairing(tree, at: LocalPath("/folder"))
        let marker = NodeID.random().bytes
        try pairing.prepare(marker: marker, disk: "/folder")
        try mirror.write { try pairing.write(marker: marker, $0) }
        work = SyncWork(
            mirror: mirror, tree: tree,
            transfers: SyncTransferQueue(add: { _, _, _ in }, underWay: { _ in .init() }, added: {}),
            watch: SyncWatch(begin: { _, _ in }, forget: { _ in }), settle: 0,
            conflictMark: { ConflictMark(device: "here", now: 0) })
    }

    struct Failed: Error { var event: SyncEvent? }

    @discardableResult
    func perform(_ action: SyncAction) throws -> SyncEvent {
        disk.clock.advance(1_000_000_000)
        now += 1_000
        let event = work.perform(action, now: now, wall: disk.clock.now)
        guard let event else { throw Failed(event: nil) }
        if case .failed = event { throw Failed(event: event) }
        return event
    }

    func here(_ steps: [PlanStep]) throws -> StepOutcome {
        let event = try perform(.here(steps))
        guard case .didHere(let outcome) = event else { throw Failed(event: event) }
        return outcome
    }

    /// Looks twice at everything, so that what is not there is gone, and reads what is not known.
    func look() throws {
        try perform(.pass(after: LocalID(0)))
        try perform(.pass(after: LocalID(0)))
        let folders = try mirror.read {
            try Int64.fetchAll($0, sql: "SELECT number FROM sync_local WHERE kind = 0 ORDER BY number")
        }
        try perform(.prove(folders.map { LocalID($0) }))
        let unread = try mirror.read {
            try Int64.fetchAll($0, sql: "SELECT number FROM sync_local WHERE kind = 1 AND sha256 IS NULL")
        }
        if !unread.isEmpty { try perform(.read(unread.map { LocalID($0) })) }
    }

    func local(_ path: String) throws -> LocalID {
        let found = try mirror.read { database in
            try Int64.fetchAll(database, sql: "SELECT number FROM sync_local WHERE number > 1").map { LocalID($0) }
                .first { try SyncTransaction(database).path(of: $0) == Array(path.utf8) }
        }
        guard let found else { throw Failed() }
        return found
    }

    func content(_ local: LocalID) throws -> SyncContent? {
        try mirror.read { try SyncTransaction($0).content(of: local) }
    }

    /// Both sides agree on what stands there.
    func agree(_ path: String, in parent: NodeID? = nil) throws -> NodeID {
        let (local, node) = (try local(path), NodeID.random())
        let name = try NodeName(bytes: Array(path.split(separator: "/").last.map { Array($0.utf8) } ?? []))
        let entry = SyncedEntry(SyncPlace(parent ?? root, name), content: try content(local), local: local)
        try mirror.write { try SyncTransaction($0).agree(node, entry) }
        return node
    }

    /// A node's content has come into the folder's own part.
    func fetch(_ bytes: [UInt8], of node: NodeID) throws -> SyncContent {
        let version = VersionID.random()
        let content = Node.Content(
            version: version, size: Int64(bytes.count), sha256: SHA256Digest.of(bytes), modified: 1_000_000_000,
            isExecutable: false, mimeType: "")
        let name = SyncDownload.incomingName(node, version)
        try tree.fill(OwnPart.incoming(name), bytes, modified: content.modified, isExecutable: false)
        try mirror.write { try SyncTransaction($0).fetched(node, content, name: name) }
        return SyncContent(content)
    }

    /// The disk fails once, so many calls after pannier has made such a change of names.
    func fail(_ code: Int32, at call: Int, after isChange: @escaping (DiskChange) -> Bool) {
        var left: Int?
        disk.watchChanges = { if $0.isByPannier, isChange($0), left == nil { left = call } }
        tree.meanwhile = { () throws(LocalError) in
            guard let count = left, count > 0 else { return }
            left = count - 1
            if count == 1 { throw LocalError(code) }
        }
    }

    func names(in folder: TreePath) throws -> [TreePath] {
        var names: [TreePath] = []
        try tree.list(folder) { name, _ in names.append(name) }
        return names
    }

    /// Somebody does something as soon as pannier has made such a change of names.
    func after(_ isChange: @escaping (DiskChange) -> Bool, _ body: @escaping (SimulatedPerson) throws -> Void) {
        var (isMade, isDone) = (false, false)
        disk.watchChanges = { if $0.isByPannier, isChange($0) { isMade = true } }
        tree.meanwhile = { [unowned self] () throws(LocalError) in
            guard isMade, !isDone else { return }
            isDone = true
            do { try body(person) } catch { throw error as? LocalError ?? LocalError(5) }
        }
    }
}
