import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync

// Two sides that are the same, and what is planned when one of them is not any more.
extension WorkBench {
    struct NoPlan: Error { var event: SyncEvent? }

    var person: SimulatedPerson { SimulatedPerson(disk) }

    /// Long after everything was written.
    private var wall: Nanoseconds { disk.clock.now + 3_600_000_000_000 }

    @discardableResult
    func looked(
        _ action: SyncAction, _ work: SyncWork, wall: Nanoseconds? = nil, busy: [LocalID: Set<[UInt8]>] = [:]
    ) throws -> LookOutcome {
        let event = work.perform(action, now: 0, wall: wall ?? self.wall) { busy[$0] ?? [] }
        switch event {
        case .looked(let outcome), .passed(let outcome, _), .wasRead(let outcome, _): return outcome
        default: throw NoPlan(event: event)
        }
    }

    /// Looks at everything until all is known, and proves what is gone.
    func lookAtAll(_ work: SyncWork, wall: Nanoseconds? = nil) throws {
        for _ in 0..<4 { try looked(.pass(after: LocalID(0)), work, wall: wall) }
        try looked(.prove(folders()), work, wall: wall)
        try looked(.read(locals()), work)
    }

    /// The server has all that is known here, and both sides agree on it.
    func agreeOnAll() throws {
        let locals = try mirror.read { try Int64.fetchAll($0, sql: "SELECT number FROM sync_local WHERE number > 1") }
        try mirror.write { [account] database in
            let sync = SyncTransaction(database)
            var nodes: [Int64: NodeID] = [1: account.root]
            for local in locals {
                let row = try GRDB.Row.fetchOne(
                    database, sql: "SELECT parent, name FROM sync_local WHERE number = ?", arguments: [local])
                guard let row, let parent = nodes[row[0]] else { throw NoPlan() }
                let content = try sync.content(of: LocalID(local))
                let node = Node(
                    id: .random(), namespace: account.namespace, parent: parent, name: try row.nodeName(1),
                    kind: content == nil ? .folder : .file, created: 1, revision: 1, changedAt: 0,
                    changedBy: "a@example.org", content: content.map { Node.Content($0) })
                nodes[local] = node.id
                try tell(node, database)
                try sync.agree(node, LocalID(local))
            }
            // It was listed.
            try database.execute(sql: "DELETE FROM frontier")
        }
    }

    private func tell(_ node: Node, _ database: Database) throws {
        let view = ViewID(high: account.namespace.high, low: account.namespace.low)
        var feed = try FeedTransaction(database)
        try feed.apply(
            ChangePage(
                changes: [.node(view: view, node: node, isNew: true)], cursor: "2", hasMore: false, epoch: 1, now: 0))
    }

    /// Compared with what is planned from all of the trees.
    func planned(_ work: SyncWork) throws -> MadePlan {
        var work = work
        work.comparesPlans = true
        let event = work.perform(.plan(leavingOut: []), now: 0, wall: wall)
        guard case .planned(.made(let plan)) = event else { throw NoPlan(event: event) }
        return plan
    }
}

extension Node.Content {
    fileprivate init(_ content: SyncContent) {
        self.init(
            version: .random(), size: content.size, sha256: content.digest, modified: 0,
            isExecutable: content.isExecutable, mimeType: "")
    }
}
