import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync

/// A mirror in which both sides agree on files that are on the server and not on the disk any more: all of them are to be
/// deleted there.
struct AgreedBench {
    let bench: WorkBench
    private let view: ViewID
    private let namespace: NamespaceID
    private let root: NodeID
    /// Of files, in the order in which they were added.
    private(set) var nodes: [NodeID] = []
    static let start: Nanoseconds = 1_700_000_000_000_000_000

    init() throws {
        bench = try WorkBench()
        let folder = try bench.mirror.write { database in
            try database.execute(sql: "DELETE FROM frontier")
            try database.execute(sql: "UPDATE sync_local SET is_listed = 1 WHERE number = 1")
            return try GRDB.Row.fetchOne(database, sql: "SELECT id, root FROM views")
        }
        guard let folder else { throw Problem.noSyncFolder }
        view = try folder.identifier(0)
        namespace = try folder.identifier(0)
        root = try folder.identifier(1)
    }

    private func node(_ number: Int, _ revision: Revision) throws -> Node {
        let content = Node.Content(
            version: .random(), size: 1, sha256: SHA256Digest.of([UInt8(number % 256)]), modified: 0,
            isExecutable: false, mimeType: "")
        return Node(
            id: .random(), namespace: namespace, parent: root, name: try NodeName("\(number)"), kind: .file,
            created: 1, revision: revision, changedAt: 0, changedBy: "a@example.org", content: content)
    }

    /// What the server tells, as a page.
    func tell(_ nodes: [Node] = [], revision: Revision = 2, hasMore: Bool = false) throws -> FeedChange {
        let page = ChangePage(
            changes: nodes.map { .node(view: view, node: $0, isNew: true) }, cursor: "\(revision)", hasMore: hasMore,
            epoch: 1, revision: revision, now: 0)
        return try bench.mirror.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(page)
            return feed.change
        }
    }

    /// - Parameter areHere: they are on the disk, too.
    mutating func add(_ count: Int, areHere: Bool = false) throws {
        let new = try (0..<count).map { try node(nodes.count + $0, 2) }
        _ = try tell(new)
        let first = nodes.count + 100
        try bench.mirror.write { database in
            for (index, node) in new.enumerated() {
                let number = Int64(first + index)
                if areHere {
                    try database.execute(
                        sql: """
                            INSERT INTO sync_local
                                (number, parent, name, kind, inode, links, size, modified, changed, is_executable, sha256)
                            VALUES (?, 1, ?, 1, ?, 1, 1, 0, 0, 0, ?)
                            """,
                        arguments: [
                            number, node.name.bytes.blob, number, node.content?.sha256.bytes.blob,
                        ])
                }
                try SyncTransaction(database).agree(node, LocalID(number))
            }
        }
        nodes += new.map(\.id)
    }

    /// They are gone there, and nobody knows of them any more.
    func delete(_ nodes: some Collection<NodeID>) throws {
        try bench.mirror.write { database in
            for node in nodes {
                try database.execute(sql: "DELETE FROM nodes WHERE id = ?", arguments: [node.blob])
                try SyncTransaction(database).forget(node)
            }
        }
    }

    /// They are gone here.
    func lose(_ nodes: some Collection<NodeID>) throws {
        try bench.mirror.write { database in
            for node in nodes {
                try database.execute(
                    sql: "DELETE FROM sync_local WHERE number = (SELECT local FROM sync_agreed WHERE node = ?)",
                    arguments: [node.blob])
            }
        }
    }

    /// Somebody has written something else there.
    func edit(_ node: NodeID) throws {
        try bench.mirror.write { database in
            try database.execute(
                sql: "UPDATE nodes SET size = 2, sha256 = zeroblob(32) WHERE id = ?", arguments: [node.blob])
        }
    }

    /// Nil: it is not ready.
    func plan(minutes: Nanoseconds = 0) throws -> MadePlan? {
        let action = SyncAction.plan(leavingOut: [])
        switch bench.work().perform(action, now: 0, wall: Self.start + minutes * 60_000_000_000) {
        case .planned(.made(let plan))?: return plan
        case .planned(.notReady)?: return nil
        case .failed(let problem)?: throw problem
        default: throw Problem(.internalError, "no plan")
        }
    }

    func isPlanned() throws -> Bool { try plan().map { _ in true } ?? false }

    func deletedLately() throws -> DeletionSet { try bench.mirror.read { try SyncTransaction($0).deletedLately() } }
    func held() throws -> DeletionSet { try bench.mirror.read { try SyncTransaction($0).held() } }
    func consented() throws -> DeletionSet { try bench.mirror.read { try SyncTransaction($0).consented() } }
}

extension MadePlan {
    /// What it trashes there.
    var trashed: Set<NodeID> {
        Set(parts.there.compactMap { if case .trashThere(let node, _) = $0 { node } else { nil } })
    }
}
