import PannierCore
import PannierServer
import Testing

@Suite struct ShareOperationsTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person
    private let bob: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
        bob = try await world.person("bob@example.org")
    }

    @Test func whatIsSharedStandsInTheOthersList() async throws {
        let (folder, grant) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("a/shared")
            let grants = try desk.share(folder, with: " BOB@example.org ")
            #expect(grants.map(\.email) == ["bob@example.org"])
            #expect(grants[0].role == .viewer)
            #expect(grants[0].node == folder)
            #expect(desk.context.bell.accounts.count == 1)
            #expect(try desk.node(folder).isShared)
            #expect(try Operations.shares(node: folder, in: desk.context).grants == grants)
            return (folder, grants[0].id)
        }
        try await world.write(as: bob) { desk in
            let items = try Operations.sharedWithMe(in: desk.context).items
            #expect(items.map(\.view) == [grant])
            #expect(items[0].owner == "ada@example.org")
            #expect(items[0].node.id == folder)
            #expect(items[0].node.parent == nil)
            #expect(!items[0].node.isShared)
            #expect(try Operations.visibleViews(in: desk.context) == [grant, desk.person.view])
            #expect(try desk.node(folder) == items[0].node)
        }
    }

    @Test func sharingAgainKeepsTheGrant() async throws {
        try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            let first = try desk.share(folder, with: "bob@example.org", "bob@example.org", "new@example.org")
            #expect(first.map(\.email) == ["bob@example.org", "new@example.org"])
            #expect(try desk.share(folder, with: "new@example.org", "bob@example.org") == first)
            #expect(try desk.share(folder, with: "bob@example.org") == [first[0]])
        }
    }

    @Test func anAddressWithoutAnAccountLooksTheSame() async throws {
        let (folder, bobs, eves) = try await world.write(as: ada) { desk in
            let (folder, other) = (try desk.folder("shared"), try desk.folder("other"))
            let bobs = try desk.share(folder, with: "bob@example.org")
            let eves = try desk.share(folder, with: "eve@example.org")
            #expect(bobs[0].grantedAt == eves[0].grantedAt)
            #expect(bobs[0].role == eves[0].role)
            #expect(try Operations.shares(node: folder, in: desk.context).grants == bobs + eves)
            let pending = try desk.share(other, with: "eve@example.org")[0]
            #expect(try desk.node(other).isShared)
            try Operations.removeShare(node: other, grant: pending.id, in: desk.context)
            #expect(try !desk.node(other).isShared)
            return (folder, bobs[0].id, eves[0].id)
        }
        let eve = try await world.person("Eve@Example.org")
        try await world.write(as: eve) { (desk: OperationsStage.Desk) throws in
            let items = try Operations.sharedWithMe(in: desk.context).items
            #expect(items.map(\.view) == [eves])
            #expect(items.map(\.node.id) == [folder])
        }
        try await world.write(as: ada) { (desk: OperationsStage.Desk) throws in
            #expect(try Operations.shares(node: folder, in: desk.context).grants.map(\.id) == [bobs, eves])
        }
    }

    @Test func refusals() async throws {
        try await world.write(as: ada) { desk in
            let folder = try desk.folder("a/b")
            let a = try #require(try desk.node(folder).parent)
            for address in [
                "", "bob", "@b", "b@", "x\u{202E}@b.de", "x\u{2028}@b.de", "x\u{FEFF}@b.de", "a@b@c", "a b@c", "a@b..c",
                "a@.b", "x\u{7}@b",
                String(repeating: "a", count: 250) + "@b.de",
            ] {
                #expect(try refusal { try desk.share(folder, with: "bob@example.org", address) } == .badRequest)
            }
            // One bad address, and nobody was added: that is said.
            let mixed = CreateShares.Request(emails: ["bob@example.org", "bad@@x"], role: .viewer)
            let problem = #expect(throws: Problem.self) {
                try Operations.createShares(node: folder, mixed, in: desk.context)
            }
            #expect(problem?.detail == "It was shared with nobody.")
            #expect(try refusal { try desk.share(folder, with: "ADA@example.org") } == .badRequest)
            #expect(try refusal { try desk.share(.random(), with: "bob@example.org") } == .notFound)
            let editors = CreateShares.Request(emails: ["bob@example.org"], role: .editor)
            #expect(try refusal { try Operations.createShares(node: folder, editors, in: desk.context) } == .badRequest)
            let many = CreateShares.Request(emails: (0..<101).map { "p\($0)@example.org" }, role: .viewer)
            #expect(try refusal { try Operations.createShares(node: folder, many, in: desk.context) } == .tooLarge)
            try desk.trash(a)
            #expect(try refusal { try desk.share(folder, with: "bob@example.org") } == .trashed)
            #expect(try Operations.shares(node: folder, in: desk.context).grants.isEmpty)
            #expect(
                try refusal { try Operations.removeShare(node: folder, grant: .random(), in: desk.context) }
                    == .notFound)
        }
    }

    @Test func aGuestGivesUpTheOwnGrantOnly() async throws {
        let (folder, grants) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            return (folder, try desk.share(folder, with: "bob@example.org", "eve@example.org"))
        }
        let eve = try await world.person("eve@example.org")
        try await world.write(as: bob) { desk in
            #expect(
                try refusal { try Operations.removeShare(node: folder, grant: grants[1].id, in: desk.context) }
                    == .notFound)
            try Operations.removeShare(node: folder, grant: grants[0].id, in: desk.context)
            #expect(try Operations.sharedWithMe(in: desk.context).items.isEmpty)
            #expect(try refusal { try desk.node(folder) } == .notFound)
        }
        try await world.write(as: eve) { (desk: OperationsStage.Desk) throws in
            #expect(try Operations.sharedWithMe(in: desk.context).items.count == 1)
            try Operations.removeShare(node: folder, grant: grants[1].id, in: desk.context)
        }
        try await world.write(as: ada) { (desk: OperationsStage.Desk) throws in
            #expect(try !desk.node(folder).isShared)
        }
    }

    @Test func nobodyFillsAnothersListAlone() async throws {
        try await world.write(as: ada) { desk in
            for address in ["bob@example.org", "nobody@example.org"] {
                let nodes = try (0...100).map { try desk.folder("\(address) \($0)") }
                for node in nodes.dropLast() { try desk.share(node, with: address) }
                #expect(try refusal { try desk.share(nodes[100], with: address) } == .tooLarge)
                #expect(try desk.share(nodes[0], with: address).count == 1, "again is not more")
                #expect(try desk.share(nodes[100], with: "eve@example.org").count == 1)
            }
        }
    }

    /// What happens elsewhere in the namespace does not show in any number, and every change shows in the node's.
    @Test func guestsSeeNoRevisions() async throws {
        let (folder, file) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            try desk.share(folder, with: "bob@example.org")
            return (folder, try desk.put("text", as: "f", in: folder).node.id)
        }
        let before = try await world.read(as: bob) { try Self.numbers(folder, file, $0) }
        try await world.write(as: ada) { desk in
            for index in 0..<20 { try desk.folder("busy \(index)") }
        }
        #expect(try await world.read(as: bob) { try Self.numbers(folder, file, $0) } == before)
        for text in ["two", "three"] {
            let last = try await world.read(as: bob) { try Self.numbers(folder, file, $0) }
            // The clock stands still, or goes back.
            world.advance(milliseconds: -5)
            _ = try await world.write(as: ada) { desk in try desk.put(text, as: "f", in: folder) }
            let now = try await world.read(as: bob) { try Self.numbers(folder, file, $0) }
            #expect(now[0] == last[0])
            #expect(now[1] > last[1])
            #expect(now[1...].allSatisfy { $0 == now[1] }, "the same by every way")
        }
    }

    private static func numbers(_ folder: NodeID, _ file: NodeID, _ desk: Desk) throws -> [Int64] {
        let changes = try Operations.changes(cursor: nil, limit: 100, node: file, in: desk.context).changes
        var told: [Int64] = []
        for case .enter(_, let node) in changes { told.append(node.revision) }
        #expect(told.count == 1)
        #expect(try desk.node(file).created == 0)
        let shared = try Operations.sharedWithMe(in: desk.context).items.map(\.node.revision)
        return try shared + [desk.node(file).revision] + desk.list(folder).map(\.revision) + told
    }

    /// Not there and not allowed look the same, to the letter.
    @Test func viewersMayOnlyRead() async throws {
        let (folder, inner, file) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("a/shared")
            let inner = try desk.folder("inner", in: folder)
            let file = try desk.put("text", as: "f", in: folder).node.id
            try desk.share(folder, with: "bob@example.org")
            return (folder, inner, file)
        }
        try await world.write(as: bob) { desk in
            let own = try desk.folder("own")
            let attempts: [(NodeID) throws -> Any] = [
                { try desk.folder("x", in: $0) }, { try desk.open("x", in: $0) },
                { try desk.move($0, to: own, as: "x") }, { try desk.move(own, to: $0, as: "x") },
                { try desk.copy($0, to: own, as: "x") }, { try desk.copy(own, to: $0, as: "x") },
                { try desk.copy($0, to: $0, as: "x") },
                { try desk.move($0, to: $0, as: "renamed") }, { try desk.trash($0) }, { try desk.restore($0) },
                { try desk.restore(own, to: $0, as: "x") }, { try desk.share($0, with: "eve@example.org") },
                { try Operations.shares(node: $0, in: desk.context) },
                { try Operations.removeShare(node: $0, grant: .random(), in: desk.context) },
            ]
            for attempt in attempts {
                for node in [folder, inner, file, NodeID.random()] {
                    let problem = #expect(throws: Problem.self) { try attempt(node) }
                    // Restoring one's own living folder to another place is refused for that reason first, and so is
                    // copying to one's own.
                    guard problem?.code != .badRequest else { continue }
                    #expect(
                        problem
                            == Problem(.notFound, "There is no such file or folder, or you may not do this with it."))
                }
            }
            #expect(try desk.node(folder).parent == nil)
            #expect(try desk.node(inner).parent == folder)
            #expect(try desk.list(folder).map(\.id).sorted() == [inner, file].sorted())
        }
    }

    @Test func nothingAboveBesideOrInTheTrashIsSeen() async throws {
        let (hidden, folder) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("a/shared/in")
            let shared = try #require(try desk.node(folder).parent)
            let a = try #require(try desk.node(shared).parent)
            let trashed = try desk.folder("trashed/below", in: shared)
            try desk.trash(try #require(try desk.node(trashed).parent))
            try desk.share(shared, with: "bob@example.org")
            let beside = try desk.folder("beside", in: a)
            return ([a, desk.person.root, beside, trashed, try #require(try desk.node(trashed).parent)], shared)
        }
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            for node in hidden { #expect(try refusal { try desk.node(node) } == .notFound) }
            #expect(try desk.list(folder).map(\.name.text) == ["in"])
        }
    }

    @Test func closedWhileInTheTrash() async throws {
        let (a, shared) = try await world.write(as: ada) { desk in
            let shared = try desk.folder("a/shared")
            try desk.share(shared, with: "bob@example.org")
            return (try #require(try desk.node(shared).parent), shared)
        }
        let bobsAccount = bob.account.id
        try await world.write(as: ada) { desk in
            try desk.trash(a)
            #expect(desk.context.bell.accounts == [bobsAccount])
        }
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            #expect(try Operations.sharedWithMe(in: desk.context).items.isEmpty)
            #expect(try Operations.visibleViews(in: desk.context) == [desk.person.view])
            #expect(try refusal { try desk.node(shared) } == .notFound)
        }
        try await world.write(as: ada) { desk in
            try desk.restore(shared, to: desk.person.root)
            #expect(desk.context.bell.accounts == [bobsAccount])
        }
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            #expect(try Operations.sharedWithMe(in: desk.context).items.map(\.node.id) == [shared])
        }
    }

    @Test func grantsInsideGrants() async throws {
        let (outer, inner, outerGrant) = try await world.write(as: ada) { desk in
            let inner = try desk.folder("outer/inner")
            let outer = try #require(try desk.node(inner).parent)
            let grant = try desk.share(outer, with: "bob@example.org")[0].id
            try desk.share(inner, with: "bob@example.org")
            return (outer, inner, grant)
        }
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            #expect(try desk.node(inner).parent == outer)
            #expect(try Operations.sharedWithMe(in: desk.context).items.count == 2)
        }
        try await world.write(as: ada) { desk in
            try Operations.removeShare(node: outer, grant: outerGrant, in: desk.context)
        }
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            #expect(try desk.node(inner).parent == nil)
            #expect(try refusal { try desk.node(outer) } == .notFound)
        }
    }

    /// The rights that editors will have are decided already.
    @Test func editorsWriteBelowButDoNotMoveWhatWasShared() async throws {
        let (folder, outside) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            try desk.share(folder, with: "bob@example.org")
            try desk.context.transaction.run("UPDATE shares SET role = 'editor'", [])
            return (folder, try desk.folder("outside"))
        }
        try await world.write(as: bob) { desk in
            let made = try desk.folder("made", in: folder)
            #expect(try desk.move(made, to: folder, as: "renamed").parent == folder)
            try desk.trash(made)
            let codes = [
                try refusal { try desk.move(folder, to: folder, as: "x") },
                try refusal { try desk.trash(folder) },
                try refusal { try desk.move(try desk.folder("again", in: folder), to: outside, as: "x") },
                try refusal { try desk.move(try desk.folder("again", in: folder), to: desk.person.root, as: "x") },
                try refusal { try desk.share(folder, with: "eve@example.org") },
            ]
            #expect(codes == [.notFound, .notFound, .notFound, .badRequest, .notFound])
        }
    }
}
