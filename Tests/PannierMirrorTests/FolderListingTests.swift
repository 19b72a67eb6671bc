import GRDB
import PannierCore
import PannierMirror
import Testing

/// What transfers are told of a folder's children: all, nothing yet, or that it has gone.
@Suite final class FolderListingTests {
    private let scratch = Scratch()
    private let folder: Node
    private let sub: Node
    private let file: Node

    init() throws {
        folder = Sample.node(try NodeName("folder"), kind: .folder)
        sub = Sample.node(try NodeName("sub"), kind: .folder, parent: folder.id)
        file = Sample.node(try NodeName("file"), kind: .file, parent: sub.id)
    }

    private func page(_ changes: [Change], epoch: Int64 = 1) -> ChangePage {
        ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: epoch, now: 0)
    }

    private func apply(
        _ mirror: Mirror, _ body: @escaping @Sendable (inout FeedTransaction, Database) throws -> Void
    ) async throws {
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            try body(&transaction, db)
        }
    }

    /// Answers the next question with a page for its first folder.
    private func list(_ mirror: Mirror, _ children: [Node], after: NodeID? = nil) async throws {
        try await apply(mirror) { transaction, db in
            let question = try #require(try ListingQuestion.next(db))
            try transaction.apply(
                ListNodes.Response(folders: [.done(ListNodes.Page(children: children, after: after))]), to: question)
        }
    }

    private func children(_ mirror: Mirror, of node: Node) async throws -> FolderListing {
        try await mirror.read { try Place.children(of: node.id, after: nil, limit: 10, in: $0) }
    }

    private func open(_ mirror: Mirror) async throws {
        let page = page([.viewOpened(view: Sample.view, root: Sample.root, shared: nil)])
        try await apply(mirror) { transaction, _ in try transaction.apply(page) }
    }

    @Test func aFolderIsUnlistedUntilItAndAllAboveAreListed() async throws {
        let mirror = try scratch.open()
        #expect(try await children(mirror, of: folder) == .unlisted)
        try await open(mirror)
        #expect(try await children(mirror, of: Sample.root) == .unlisted)
        // Half of the root's children: the folder is known, but nothing is known of what it holds.
        try await list(mirror, [folder], after: folder.id)
        #expect(try await children(mirror, of: Sample.root) == .unlisted)
        #expect(try await children(mirror, of: folder) == .unlisted)
        try await list(mirror, [])
        #expect(try await children(mirror, of: Sample.root) == .page([folder]))
        #expect(try await children(mirror, of: folder) == .unlisted)
        try await list(mirror, [sub])
        #expect(try await children(mirror, of: folder) == .page([sub]))
        #expect(try await children(mirror, of: sub) == .unlisted)
        try await list(mirror, [file])
        #expect(try await children(mirror, of: sub) == .page([file]))
    }

    /// Nobody who waits for all to be listed would hear of it otherwise.
    @Test func thatAnEmptyFolderIsListedIsTold() async throws {
        let mirror = try scratch.open()
        try await open(mirror)
        try await apply(mirror) { transaction, db in
            let question = try #require(try ListingQuestion.next(db))
            let page = ListNodes.Page(children: [], after: nil)
            try transaction.apply(ListNodes.Response(folders: [.done(page)]), to: question)
            #expect(transaction.change.folders == [Sample.root.id])
            #expect(try ListingQuestion.next(db) == nil)
        }
    }

    private func filled() async throws -> Mirror {
        let mirror = try scratch.open()
        try await open(mirror)
        for children in [[folder], [sub], [file]] { try await list(mirror, children) }
        try await apply(mirror) { transaction, _ in try transaction.caughtUp() }
        return mirror
    }

    @Test func whatLeavesOrIsTrashedIsGone() async throws {
        let mirror = try await filled()
        var trashed = folder
        trashed.trashedAt = 9
        trashed.revision += 1
        let (page, restored) = (
            page([.node(view: Sample.view, node: trashed, isNew: false)]),
            page([.node(view: Sample.view, node: folder.later(by: 2), isNew: false)])
        )
        try await apply(mirror) { transaction, _ in try transaction.apply(page) }
        #expect(try await children(mirror, of: folder) == .gone)
        // Carries no mark of its own.
        #expect(try await children(mirror, of: sub) == .gone)
        try await apply(mirror) { transaction, _ in try transaction.apply(restored) }
        #expect(try await children(mirror, of: sub) == .page([file]))
        let leave = self.page([.leave(view: Sample.view, node: folder.id)])
        try await apply(mirror) { transaction, _ in try transaction.apply(leave) }
        #expect(try await children(mirror, of: sub) == .gone)
    }

    /// After an epoch change or a lost cursor nothing is known to be gone until all is listed anew.
    @Test func whileEverythingIsReadAnewNothingIsGone() async throws {
        let mirror = try await filled()
        let other = page([], epoch: 2)
        try await apply(mirror) { transaction, _ in try transaction.apply(other) }
        #expect(try await children(mirror, of: sub) == .unlisted)
        let opened = page([.viewOpened(view: Sample.view, root: Sample.root, shared: nil)], epoch: 2)
        try await apply(mirror) { transaction, _ in try transaction.apply(opened) }
        #expect(try await children(mirror, of: sub) == .unlisted)
        try await list(mirror, [])
        try await apply(mirror) { transaction, _ in try transaction.caughtUp() }
        #expect(try await children(mirror, of: sub) == .gone)
    }

    /// A folder that is entered is listed again, and so is all below it.
    @Test func whatIsListedAgainIsUnlistedUntilThen() async throws {
        let mirror = try await filled()
        let enter = page([.enter(view: Sample.view, node: folder)])
        try await apply(mirror) { transaction, _ in try transaction.apply(enter) }
        #expect(try await children(mirror, of: Sample.root) == .page([folder]))
        #expect(try await children(mirror, of: folder) == .unlisted)
        #expect(try await children(mirror, of: sub) == .unlisted)
    }
}

extension Node {
    fileprivate func later(by revisions: Revision) -> Node {
        var node = self
        node.revision += revisions
        return node
    }
}
