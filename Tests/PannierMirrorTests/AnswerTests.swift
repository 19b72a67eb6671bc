import Foundation
import GRDB
import PannierCore
import PannierMirror
import Testing

/// What the mirror makes of answers to what this device has changed (``FeedTransaction/learn(_:)``).
@Suite struct AnswerTests {
    private let home = Home()
    private let mirror: Mirror
    private let folder: Node

    /// Removes the mirror's folder with the test.
    private final class Home {
        let scratch = Scratch()
    }

    /// The feed has come to revision 10; `folder` was there before.
    init() async throws {
        mirror = try home.scratch.open()
        folder = Sample.node(try NodeName("folder"), kind: .folder)
        let folder = folder
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            try transaction.apply(
                ChangePage(
                    changes: [.viewOpened(view: Sample.view, root: Sample.root, shared: nil)], cursor: "c",
                    hasMore: false,
                    epoch: 1, revision: 10, now: 100))
            let question = try #require(try ListingQuestion.next(db))
            try transaction.apply(
                ListNodes.Response(folders: [.done(.init(children: [folder], after: nil))]), to: question)
            let below = try #require(try ListingQuestion.next(db))
            try transaction.apply(ListNodes.Response(folders: [.done(.init(children: [], after: nil))]), to: below)
            try transaction.caughtUp()
        }
    }

    private func node(
        _ name: String, _ kind: Node.Kind, created: Revision, revision: Revision, in parent: NodeID? = nil
    ) throws -> Node {
        var node = Sample.node(try NodeName(name), kind: kind, parent: parent ?? Sample.root.id)
        (node.created, node.revision, node.changedAt) = (created, revision, revision * 10)
        return node
    }

    @discardableResult
    private func learn(_ node: Node) async throws -> Bool {
        try await mirror.write { db in
            var transaction = try FeedTransaction(db)
            return try transaction.learn(node)
        }
    }

    private func tell(_ changes: [Change], upTo revision: Revision) async throws {
        try await mirror.write { db in
            var transaction = try FeedTransaction(db)
            try transaction.apply(
                ChangePage(changes: changes, cursor: "d", hasMore: false, epoch: 1, revision: revision, now: 200))
            try transaction.caughtUp()
        }
    }

    private struct Known: Sendable {
        var name: String
        var revision: Revision
        var parent: NodeID?
        var isShared: Bool
        var trashedAt: Milliseconds?
    }

    private func known(_ node: Node) async throws -> Known? {
        try await mirror.read { db in
            let sql = "SELECT name, revision, parent, is_shared, trashed_at FROM nodes WHERE id = ?"
            return try GRDB.Row.fetchOne(db, sql: sql, arguments: [node.id.blob]).map { row in
                Known(
                    name: String(decoding: row[0] as Data, as: UTF8.self), revision: row[1],
                    parent: (row[2] as Data?).flatMap { NodeID(bytes: $0) }, isShared: row[3], trashedAt: row[4])
            }
        }
    }

    private func foldersToList() async throws -> Int {
        try await mirror.read { try ListingQuestion.next($0)?.folders.count ?? 0 }
    }

    @Test func aNewNodeIsKnownBeforeTheFeedTellsOfIt() async throws {
        let made = try node("new", .folder, created: 13, revision: 13, in: folder.id)
        #expect(try await learn(made))
        #expect(try await known(made)?.revision == 13)
        #expect(try await foldersToList() == 0)
        // A page that was made before knows nothing of it.
        try await tell([], upTo: 12)
        #expect(try await known(made)?.revision == 13)
        try await tell([.node(view: Sample.view, node: made, isNew: true)], upTo: 13)
        #expect(try await known(made)?.parent == folder.id)
        #expect(try await foldersToList() == 0)
    }

    @Test func whatIsNewerStays() async throws {
        var moved = folder
        (moved.revision, moved.name) = (20, try NodeName("moved"))
        #expect(try await learn(moved))
        var older = folder
        (older.revision, older.name) = (15, try NodeName("between"))
        #expect(try await learn(older), "something newer is known")
        try await tell([.node(view: Sample.view, node: older, isNew: false)], upTo: 15)
        #expect(try await known(folder)?.name == "moved")
        var last = folder
        (last.revision, last.name) = (21, try NodeName("last"))
        try await tell([.node(view: Sample.view, node: last, isNew: false)], upTo: 21)
        #expect(try await known(folder)?.name == "last")
    }

    @Test func marksThatTakeNoRevisionAreTheFeedsToTell() async throws {
        var shared = folder
        shared.isShared = true
        try await tell([.node(view: Sample.view, node: shared, isNew: false)], upTo: 11)
        #expect(try await learn(folder))
        #expect(try await known(folder)?.isShared == true)
    }

    @Test func whatTheFeedHasPassedIsItsToTell() async throws {
        let purged = try node("purged", .file, created: 4, revision: 9)
        #expect(try await !learn(purged))
        #expect(try await known(purged) == nil)
    }

    @Test func aFolderThatWasThereBeforeIsListed() async throws {
        let unknown = try node("from elsewhere", .folder, created: 5, revision: 12)
        #expect(try await learn(unknown))
        #expect(try await foldersToList() == 1)
    }

    @Test func nothingHangsFromWhatIsNotKnown() async throws {
        let lost = try node("lost", .file, created: 12, revision: 12, in: .random())
        #expect(try await !learn(lost))
        var stranger = try node("stranger", .file, created: 12, revision: 12)
        stranger.namespace = .random()
        #expect(try await !learn(stranger))
        let inner = try node("inner", .folder, created: 11, revision: 11, in: folder.id)
        #expect(try await learn(inner))
        // Somebody has moved the inner one out meanwhile, and that is not known yet.
        var outer = folder
        (outer.revision, outer.parent) = (14, inner.id)
        #expect(try await !learn(outer))
        #expect(try await known(outer)?.parent == Sample.root.id)
    }

    @Test func theTrashIsKnownToo() async throws {
        var trashed = folder
        (trashed.revision, trashed.trashedAt) = (11, 5)
        #expect(try await learn(trashed))
        #expect(try await mirror.read { try Place.find(try RemotePath(parsing: "/folder"), in: $0) == nil })
        #expect(try await known(folder)?.trashedAt == 5)
    }

    @Test func agesGoByTheServersClock() async throws {
        func state() async throws -> FeedState { try #require(try await mirror.read { try FeedState.read($0) }) }
        #expect(try await state().revision == 10)
        #expect(try await state().serverTime == 100)
        #expect(try await state().newestChange == folder.changedAt)
        try await learn(try node("new", .file, created: 11, revision: 11))
        #expect(try await state().newestChange == 110)
        #expect(try await state().revision == 10, "the feed has not told of it")
        let told = try node("told", .file, created: 12, revision: 12)
        try await tell([.node(view: Sample.view, node: told, isNew: true)], upTo: 12)
        #expect(try await state().newestChange == 120)
        #expect(try await mirror.read { try ViewAge.read($0) } == [ViewAge(Sample.view, newestChange: 120)])
        #expect(try await state().revision == 12)
        #expect(try await state().serverTime == 200)
        try await mirror.write { db in
            var transaction = try FeedTransaction(db)
            try transaction.apply(
                ChangePage(changes: [], cursor: "e", hasMore: false, epoch: 2, revision: 3, now: 300))
        }
        #expect(try await state().revision == nil, "of another epoch")
        #expect(try await state().newestChange == nil)
    }
}
