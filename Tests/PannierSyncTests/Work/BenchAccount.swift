import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync

/// The account of a bench: what the feed tells of it, and both sides made one.
struct BenchAccount {
    let bench: WorkBench
    let work: SyncWork
    /// Long after everything was written.
    static let wall: Nanoseconds = 2_000_000_000_000

    init(_ bench: WorkBench, guardedCount: Int? = nil) {
        self.bench = bench
        var work = bench.work()
        (work.guardedCount, work.comparesPlans) = (guardedCount, true)
        self.work = work
    }

    // MARK: There

    /// A file, or a folder where there is no content, in My Files or the folder that is named.
    @discardableResult
    func make(_ name: String, _ bytes: [UInt8]?, in folder: Node? = nil) throws -> Node {
        let root = try bench.mirror.read { try SyncFolder.read($0)!.root }
        let content = bytes.map { bytes in
            Node.Content(
                version: .random(), size: Int64(bytes.count), sha256: SHA256Digest.of(bytes), modified: 0,
                isExecutable: false, mimeType: "")
        }
        let node = Node(
            id: .random(), namespace: .random(), parent: folder?.id ?? root, name: try NodeName(name),
            kind: bytes == nil ? .folder : .file, created: 1, revision: 2, changedAt: 0,
            changedBy: "mia@example.org", content: content)
        try tell(node, isNew: true)
        return node
    }

    func trash(_ node: Node) throws {
        var node = node
        (node.trashedAt, node.revision) = (5, node.revision + 1)
        try tell(node, isNew: false)
    }

    private func tell(_ node: Node, isNew: Bool) throws {
        try bench.mirror.write { database in
            let id = try GRDB.Row.fetchOne(database, sql: "SELECT id FROM views WHERE owner IS NULL")!
            let view = ViewID(bytes: try id.bytes(0))!
            var feed = try FeedTransaction(database)
            try feed.apply(
                ChangePage(
                    changes: [.node(view: view, node: node, isNew: isNew)], cursor: "\(node.revision)", hasMore: false,
                    epoch: 1, now: 0))
        }
    }

    // MARK: Here

    /// Looks at all, and once more where something is missing.
    func look() throws {
        for _ in 0..<2 { try pass() }
        let folders = try bench.folders()
        _ = work.perform(.prove(folders), now: 0, wall: Self.wall)
    }

    /// Looks at all, and reads what a plan asks for.
    @discardableResult
    func settle() throws -> MadePlan {
        try look()
        while true {
            guard case .planned(.made(let made))? = work.perform(.plan(leavingOut: []), now: 0, wall: Self.wall) else {
                throw BenchFailure.noPlan
            }
            guard !made.parts.reads.isEmpty else { return made }
            _ = work.perform(.read(made.parts.reads), now: 0, wall: Self.wall)
        }
    }

    private func pass() throws {
        var after: LocalID? = LocalID(0)
        while let next = after {
            guard case .passed(_, let end)? = work.perform(.pass(after: next), now: 0, wall: Self.wall) else {
                throw BenchFailure.noPass
            }
            after = end
        }
    }

    func remove(_ path: String) throws { try bench.tree.removeFile(Array(path.utf8)) }
    func write(_ bytes: [UInt8], _ path: String) throws { try bench.write(bytes, Array(path.utf8)) }
    func makeFolder(_ path: String) throws { try bench.tree.makeFolder(Array(path.utf8)) }

    /// Keys of what people are told.
    func problems() throws -> [String] {
        try bench.mirror.read { try String.fetchAll($0, sql: "SELECT key FROM sync_problems ORDER BY key") }
    }

    enum BenchFailure: Error { case noPlan, noPass }
}
