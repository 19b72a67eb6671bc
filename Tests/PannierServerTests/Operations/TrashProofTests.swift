import PannierCore
import PannierServer
import Testing

/// A deletion goes only as far as the one who asks for it has seen.
@Suite struct TrashProofTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
    }

    /// a/b/deep and a/file, and how far the journal goes by then.
    private func tree(_ desk: Desk) throws -> (a: NodeID, deep: NodeID, file: NodeID, head: Revision) {
        let deep = try desk.folder("a/b/deep")
        let b = try #require(try desk.node(deep).parent)
        let a = try #require(try desk.node(b).parent)
        let file = try desk.put("text", as: "file", in: a, base: 0).node
        return (a, deep, file.id, file.revision)
    }

    @Test func whatWasSeenGoes() async throws {
        try await world.write(as: ada) { desk in
            let tree = try tree(desk)
            let trashed = try desk.trash(tree.a, unchangedSince: tree.head, count: 4)
            #expect(trashed.trashedAt != nil)
            #expect(trashed.revision == tree.head + 1)
            // Again, with a proof that says nothing any more: it is there already.
            #expect(try desk.trash(tree.a, unchangedSince: 0, count: 1) == trashed)
        }
    }

    /// Whatever comes into being, comes in, comes back or changes, at any depth.
    @Test(arguments: Newcomer.allCases) fileprivate func whatIsNewStays(_ newcomer: Newcomer) async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("early", base: 0)
            let outside = try desk.folder("outside/inner")
            let top = try #require(try desk.node(outside).parent)
            let tree = try tree(desk)
            let gone = try desk.put("gone", as: "gone", in: tree.deep).node
            try desk.trash(gone.id)
            let seen = try desk.context.transaction.lockHead(of: desk.person.namespace)
            switch newcomer {
            case .folder: try desk.folder("new", in: tree.deep)
            case .file: try desk.put("more", as: "more", in: tree.deep)
            case .content: try desk.put("other", as: "file", in: tree.a, base: seen)
            case .movedFile: try desk.move(tree.file, to: tree.deep, as: "file")
            case .movedFolder: try desk.move(top, to: tree.deep, as: "outside")
            case .renamed: try desk.move(tree.deep, to: try desk.node(tree.deep).parent, as: "renamed")
            case .restored: try desk.restore(gone.id)
            case .copied: try desk.copy(tree.file, to: tree.deep, as: "copy")
            case .itself: try desk.move(tree.a, as: "renamed")
            case .openedBefore:
                try desk.pack(Desk.chunks("early"))
                try desk.declare(upload, Desk.chunks("early"))
                let early = try desk.commit(upload, Desk.chunks("early"), sha256: Desk.fingerprint("early"))
                try desk.move(early.node.id, to: tree.deep, as: "early")
            }
            let head = try desk.context.transaction.lockHead(of: desk.person.namespace)
            #expect(try refusal { try desk.trash(tree.a, unchangedSince: seen) } == .changedSince)
            #expect(try desk.node(tree.a).trashedAt == nil)
            #expect(try desk.context.transaction.lockHead(of: desk.person.namespace) == head, "nothing was written")
            #expect(try desk.trash(tree.a, unchangedSince: head).trashedAt != nil)
        }
    }

    fileprivate enum Newcomer: CaseIterable {
        case folder, file, content, movedFile, movedFolder, renamed, restored, copied, itself, openedBefore
    }

    /// An upload that was opened before finds its folder in the trash: the edit is not lost there unseen.
    @Test func whatIsCommittedIntoTheTrashIsRefused() async throws {
        try await world.write(as: ada) { desk in
            let tree = try tree(desk)
            let upload = try desk.open("late", in: tree.deep)
            let item = CreateNodes.Item(node: tree.file, file: Desk.file(size: 1, base: tree.head))
            let answer = try Operations.createNodes(.init(items: [item]), in: desk.context)
            let next = try #require(try answer.items[0].get().upload)
            try desk.trash(tree.a, unchangedSince: tree.head)
            try desk.pack(Desk.chunks("late"))
            for upload in [upload, next] {
                try desk.declare(upload, Desk.chunks("late"))
                #expect(
                    try refusal { try desk.commit(upload, Desk.chunks("late"), sha256: Desk.fingerprint("late")) }
                        == .trashed)
            }
        }
    }

    @Test func whatIsGoneAlreadyDoesNotCount() async throws {
        try await world.write(as: ada) { desk in
            let tree = try tree(desk)
            try desk.folder("c/d", in: tree.deep)
            let c = try #require(try desk.list(tree.deep).first)
            try desk.trash(c.id)
            // What was trashed is newer than the proof, and so is what happens below it; neither is living.
            #expect(try desk.trash(tree.a, unchangedSince: tree.head, count: 4).trashedAt != nil)
        }
    }

    @Test func theNumberMustFit() async throws {
        try await world.write(as: ada) { desk in
            let tree = try tree(desk)
            for wrong in [Int.min, -1, 0, 1, 3, 5, .max] {
                #expect(
                    try refusal { try desk.trash(tree.a, unchangedSince: tree.head, count: wrong) } == .changedSince)
            }
            // Moved out meanwhile: nothing that is left is newer, and still it was not known.
            try desk.move(tree.file, as: "file")
            #expect(try refusal { try desk.trash(tree.a, unchangedSince: tree.head, count: 4) } == .changedSince)
            #expect(try desk.trash(tree.a, count: 3).trashedAt != nil)
        }
    }

    /// The server was restored from a backup: who has seen more than there is has seen something else.
    @Test func aPlaceThatIsNotThereYetProvesNothing() async throws {
        try await world.write(as: ada) { desk in
            let tree = try tree(desk)
            #expect(try refusal { try desk.trash(tree.a, unchangedSince: tree.head + 1) } == .changedSince)
        }
    }

    @Test func laterItemsSeeWhatEarlierOnesDid() async throws {
        try await world.write(as: ada) { desk in
            let tree = try tree(desk)
            let items: [TrashNodes.Item] = [
                .init(node: tree.deep, unchangedSince: 0), .init(node: tree.file, unchangedSince: tree.head, count: 1),
                .init(node: tree.a, unchangedSince: tree.head, count: 3),
            ]
            let answer = try Operations.trashNodes(.init(items: items), in: desk.context)
            #expect(try answer.items.map { item in try refusal { try item.get() } } == [.changedSince, nil, nil])
        }
    }

    /// Guests are told times, not revisions.
    @Test func onlyOwnersCanProve() async throws {
        let bob = try await world.person("bob@example.org")
        let (world, ada) = (world, ada)
        try await world.store.write { transaction in
            let stage = OperationsStage(transaction, now: world.now)
            let (owner, guest) = (stage.desk(of: ada), stage.desk(of: bob))
            let shared = try owner.folder("shared")
            let inner = try owner.folder("inner", in: shared)
            try owner.share(shared, with: "bob@example.org")
            try transaction.run("UPDATE shares SET role = 'editor'", [])
            #expect(try refusal { try guest.trash(inner, unchangedSince: .max) } == .badRequest)
            #expect(try refusal { try guest.trash(inner, count: 1) } == .badRequest)
            #expect(try guest.trash(inner).trashedAt != nil)
        }
    }
}
