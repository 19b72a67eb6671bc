import PannierCore
import PannierServer
import Testing

/// One request makes things in many folders.
@Suite struct ManyFoldersTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
    }

    private func create(
        _ desk: Desk, _ items: [(parent: NodeID?, path: String, file: CreateNodes.File?)], below parent: NodeID? = nil
    ) throws -> [ItemResult<CreateNodes.Created>] {
        let items = try items.map { item in
            CreateNodes.Item(
                parent: item.parent, path: try item.path.split(separator: "/").map { try NodeName(String($0)) },
                file: item.file)
        }
        return try Operations.createNodes(.init(parent: parent, items: items), in: desk.context).items
    }

    @Test func eachItemNamesItsFolder() async throws {
        try await world.write(as: ada) { desk in
            let (a, b) = (try desk.folder("a"), try desk.folder("b"))
            let answers = try create(
                desk,
                [
                    (a, "x", nil), (b, "x", nil), (a, "x/y", nil), (b, "f", Desk.file(size: 1)),
                    (nil, "c", nil), (nil, "c/d", Desk.file(size: 1)),
                ], below: desk.person.root)
            let made = try answers.map { try $0.get() }
            #expect(made.map { $0.upload != nil } == [false, false, false, true, false, true])
            #expect(try desk.names(a) == ["x"])
            #expect(try desk.names(b) == ["x"])
            #expect(try desk.names() == ["a", "b", "c"])
            let x = try #require(made[0].folder)
            #expect(x.parent == a && x.name.text == "x" && x.kind == .folder)
            #expect(x == (try desk.node(x.id)))
            #expect(made[2].folder?.parent == x.id)
        }
    }

    @Test func aFolderThatIsThereIsAnsweredWhole() async throws {
        try await world.write(as: ada) { desk in
            let a = try desk.folder("a")
            let x = try desk.folder("x", in: a)
            try desk.share(x, with: "bob@example.org")
            let head = try desk.context.transaction.lockHead(of: desk.person.namespace)
            let answers = try create(desk, [(a, "x", nil)])
            #expect(try answers[0].get().folder == (try desk.node(x)))
            #expect(try answers[0].get().folder?.isShared == true)
            #expect(try desk.context.transaction.lockHead(of: desk.person.namespace) == head, "nothing was written")
        }
    }

    /// A folder that cannot be written in is the item's problem, unless it is the request's own.
    @Test func oneBadFolderStopsNoOther() async throws {
        try await world.write(as: ada) { desk in
            let (a, trashed) = (try desk.folder("a"), try desk.folder("trashed"))
            let file = try desk.put("text", as: "file").node.id
            try desk.trash(trashed)
            let answers = try create(
                desk, [(.random(), "x", nil), (trashed, "x", nil), (file, "x", nil), (nil, "x", nil), (a, "x", nil)])
            let codes = try answers.map { item in try refusal { try item.get() } }
            #expect(codes == [.notFound, .trashed, .notFolder, .badRequest, nil])
            #expect(try refusal { try create(desk, [(a, "z", nil)], below: trashed) } == .trashed)
            #expect(try desk.names(a) == ["x"])
        }
    }

    @Test func aNameIsTakenOnceInEachFolder() async throws {
        try await world.write(as: ada) { desk in
            let (a, b) = (try desk.folder("a"), try desk.folder("b"))
            let file = Desk.file(size: 1)
            let answers = try create(
                desk, [(a, "x", file), (b, "x", nil), (a, "x", nil), (desk.person.root, "a/x", nil)])
            let codes = try answers.map { item in try refusal { try item.get() } }
            #expect(codes == [nil, nil, .nameTaken, .nameTaken])
        }
    }

    @Test func limitsAreThoseOfEachFolder() async throws {
        try await world.write(as: ada) { desk in
            let deepest = try desk.folder((1...128).map { "\($0)" }.joined(separator: "/"))
            let answers = try create(desk, [(deepest, "x", nil), (desk.person.root, "x", nil)])
            #expect(try answers.map { item in try refusal { try item.get() } } == [.tooDeep, nil])
        }
    }

    /// Guests are told what they may know.
    @Test func guestsMakeFoldersInSeveralShares() async throws {
        let bob = try await world.person("bob@example.org")
        let (world, ada) = (world, ada)
        try await world.store.write { transaction in
            let stage = OperationsStage(transaction, now: world.now)
            let (owner, guest) = (stage.desk(of: ada), stage.desk(of: bob))
            let (one, two, closed) = (
                try owner.folder("one"), try owner.folder("two"), try owner.folder("closed")
            )
            for folder in [one, two] { try owner.share(folder, with: "bob@example.org") }
            try transaction.run("UPDATE shares SET role = 'editor'", [])
            let answers = try create(
                guest, [(one, "x", nil), (two, "x", nil), (closed, "x", nil), (bob.root, "x", nil)])
            #expect(try answers.map { item in try refusal { try item.get() } } == [nil, nil, .notFound, nil])
            let made = try #require(try answers[0].get().folder)
            #expect(made.parent == one && made.created == 0)
            #expect(made == (try guest.node(made.id)))
            #expect(try answers[3].get().folder?.namespace == bob.namespace)
        }
    }
}
