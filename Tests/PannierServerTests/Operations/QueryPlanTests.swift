import PannierCore
import PannierServer
import Testing

/// No query reads a whole table, whatever it is asked.
@Suite struct QueryPlanTests {
    /// What may be read from end to end: rows that the query itself makes, and the administrator's list of users.
    private static let small = ["CONSTANT ROW", "positions", "chain", "below", "living", "(subquery-1)"]

    @Test func nothingScansATable() async throws {
        let world = try OperationsWorld()
        let plans = try await world.store.write { transaction in
            let recording = RecordingTransaction(transaction)
            try everything(OperationsStage(recording))
            return try recording.texts.map { text, arguments in
                (text, try transaction.rows("EXPLAIN QUERY PLAN \(text)", arguments).map(\.values))
            }
        }
        #expect(plans.count > 60)
        for (text, plan) in plans {
            for case .text(let step) in plan.compactMap(\.last) {
                #expect(!isScan(step, of: text), "\(step)\n\(text)")
            }
        }
    }

    private func isScan(_ step: String, of text: String) -> Bool {
        if step.contains("AUTOMATIC") { return true }
        // A search by namespace alone reads all of one person's tree.
        let reads = ["nodes", "versions", "chunks", "packs", "uploads", "declared", "journal", "journal_by_root"]
        if step.hasSuffix("(namespace=?)"), reads.contains(where: { step.hasPrefix("SEARCH \($0) ") }) { return true }
        guard step.hasPrefix("SCAN ") else { return false }
        let table = step.dropFirst("SCAN ".count)
        if Self.small.contains(where: { table == $0 || table.hasPrefix("\($0) ") }) { return false }
        // `pannier-server user list`.
        return !(table.hasPrefix("accounts USING INDEX accounts_by_email") && text.contains("ORDER BY accounts.email"))
    }

    /// Every operation, by every way that asks the database something else.
    private func everything(_ stage: OperationsStage) throws {
        let (ada, bob) = (try stage.person("ada@example.org"), try stage.person("bob@example.org"))
        _ = try Operations.credentials(email: "ada@example.org", in: stage.transaction)
        let (desk, guest) = (stage.desk(of: ada), stage.desk(of: bob))
        let shared = try desk.folder("a/shared")
        try desk.share(shared, with: "bob@example.org", "eve@example.org")
        try tree(desk, shared)
        let file = try desk.put("two", as: "f", in: shared).node.id
        try desk.copy(file, to: shared, as: "copy")
        try contents(desk, file)
        try reading(guest, shared, file)
        try reading(desk, shared, file)
        let grants = try Operations.shares(node: shared, in: desk.context).grants
        try Operations.removeShare(node: shared, grant: grants[0].id, in: desk.context)
        _ = try Operations.idempotent(key: "k", route: "r", requestDigest: [], in: desk.context) { [] }
        _ = try stage.person("eve@example.org")
        _ = try Operations.listUsers(in: stage.transaction)
        try Operations.removeDevice(in: desk.context)
        try Operations.removeUser(
            email: "ada@example.org", now: stage.now, bell: Bell(), in: stage.transaction)
    }

    private func tree(_ desk: OperationsStage.Desk, _ shared: NodeID) throws {
        let (a, b) = (try desk.folder("x/y/z"), try desk.folder("w", in: shared))
        try desk.move(a, to: b, as: "moved")
        try desk.trash(a)
        try desk.restore(a, to: desk.person.root)
        let head = try desk.context.transaction.lockHead(of: desk.person.namespace)
        try desk.trash(shared, unchangedSince: head, count: nil)
        try desk.restore(shared)
        #expect(try refusal { try desk.node(.random()) } == .notFound)
    }

    private func contents(_ desk: OperationsStage.Desk, _ file: NodeID) throws {
        let revision = try desk.node(file).revision
        try desk.put("three", as: "f", in: try desk.node(file).parent, base: revision)
        try desk.put("four", as: "f", in: try desk.node(file).parent)
        try desk.put("four", as: "f", in: try desk.node(file).parent)
        try versions(desk, file)
        let upload = try desk.open("cancelled")
        _ = try Operations.uploadStatus(id: upload, in: desk.context)
        try Operations.cancelUpload(id: upload, in: desk.context)
        let pack = try desk.openPack()
        _ = try Operations.packForDescription(pack: pack, in: desk.context)
        try Operations.recordStored(pack, of: desk.person.namespace, in: desk.context.transaction)
        try Operations.recordDamagedPack(pack, in: desk.context)
        try Operations.recordWholePack(pack, of: desk.person.namespace, in: desk.context.transaction)
        #expect(try refusal { try Operations.packForDescription(pack: .random(), in: desk.context) } == .packMissing)
        #expect(try refusal { try Operations.uploadStatus(id: .random(), in: desk.context) } == .notFound)
        let committed = try desk.open("again")
        try desk.declare(committed, OperationsStage.Desk.chunks("four"))
        for _ in 0..<2 {
            _ = try desk.commit(
                committed, OperationsStage.Desk.chunks("four"), sha256: OperationsStage.Desk.fingerprint("four"))
        }
        _ = try Operations.uploadStatus(id: committed, in: desk.context)
    }

    private func versions(_ desk: OperationsStage.Desk, _ file: NodeID) throws {
        let newest = try #require(try desk.versions(of: file, limit: 1).after)
        let oldest = try #require(try desk.versions(of: file, after: newest).versions.last)
        try desk.settle(try desk.node(file))
        try desk.put("five", as: "f", in: try desk.node(file).parent)
        try desk.restore(oldest.id, of: file)
    }

    private func reading(_ desk: OperationsStage.Desk, _ shared: NodeID, _ file: NodeID) throws {
        _ = try desk.list(shared)
        let answer = try Operations.content(.init(items: [.init(file: file)]), in: desk.context)
        _ = try Operations.damagedPacks(of: .init(items: [.init(file: file)]), limit: 4, in: desk.context)
        let page = try answer.items[0].get()
        let complaint = CheckPack.Request(file: file, version: page.content.version, entry: 0)
        _ = try Operations.packForCheck(pack: try #require(page.chunks.first).pack, complaint, in: desk.context)
        _ = try Operations.sharedWithMe(in: desk.context)
        _ = try Operations.account(in: desk.context)
        let cursors = try [nil, shared].map { ($0, try desk.changes(after: nil, limit: 1, node: $0).cursor) }
        try desk.context.transaction.run(
            "UPDATE namespaces SET head = head + 1 WHERE id = $1", [.bytes(try desk.node(shared).namespace.bytes)])
        for (node, cursor) in cursors { _ = try desk.changes(after: cursor, node: node) }
    }
}
