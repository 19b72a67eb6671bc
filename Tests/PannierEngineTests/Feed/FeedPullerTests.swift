import GRDB
import PannierCore
import PannierEngine
import PannierMirror
import Synchronization
import Testing

/// A source that answers what it was told to, in order, and remembers what it was asked.
private final class Script: FeedSource {
    struct State {
        var pages: [Result<ChangePage, Problem>]
        var listings: [Result<ListNodes.Response, Problem>]
        var cursors: [String?] = []
        var asked: [ListNodes.Request] = []
    }

    let state: Mutex<State>

    init(_ pages: [Result<ChangePage, Problem>], _ listings: [Result<ListNodes.Response, Problem>] = []) {
        state = Mutex(State(pages: pages, listings: listings))
    }

    func page(after cursor: String?) async throws(Problem) -> ChangePage {
        let next: Result<ChangePage, Problem>? = state.withLock { state in
            state.cursors.append(cursor)
            return state.pages.isEmpty ? nil : state.pages.removeFirst()
        }
        guard let next else { throw Problem(.unavailable, "the script has ended") }
        return try next.get()
    }

    func list(_ request: ListNodes.Request) async throws(Problem) -> ListNodes.Response {
        let next: Result<ListNodes.Response, Problem>? = state.withLock { state in
            state.asked.append(request)
            return state.listings.isEmpty ? nil : state.listings.removeFirst()
        }
        guard let next else { throw Problem(.unavailable, "the script has ended") }
        return try next.get()
    }
}

/// Answers one page, and lets something happen before.
private struct LateSource: FeedSource {
    let page: ChangePage
    let meanwhile: @Sendable () async -> Void

    func page(after cursor: String?) async throws(Problem) -> ChangePage {
        await meanwhile()
        return page
    }

    func list(_ request: ListNodes.Request) async throws(Problem) -> ListNodes.Response {
        throw Problem(.unavailable, "nothing to list")
    }
}

private final class Heard: Sendable {
    private let all = Mutex(FeedChange())
    var change: FeedChange { all.withLock { $0 } }
    func add(_ change: FeedChange) { all.withLock { $0.merge(change) } }
}

@Suite struct FeedPullerTests {
    private static let view = ViewID(high: Sample.account.namespace.high, low: Sample.account.namespace.low)
    private static let root = Node(
        id: Sample.account.root, namespace: Sample.account.namespace, parent: nil, name: (try? NodeName("root"))!,
        kind: .folder, created: 1, revision: 1, changedAt: 0, changedBy: "x")

    private func folder(_ name: String, _ id: NodeID = .random()) -> Node {
        var node = Self.root
        node.id = id
        node.parent = Self.root.id
        node.name = (try? NodeName(name))!
        return node
    }

    private func page(_ changes: [Change], _ cursor: String, more: Bool = false, epoch: Int64 = 1) -> ChangePage {
        ChangePage(changes: changes, cursor: cursor, hasMore: more, epoch: epoch, now: 0)
    }

    private func inMirror(_ body: (Mirror) async throws -> Void) async throws {
        let scratch = try Scratch()
        guard let lock = try ProfileLock.take(scratch.paths) else { throw Missed(what: "a lock") }
        let mirror = try Mirror.open(scratch.paths, lock: lock)
        try await mirror.write { try FeedState.adopt(server: "http://x", account: Sample.account, in: $0) }
        try await body(mirror)
        try mirror.close()
    }

