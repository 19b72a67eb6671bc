import GRDB
import PannierCore
import PannierMirror
import Testing

/// Files that somebody has to decide about.
@Suite struct ConflictRowsTests {
    private static func file(
        _ name: String, in parent: NodeID = Sample.account.root, conflicts: Int = 1, trashedAt: Milliseconds? = nil
    ) throws -> Node {
        var node = Sample.node(try NodeName(name), kind: .file, parent: parent, trashedAt: trashedAt)
        node.content?.conflicts = conflicts
        return node
    }

    private func tell(_ changes: [Change], _ mirror: Mirror) async throws {
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            try transaction.apply(ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: 1, now: 0))
        }
    }

    private func told(_ nodes: Node...) -> [Change] { nodes.map { .node(view: Sample.view, node: $0, isNew: true) } }

    private func found(_ mirror: Mirror, limit: Int = 10) async throws -> (rows: [PannierCore.Row], total: Int) {
        let page = try await mirror.read { try ConflictRows.page(limit: limit, in: $0) }
        #expect(try await mirror.read { try MirrorSummary.read($0).conflicts } == page.total)
        return (page.rows, page.total)
    }

    @Test func livingFilesOfTheOwnTreeAreListedByPath() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let folder = Sample.node(try NodeName("folder"), kind: .folder)
        let trashed = Sample.node(try NodeName("gone"), kind: .folder, trashedAt: 5)
        let shared = Sample.node(try NodeName("shared"), kind: .folder, parent: nil)
        let view = ViewID.random()
        let item = SharedItem(view: view, owner: "mia@example.org", role: .editor, sharedAt: 1, node: shared)
        let files = (
            z: try Self.file("z"), inside: try Self.file("b", in: folder.id, conflicts: 2), last: try Self.file("a")
        )
        try await tell(
            [.viewOpened(view: Sample.view, root: Sample.root, shared: nil)]
                + told(
                    folder, trashed, files.z, files.inside, files.last, try Self.file("none", conflicts: 0),
                    try Self.file("in the trash", trashedAt: 5), try Self.file("below it", in: trashed.id))
                + [
                    .viewOpened(view: view, root: shared, shared: item),
                    .node(view: view, node: try Self.file("others", in: shared.id), isNew: true),
                ], mirror)
        let (rows, total) = try await found(mirror)
        #expect(rows.map(\.origin?.description) == ["/a", "/folder/b", "/z"] && total == 3)
        #expect(rows.map(\.node) == [files.last, files.inside, files.z])
        // Those in the trash, and below a folder there, do not count.
        #expect(try await mirror.read { try MirrorSummary.read($0).files } == 4)
        let first = try await found(mirror, limit: 1)
        #expect(first.rows.count == 1 && first.total == 3)
    }

    /// What settles them leaves the revision as it is.
    @Test func whatWasSettledIsNotListedAnyMore() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        var file = try Self.file("f", conflicts: 2)
        try await tell(
            [.viewOpened(view: Sample.view, root: Sample.root, shared: nil)] + told(file), mirror)
        #expect(try await found(mirror).rows.first?.node.content?.conflicts == 2)
        file.content?.conflicts = 0
        try await tell(told(file), mirror)
        #expect(try await found(mirror).total == 0)
        let path = RemotePath.myFiles.appending(file.name)
        #expect(try await mirror.read { try Place.find(path, in: $0)?.node } == file)
    }

    /// Only the files in question are read, however many there are.
    @Test func theIndexIsAllThatIsLookedThrough() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let traced = Traced()
        try await tell(
            [.viewOpened(view: Sample.view, root: Sample.root, shared: nil)] + told(try Self.file("f")), mirror)
        try await mirror.write { db in
            db.trace(options: .statement) { traced.add($0.expandedDescription) }
            _ = try ConflictRows.count(in: db)
            db.trace(options: [])
            for sql in traced.statements where sql.contains("conflicts > 0") {
                let plan = try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
                #expect(plan == ["SEARCH nodes USING INDEX nodes_in_conflict (view=?)"])
            }
        }
        #expect(traced.statements.contains { $0.contains("conflicts > 0") })
    }

    /// A mirror of the version before knows of none, until the server tells.
    @Test func anOlderMirrorIsTakenOver() async throws {
        let scratch = Scratch()
        let file = try Self.file("f")
        try await tell(
            [.viewOpened(view: Sample.view, root: Sample.root, shared: nil)] + told(file), try scratch.open())
        let old = try DatabaseQueue(path: scratch.paths.database)
        try await old.write { db in
            try db.execute(
                sql: """
                    DROP INDEX nodes_in_conflict;
                    ALTER TABLE nodes DROP COLUMN conflicts;
                    DELETE FROM grdb_migrations WHERE identifier = 'tree 4';
                    """)
        }
        try old.close()
        let new = try scratch.open()
        #expect(try await found(new).total == 0)
        try await tell(told(file), new)
        #expect(try await found(new).rows.map(\.node) == [file])
    }
}
