import PannierCore
import PannierServer
import SeededRandom
import Testing

@Suite struct ChangeFeedTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person
    private let bob: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
        bob = try await world.person("bob@example.org")
    }

    @Test func theOwnTreeIsOpenedThenFollowed() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.changes(after: nil)
            #expect(first.changes.words == ["opened \(desk.person.view.short)"])
            #expect(!first.hasMore)
            #expect(try desk.changes(after: first.cursor).changes.isEmpty)
            let folder = try desk.folder("a")
            let file = try desk.put("text", as: "f", in: folder).node.id
            try desk.put("more", as: "f", in: folder)
            try desk.trash(folder)
            let page = try desk.changes(after: first.cursor)
            #expect(page.changes.words == ["new \(folder.short)", "new \(file.short)"])
            #expect(try desk.changes(after: page.cursor).changes.isEmpty)
            #expect(page.changes.nodes.map(\.revision) == [4, 3])
            try desk.restore(folder)
            try desk.share(folder, with: "bob@example.org")
            let later = try desk.changes(after: page.cursor)
            #expect(later.changes.words == ["node \(folder.short)"])
            #expect(later.changes.nodes[0].isShared)
        }
    }

    @Test func pagesHoldTheirLimitAndLoseNothing() async throws {
        try await world.write(as: ada) { desk in
            var cursor = try desk.changes(after: nil).cursor
            let made = try (0..<25).map { try desk.folder("\($0)") }
            var told: [NodeID] = []
            var hasMore = true
            while hasMore {
                let page = try desk.changes(after: cursor, limit: 4)
                #expect(page.changes.count <= 4)
                told += page.changes.nodes.map(\.id)
                (cursor, hasMore) = (page.cursor, page.hasMore)
            }
            #expect(told == made)
            let all = try desk.changes(after: nil, limit: .max)
            #expect(all.changes.count == 1)
            #expect(try desk.changes(after: nil, limit: -5).changes.count == 1)
        }
    }

    @Test func aGuestSeesWhatComesInAndGoesOut() async throws {
        let shared = try await world.write(as: ada) { desk in
            let shared = try desk.folder("a/shared")
            try desk.share(shared, with: "bob@example.org")
            return shared
        }
        let cursor = try await world.read(as: bob) { desk in
            let page = try desk.changes(after: nil)
            guard case .viewOpened(_, let root, let item?) = page.changes[1] else {
                throw Problem(.internalError, "no view opened")
            }
            #expect(root.id == shared)
            #expect(root.parent == nil)
            #expect(item.owner == "ada@example.org")
            return page.cursor
        }
        let (inside, outside) = try await world.write(as: ada) { desk in
            let outside = try desk.folder("outside")
            #expect(desk.context.bell.views == [desk.person.view])
            return (try desk.folder("inside", in: shared), outside)
        }
        try await world.write(as: ada) { desk in
            try desk.move(outside, to: shared, as: "came")
            try desk.move(inside, as: "went")
            try desk.move(shared, as: "renamed")
        }
        try await world.write(as: bob) { desk in
            let page = try desk.changes(after: cursor)
            #expect(page.changes.words == ["enter \(outside.short)", "leave \(inside.short)", "node \(shared.short)"])
            #expect(page.changes.nodes.last?.parent == nil)
            #expect(page.changes.nodes.last?.name.text == "renamed")
        }
    }

    @Test func theTrashClosesAndRestoringOpens() async throws {
        let (a, shared, grant) = try await world.write(as: ada) { desk in
            let shared = try desk.folder("a/shared")
            return (
                try #require(try desk.node(shared).parent), shared,
                try desk.share(shared, with: "bob@example.org")[0].id
            )
        }
        let next: @Sendable (String?) async throws -> ChangePage = { [world, bob] cursor in
            try await world.read(as: bob) { try $0.changes(after: cursor) }
        }
        var page = try await next(nil)
        _ = try await world.write(as: ada) { try $0.trash(a) }
        page = try await next(page.cursor)
        #expect(page.changes.words == ["closed \(grant.short)"])
        _ = try await world.write(as: ada) { try $0.restore(a) }
        page = try await next(page.cursor)
        #expect(page.changes.words == ["opened \(grant.short)"])
        // Closed and open again unnoticed: the view goes on where it was.
        let made = try await world.write(as: ada) { desk in
            let made = try desk.folder("made", in: shared)
            try desk.trash(a)
            try desk.restore(a)
            return made
        }
        page = try await next(page.cursor)
        #expect(page.changes.words == ["new \(made.short)"])
        try await world.write(as: ada) { try Operations.removeShare(node: shared, grant: grant, in: $0.context) }
        page = try await next(page.cursor)
        #expect(page.changes.words == ["closed \(grant.short)"])
        let again = try await world.write(as: ada) { try $0.share(shared, with: "bob@example.org")[0].id }
        #expect(again != grant)
        page = try await next(page.cursor)
        #expect(page.changes.words == ["opened \(again.short)"])
    }

    @Test func whoElseSharesIsNotTold() async throws {
        let shared = try await world.write(as: ada) { desk in
            let shared = try desk.folder("shared/inner")
            try desk.share(try #require(try desk.node(shared).parent), with: "bob@example.org")
            return shared
        }
        let cursor = try await world.read(as: bob) { try $0.changes(after: nil).cursor }
        try await world.write(as: ada) { desk in
            try desk.share(shared, with: "eve@example.org")
            #expect(desk.context.bell.views == [desk.person.view])
        }
        #expect(try await world.read(as: bob) { try $0.changes(after: cursor).changes.isEmpty })
    }

    @Test func onlyThisAccountsCursorsOfThisEpochAreGood() async throws {
        let mine = try await world.write(as: ada) { desk in
            try desk.folder("a")
            return try desk.changes(after: nil).cursor
        }
        let code: @Sendable (OperationsWorld.Person, String, NodeID?) async throws -> Problem.Code? = {
            [world] who, cursor, node in
            try await refusal { try await world.read(as: who) { try $0.changes(after: cursor, node: node) } }
        }
        #expect(try await code(ada, mine, nil) == nil)
        #expect(try await code(bob, mine, nil) == .cursorExpired)
        #expect(try await code(ada, mine, ada.root) == .cursorExpired)
        for bad in ["", "00", "zz", String(mine.dropLast(2)), mine + "00"] {
            #expect(try await code(ada, bad, nil) == .cursorExpired)
        }
        _ = try await world.store.write { try $0.run("UPDATE meta SET value = value + 1 WHERE name = 'epoch'", []) }
        #expect(try await code(ada, mine, nil) == .cursorExpired)
    }

    /// Nobody changed the epoch when old data was put back: the client is told all the same, whether the journal ends before
    /// its cursor, or has gone on beyond it with other rows.
    @Test func dataThatWasPutBackIsAnotherPast() async throws {
        let (before, known) = try await world.write(as: ada) { desk in
            try desk.folder("a")
            let before = try desk.changes(after: nil).cursor
            try desk.folder("b")
            return (before, try desk.changes(after: before).cursor)
        }
        let epoch: @Sendable (String?) async throws -> Int64 = { [world, ada] cursor in
            try await world.read(as: ada) { try $0.changes(after: cursor).epoch }
        }
        #expect(try await epoch(known) == 1)
        _ = try await world.store.write { transaction in
            try transaction.run("UPDATE namespaces SET head = head - 1 WHERE head > 0", [])
            try transaction.run("DELETE FROM journal WHERE revision > (SELECT max(head) FROM namespaces)", [])
        }
        let page = try await world.read(as: ada) { try $0.changes(after: known) }
        #expect(page.epoch == ChangePage.otherPast && page.changes.isEmpty && page.hasMore && page.cursor != known)
        #expect(try await refusal { try await epoch(page.cursor) } == .cursorExpired)
        _ = try await world.write(as: ada) { desk in for name in ["c", "d"] { try desk.folder(name) } }
        #expect(try await epoch(known) == ChangePage.otherPast)
        // What was told before that is true still.
        #expect(try await epoch(before) == 1)
        #expect(try await epoch(nil) == 1)
    }

    // MARK: - What a client that asks rarely ends with

    /// Three folders, the first shared with Bob, whose client has caught up.
    private func caughtUp(_ paths: String...) async throws -> ([NodeID], FeedMirror) {
        let folders = try await world.write(as: ada) { desk in
            let folders = try paths.map { try desk.folder($0) }
            try desk.share(folders[0], with: "bob@example.org")
            return folders
        }
        return (folders, try await caughtUp(FeedMirror(bob)))
    }

    private func caughtUp(_ mirror: FeedMirror) async throws -> FeedMirror {
        let people = [ada, bob]
        let (mirror, truth) = try await world.store.read { transaction in
            var (mirror, generator) = (mirror, SeededGenerator(seed: 1))
            try mirror.catchUp(OperationsStage(transaction), page: Limits.pageRows, using: &generator)
            return (mirror, try FeedTruth(transaction, people: people))
        }
        #expect(mirror.views == truth.views[mirror.person.account.id], "\(mirror.heard)")
        return mirror
    }

    @Test func whatWentElsewhereWhileItsFolderWasAwayIsForgotten() async throws {
        let (folders, mirror) = try await caughtUp("shared", "shared/away", "shared/away/child")
        let (shared, away, child) = (folders[0], folders[1], folders[2])
        try await world.write(as: ada) { desk in
            try desk.move(away, as: "away")
            try desk.move(child, as: "child")
            try desk.move(away, to: shared, as: "away")
        }
        _ = try await caughtUp(mirror)
    }

    @Test func whatMovedIntoAFolderThatThenLeftIsForgotten() async throws {
        let (folders, mirror) = try await caughtUp("shared", "shared/leaving", "shared/moved")
        let (leaving, moved) = (folders[1], folders[2])
        try await world.write(as: ada) { desk in
            try desk.move(moved, to: leaving, as: "moved")
            try desk.trash(leaving)
        }
        _ = try await caughtUp(mirror)
    }

    @Test func whatWasToldThenForgottenIsToldAgain() async throws {
        let (folders, mirror) = try await caughtUp("shared", "shared/back", "coming")
        let (shared, back, coming) = (folders[0], folders[1], folders[2])
        try await world.write(as: ada) { desk in
            try desk.move(back, to: shared, as: "renamed")
            try desk.move(back, to: coming, as: "renamed")
            try desk.move(coming, to: shared, as: "coming")
            try desk.move(back, to: shared, as: "back")
        }
        _ = try await caughtUp(mirror)
    }

    @Test func whatLeftBeforeItWasListedIsForgotten() async throws {
        var (folders, mirror) = try await caughtUp("shared", "coming/inner", "moved")
        let (shared, inner, moved) = (folders[0], folders[1], folders[2])
        let coming = try await world.write(as: ada) { desk in
            let coming = try #require(try desk.node(inner).parent)
            try desk.move(coming, to: shared, as: "coming")
            try desk.move(moved, to: inner, as: "moved")
            return coming
        }
        mirror = try await world.store.read { [mirror] transaction in
            var mirror = mirror
            _ = try mirror.readChanges(OperationsStage(transaction), limit: Limits.pageRows)
            return mirror
        }
        _ = try await world.write(as: ada) { try $0.trash(coming) }
        _ = try await caughtUp(mirror)
    }

    // MARK: - One subtree

    @Test func oneSubtreeIsEnteredThenFollowed() async throws {
        try await world.write(as: ada) { desk in
            let (top, beside) = (try desk.folder("top"), try desk.folder("beside"))
            let inside = try desk.folder("inside", in: top)
            let first = try desk.changes(after: nil, node: top)
            #expect(first.changes.words == ["enter \(top.short)"])
            let other = try desk.folder("other", in: beside)
            let made = try desk.folder("made", in: inside)
            try desk.move(inside, to: beside, as: "went")
            try desk.move(beside, to: top, as: "came")
            try desk.move(other, as: "away")
            let page = try desk.changes(after: first.cursor, node: top)
            #expect(
                page.changes.words == [
                    "new \(made.short)", "node \(inside.short)", "node \(beside.short)", "leave \(other.short)",
                ])
            #expect(try refusal { try desk.changes(after: nil, node: .random()) } == .notFound)
            #expect(try refusal { try desk.changes(after: first.cursor, node: beside) } == .cursorExpired)
        }
    }

    @Test func aGuestFollowsASubtreeWhileItIsShared() async throws {
        let (shared, inner, grant) = try await world.write(as: ada) { desk in
            let inner = try desk.folder("shared/inner")
            let shared = try #require(try desk.node(inner).parent)
            return (shared, inner, try desk.share(shared, with: "bob@example.org")[0].id)
        }
        let next: @Sendable (String?) async throws -> ChangePage = { [world, bob] cursor in
            try await world.read(as: bob) { try $0.changes(after: cursor, node: inner) }
        }
        let first = try await next(nil)
        #expect(first.changes.words == ["enter \(inner.short)"])
        #expect(first.changes.nodes[0].parent == shared)
        let made = try await world.write(as: ada) { desk in
            try desk.folder("beside", in: shared)
            return try desk.folder("made", in: inner)
        }
        let second = try await next(first.cursor)
        #expect(second.changes.words == ["new \(made.short)"])
        // Shown by another grant from now on: it must be listed again.
        try await world.write(as: ada) { desk in
            try desk.share(inner, with: "bob@example.org")
            try Operations.removeShare(node: shared, grant: grant, in: desk.context)
        }
        #expect(try await refusal { try await next(second.cursor) } == .cursorExpired)
        #expect(try await next(nil).changes.nodes[0].parent == nil)
        _ = try await world.write(as: ada) { try $0.trash(inner) }
        #expect(try await refusal { try await next(nil) } == .notFound)
    }
}

extension Identifier {
    fileprivate var short: String { String(description.prefix(8)) }
}

extension [Change] {
    /// Each change in two words.
    fileprivate var words: [String] {
        map { change in
            switch change {
            case .viewOpened(let view, _, _): "opened \(view.short)"
            case .viewClosed(let view): "closed \(view.short)"
            case .node(_, let node, let isNew): "\(isNew ? "new" : "node") \(node.id.short)"
            case .enter(_, let node): "enter \(node.id.short)"
            case .leave(_, let node): "leave \(node.short)"
            }
        }
    }

    fileprivate var nodes: [Node] {
        compactMap { change in
            switch change {
            case .node(_, let node, _), .enter(_, let node): node
            case .viewOpened, .viewClosed, .leave: nil
            }
        }
    }
}