    /// A server that leads in circles does not make us run in them.
    @Test func circlesEnd() async throws {
        var (upper, lower) = (folder("upper"), folder("lower"))
        lower.parent = upper.id
        func listing(_ children: [Node]) -> Result<ListNodes.Response, Problem> {
            .success(ListNodes.Response(folders: [.done(ListNodes.Page(children: children, after: nil))]))
        }
        try await inMirror { mirror in
            let opened = page([.viewOpened(view: Self.view, root: Self.root, shared: nil)], "1")
            upper.parent = lower.id
            let script = Script(
                [.success(opened)], [listing([folder("upper", upper.id)]), listing([lower]), listing([upper])])
            try await FeedPuller(mirror: mirror, source: script) { _ in }.pull()
            #expect(script.state.withLock { $0.asked.count } == 3)
        }
        try await inMirror { mirror in
            let opened = page([.viewOpened(view: Self.view, root: Self.root, shared: nil)], "1")
            let script = Script([.success(opened)], [listing([Self.root])])
            await #expect(throws: Problem.self) { try await FeedPuller(mirror: mirror, source: script) { _ in }.pull() }
        }
        try await inMirror { mirror in
            let script = Script([.success(page([], "1", more: true)), .success(page([], "1", more: true))])
            do throws(Problem) {
                try await FeedPuller(mirror: mirror, source: script) { _ in }.pull()
            } catch {
                #expect(error.code == .internalError)
            }
        }
    }

    private func names(_ mirror: Mirror) async throws -> [String] {
        try await mirror.read { db in
            guard let place = try Place.find(.myFiles, in: db) else { return [] }
            return try ListingRows(of: .folder(place)).page(after: nil, limit: 100, in: db).rows.map(\.node.name.text)
        }
    }

    @Test func readsAllPagesThenListsWhatIsUnknown() async throws {
        try await inMirror { mirror in
            let (a, b) = (folder("a"), folder("b"))
            let script = Script(
                [
                    .success(page([.viewOpened(view: Self.view, root: Self.root, shared: nil)], "1", more: true)),
                    .success(page([.node(view: Self.view, node: a, isNew: true)], "2")),
                ],
                [
                    .success(
                        ListNodes.Response(folders: [.done(ListNodes.Page(children: [a, b], after: nil))])),
                    .success(
                        ListNodes.Response(folders: [
                            .done(ListNodes.Page(children: [], after: nil)),
                            .done(ListNodes.Page(children: [], after: nil)),
                        ])),
                ])
            let heard = Heard()
            try await FeedPuller(mirror: mirror, source: script) { change in heard.add(change) }.pull()
            let names1 = try await names(mirror)
            #expect(names1 == ["a", "b"])
            #expect(script.state.withLock { $0.cursors } == [nil, "1"])
            #expect(script.state.withLock { $0.asked.map(\.folders.count) } == [1, 2])
            #expect(heard.change.areViewsChanged)
        }
    }

    /// A page of an account that has signed out meanwhile is not the mirror's of whoever signed in then.
    @Test func anAnswerAfterTheSignOutIsDropped() async throws {
        try await inMirror { mirror in
            let term = SessionTerm()
            let opened = page(
                [
                    .viewOpened(view: Self.view, root: Self.root, shared: nil),
                    .node(view: Self.view, node: folder("secret"), isNew: true),
                ], "1")
            let source = LateSource(page: opened) {
                // While the answer is on its way: out, and in again.
                term.end()
                try? await mirror.write { db in
                    try FeedState.forget(in: db)
                    try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
                }
            }
            await #expect { try await FeedPuller(mirror: mirror, source: source, term: term) { _ in }.pull() } throws: {
                ($0 as? Problem)?.code == .cancelled
            }
            let (cursor, nodes) = try await mirror.read { db in
                (try FeedState.read(db)?.cursor, try Int.fetchOne(db, sql: "SELECT count(*) FROM nodes"))
            }
            #expect(cursor == nil && nodes == 0)
        }
    }

    /// A shared folder was in the trash when it was listed, and is out of it again when the feed is asked: the feed has
    /// nothing to say of that.
    @Test func aRootThatWasRefusedIsListedAgain() async throws {
        try await inMirror { mirror in
            let opened = page([.viewOpened(view: Self.view, root: Self.root, shared: nil)], "1")
            let refused = ListNodes.Response(folders: [.problem(Problem(.trashed, "in the trash"))])
            let listed = ListNodes.Response(folders: [.done(ListNodes.Page(children: [folder("a")], after: nil))])
            let empty = ListNodes.Response(folders: [.done(ListNodes.Page(children: [], after: nil))])
            let script = Script(
                [.success(opened), .success(page([], "2"))], [.success(refused), .success(listed), .success(empty)])
            try await FeedPuller(mirror: mirror, source: script) { _ in }.pull()
            let shown = try await names(mirror)
            #expect(shown == ["a"])
            #expect(script.state.withLock { $0.cursors } == [nil, "1"])
        }
    }

    /// A server that shows a view and never lists it is not asked for ever, and what is missing is not taken for gone.
    @Test func aRootThatIsAlwaysRefusedFails() async throws {
        try await inMirror { mirror in
            let opened = page([.viewOpened(view: Self.view, root: Self.root, shared: nil)], "1")
            let refused = ListNodes.Response(folders: [.problem(Problem(.trashed, "in the trash"))])
            let script = Script(
                [.success(opened)] + (2...9).map { .success(page([], "\($0)")) },
                Array(repeating: .success(refused), count: 9))
            await #expect { try await FeedPuller(mirror: mirror, source: script) { _ in }.pull() } throws: {
                ($0 as? Problem)?.code == .unavailable
            }
            #expect(script.state.withLock { $0.asked.count } < 9)
            let unlisted = try await mirror.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM frontier") }
            #expect(unlisted == 1)
        }
    }

    /// What fails in the middle goes on where it was; nothing is asked twice.
    @Test func goesOnWhereItFailed() async throws {
        try await inMirror { mirror in
            let script = Script(
                [
                    .success(page([.viewOpened(view: Self.view, root: Self.root, shared: nil)], "1", more: true)),
                    .failure(Problem(.serverUnreachable, "gone")), .success(page([], "2")),
                ], [.success(ListNodes.Response(folders: [.done(ListNodes.Page(children: [folder("a")], after: nil))]))]
            )
            let puller = FeedPuller(mirror: mirror, source: script) { _ in }
            await #expect(throws: Problem.self) { try await puller.pull() }
            // The second look fails behind the listing of the root.
            await #expect(throws: Problem.self) { try await puller.pull() }
            let names2 = try await names(mirror)
            #expect(names2 == ["a"])
            #expect(script.state.withLock { $0.cursors } == [nil, "1", "1"])
        }
    }

    @Test func anExpiredCursorStartsAnew() async throws {
        try await inMirror { mirror in
            let opened = Change.viewOpened(view: Self.view, root: Self.root, shared: nil)
            let empty = ListNodes.Response(folders: [.done(ListNodes.Page(children: [], after: nil))])
            let one = ListNodes.Response(folders: [.done(ListNodes.Page(children: [folder("a")], after: nil))])
            let script = Script(
                [
                    .success(page([opened], "1")), .failure(Problem(.cursorExpired, "old")),
                    .success(page([opened], "9")),
                ], [.success(one), .success(empty), .success(empty)])
            let puller = FeedPuller(mirror: mirror, source: script) { _ in }
            try await puller.pull()
            let names3 = try await names(mirror)
            #expect(names3 == ["a"])
            try await puller.pull()
            let names4 = try await names(mirror)
            #expect(names4 == [])
            #expect(script.state.withLock { $0.cursors } == [nil, "1", nil])
        }
    }

    /// After a restore from a backup revisions mean something else: what was known is dropped and read again.
    @Test func anotherEpochStartsAnew() async throws {
        try await inMirror { mirror in
            let opened = Change.viewOpened(view: Self.view, root: Self.root, shared: nil)
            let empty = ListNodes.Response(folders: [.done(ListNodes.Page(children: [], after: nil))])
            let script = Script(
                [
                    .success(page([opened, .node(view: Self.view, node: folder("a"), isNew: true)], "1")),
                    .success(page([.node(view: Self.view, node: folder("b"), isNew: true)], "2", epoch: 2)),
                    .success(page([opened], "3", epoch: 2)),
                ], [.success(empty), .success(empty)])
            let puller = FeedPuller(mirror: mirror, source: script) { _ in }
            try await puller.pull()
            let names5 = try await names(mirror)
            #expect(names5 == ["a"])
            try await puller.pull()
            let names6 = try await names(mirror)
            #expect(names6 == [])
            #expect(script.state.withLock { $0.cursors } == [nil, "1", nil])
        }
    }
}
