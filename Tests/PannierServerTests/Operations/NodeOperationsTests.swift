import PannierCore
import PannierServer
import Testing

@Suite struct NodeOperationsTests {
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
    }

    private static let nfc = "caf\u{e9}"
    private static let nfd = "cafe\u{301}"

    @Test func foldersAreMadeParentsFirstAndAnsweredAgainAsTheyAre() async throws {
        try await world.write(as: ada) { desk in
            let deep = try desk.folder("a/b/c")
            #expect(try desk.folder("a/b/c") == deep)
            #expect(try desk.node(deep).revision == 3)
            #expect(try desk.names() == ["a"])
            let orphan = CreateNodes.Item(path: [try .init("x"), try .init("y")], file: nil)
            let answer = try Operations.createNodes(
                CreateNodes.Request(parent: desk.person.root, items: [orphan]), in: desk.context)
            #expect(try refusal { try answer.items[0].get() } == .notFound)
        }
    }

    @Test func twinsAreRefusedByNameWhileTheRestGoesOn() async throws {
        try await world.write(as: ada) { desk in
            let file = OperationsStage.Desk.file(size: 1)
            let items = [
                CreateNodes.Item(path: [try .init(Self.nfc)], file: file),
                CreateNodes.Item(path: [try .init(Self.nfd)], file: file),
                CreateNodes.Item(path: [try .init(Self.nfd)], file: nil),
                CreateNodes.Item(path: [try .init(Self.nfc)], file: nil),
                CreateNodes.Item(path: [try .init("other")], file: file),
                CreateNodes.Item(path: [try .init("folder")], file: nil),
                CreateNodes.Item(path: [try .init("folder"), try .init(Self.nfd)], file: nil),
            ]
            let answer = try Operations.createNodes(
                CreateNodes.Request(parent: desk.person.root, items: items), in: desk.context)
            let codes = try answer.items.map { item in try refusal { try item.get() } }
            #expect(codes == [nil, .nameTwin, .nameTwin, .nameTaken, nil, nil, nil])
        }
    }

    @Test func aTwinOfWhatStandsThereIsRefused() async throws {
        try await world.write(as: ada) { desk in
            try desk.folder(Self.nfc)
            try desk.put("text", as: "file")
            #expect(try refusal { try desk.folder(Self.nfd) } == .nameTwin)
            #expect(try refusal { try desk.open(Self.nfd) } == .nameTwin)
            #expect(try refusal { try desk.open(Self.nfc) } == .nameTaken)
            #expect(try refusal { try desk.folder("file") } == .nameTaken)
            #expect(try refusal { try desk.folder("x", in: desk.folder("file2")) } == nil)
            let below = CreateNodes.Item(path: [try .init("file"), try .init("x")], file: nil)
            let answer = try Operations.createNodes(
                CreateNodes.Request(parent: desk.person.root, items: [below]), in: desk.context)
            #expect(try refusal { try answer.items[0].get() } == .notFolder)
        }
    }

    @Test func theSecondSpellingMayTakeTheNameOnceTheFirstIsInTheTrash() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.folder(Self.nfc)
            try desk.trash(first)
            try desk.folder(Self.nfd)
            #expect(try refusal { try desk.restore(first) } == .nameTwin)
            try desk.restore(first, as: "other")
            #expect(try desk.names() == [Self.nfd, "other"])
        }
    }

    @Test func limitsHold() async throws {
        try await world.write(as: ada) { desk in
            let deepest = try desk.folder((1...128).map { "\($0)" }.joined(separator: "/"))
            #expect(try refusal { try desk.folder("x", in: deepest) } == .tooDeep)
            #expect(try refusal { try desk.open("x", in: deepest) } == .tooDeep)
            let long = String(repeating: "n", count: 255)
            let inLong = try desk.folder([String](repeating: long, count: 15).joined(separator: "/"))
            #expect(try refusal { try desk.folder(String(repeating: "n", count: 159), in: inLong) } == nil)
            #expect(try refusal { try desk.folder(String(repeating: "n", count: 160), in: inLong) } == .tooDeep)
            let items = [CreateNodes.Item](repeating: .init(path: [try .init("x")], file: nil), count: 501)
            #expect(
                try refusal {
                    try Operations.createNodes(.init(parent: desk.person.root, items: items), in: desk.context)
                } == .tooLarge)
            let huge = CreateNodes.File(
                size: Limits.fileBytes + 1, modified: 0, isExecutable: false, mimeType: "", baseRevision: nil)
            let answer = try Operations.createNodes(
                .init(
                    parent: desk.person.root,
                    items: [.init(path: [try .init("huge")], file: huge), .init(path: [], file: nil)]),
                in: desk.context)
            #expect(try answer.items.map { item in try refusal { try item.get() } } == [.tooLarge, .badRequest])
        }
    }

    @Test func whereNothingCanBeMade() async throws {
        try await world.write(as: ada) { desk in
            let file = try desk.put("text", as: "file").node.id
            let trashed = try desk.folder("trashed/below")
            try desk.trash(try #require(try desk.node(trashed).parent))
            for (parent, code) in [
                (NodeID.random(), Problem.Code.notFound), (file, .notFolder), (trashed, .trashed),
            ] {
                #expect(try refusal { try desk.folder("x", in: parent) } == code)
            }
        }
    }

    @Test func listingGoesByPagesInTheOrderOfIds() async throws {
        try await world.write(as: ada) { desk in
            let folders = try ["a", "b", "c"].map { try desk.folder($0) }
            for folder in folders { for name in 1...4 { try desk.folder("\(name)", in: folder) } }
            var wanted = folders.map { ListNodes.Folder(node: $0) }
            var found: [NodeID: [NodeID]] = [:]
            var pages = 0
            while !wanted.isEmpty {
                let answer = try Operations.listNodes(.init(folders: wanted, limit: 3), in: desk.context)
                for page in try answer.folders.map({ try $0.get() }) {
                    let folder = wanted.removeFirst()
                    found[folder.node, default: []] += page.children.map(\.id)
                    if let after = page.after { wanted.insert(.init(node: folder.node, after: after), at: 0) }
                }
                #expect(try answer.folders.map { try $0.get().children.count }.reduce(0, +) <= 3)
                pages += 1
            }
            #expect(pages >= 4)
            for folder in folders {
                #expect(found[folder]?.count == 4)
                #expect(found[folder] == found[folder]?.sorted())
            }
        }
    }

    @Test func listingAnswersEachFolderForItself() async throws {
        try await world.write(as: ada) { desk in
            let file = try desk.put("text", as: "file").node.id
            let request = ListNodes.Request(
                folders: [.init(node: .random()), .init(node: file), .init(node: desk.person.root)], limit: 10)
            let answer = try Operations.listNodes(request, in: desk.context)
            #expect(try answer.folders.map { item in try refusal { try item.get() } } == [.notFound, .notFolder, nil])
        }
    }

    @Test func movesAndRenames() async throws {
        try await world.write(as: ada) { desk in
            let a = try desk.folder("a")
            let b = try desk.folder("a/b")
            let file = try desk.put("text", as: "file").node
            let moved = try desk.move(file.id, to: b, as: "renamed")
            #expect(moved.parent == b)
            #expect(moved.name.text == "renamed")
            #expect(moved.revision == file.revision + 1)
            #expect(moved.created == file.created)
            #expect(try desk.move(file.id, to: b, as: "renamed").revision == moved.revision)
            #expect(try desk.names(b) == ["renamed"])
            #expect(try refusal { try desk.move(a, to: b, as: "a") } == .cycle)
            #expect(try refusal { try desk.move(a, to: a, as: "a") } == .cycle)
            #expect(try refusal { try desk.move(file.id, as: "a") } == .nameTaken)
            #expect(try refusal { try desk.move(b, to: file.id, as: "x") } == .notFolder)
            #expect(try refusal { try desk.move(desk.person.root, to: a, as: "x") } != nil)
            #expect(try refusal { try desk.move(.random(), to: a, as: "x") } == .notFound)
            #expect(try refusal { try desk.move(a, to: .random(), as: "x") } == .notFound)
        }
    }

    @Test func aNameMayChangeItsOwnSpelling() async throws {
        try await world.write(as: ada) { desk in
            let folder = try desk.folder(Self.nfc)
            #expect(try desk.move(folder, as: Self.nfd).name.bytes == Array(Self.nfd.utf8))
            let other = try desk.folder("other")
            #expect(try refusal { try desk.move(other, as: Self.nfc) } == .nameTwin)
            #expect(try refusal { try desk.move(other, as: Self.nfd) } == .nameTaken)
        }
    }

    @Test func laterMovesOfARequestSeeEarlierOnes() async throws {
        try await world.write(as: ada) { desk in
            let (a, b) = (try desk.folder("a"), try desk.folder("b"))
            let root = desk.person.root
            let answer = try Operations.moveNodes(
                .init(items: [
                    .init(node: a, parent: root, name: try .init("swap")),
                    .init(node: b, parent: root, name: try .init("a")),
                    .init(node: a, parent: b, name: try .init("inside")),
                    .init(node: b, parent: a, name: try .init("cycle")),
                ]), in: desk.context)
            #expect(try answer.items.map { item in try refusal { try item.get() } } == [nil, nil, nil, .cycle])
            #expect(try desk.names() == ["a"])
            #expect(try desk.names(b) == ["inside"])
        }
    }

    @Test func whatMovesDeeperMustFitAltogether() async throws {
        try await world.write(as: ada) { desk in
            let top = try desk.folder("top")
            try desk.folder((1...100).map { "\($0)" }.joined(separator: "/"), in: top)
            let fits = try desk.folder((1...27).map { "\($0)" }.joined(separator: "/"))
            let tooDeep = try desk.folder("28", in: fits)
            #expect(try refusal { try desk.move(top, to: tooDeep, as: "top") } == .tooDeep)
            #expect(try refusal { try desk.move(top, to: fits, as: "top") } == nil)
        }
    }

    @Test func trashingTwiceIsFine() async throws {
        try await world.write(as: ada) { desk in
            let folder = try desk.folder("a/b")
            let a = try #require(try desk.node(folder).parent)
            let first = try desk.trash(a)
            #expect(first.trashedAt == desk.context.now)
            #expect(try desk.trash(a) == first)
            #expect(try desk.trash(folder).trashedAt == nil)
            #expect(try refusal { try desk.trash(desk.person.root) } == .badRequest)
            #expect(try refusal { try desk.trash(.random()) } == .notFound)
            #expect(try refusal { try desk.move(folder, as: "x") } == .trashed)
            #expect(try refusal { try desk.move(a, as: "x") } == .trashed)
            let living = try desk.folder("living")
            #expect(try refusal { try desk.move(living, to: folder, as: "x") } == .trashed)
        }
    }

    @Test func restoring() async throws {
        try await world.write(as: ada) { desk in
            let b = try desk.folder("a/b")
            let a = try #require(try desk.node(b).parent)
            try desk.trash(b)
            try desk.trash(a)
            #expect(try refusal { try desk.restore(b) } == .trashed)
            let elsewhere = try desk.restore(b, to: desk.person.root)
            #expect(elsewhere.trashedAt == nil)
            #expect(elsewhere.parent == desk.person.root)
            #expect(try desk.restore(b).revision == elsewhere.revision)
            #expect(try refusal { try desk.restore(b, as: "c") } == .badRequest)
            try desk.folder("a")
            #expect(try refusal { try desk.restore(a) } == .nameTaken)
            #expect(try desk.restore(a, as: "a2").name.text == "a2")
            #expect(try refusal { try desk.restore(desk.person.root) } == .badRequest)
        }
    }

    @Test func whatLiesBelowSomethingTrashedCanBeTakenOutAlone() async throws {
        try await world.write(as: ada) { desk in
            let inner = try desk.folder("a/b/c")
            let b = try #require(try desk.node(inner).parent)
            let a = try #require(try desk.node(b).parent)
            try desk.trash(a)
            #expect(try refusal { try desk.restore(inner) } == .trashed)
            #expect(try refusal { try desk.restore(inner, to: b, as: "x") } == .trashed)
            #expect(try refusal { try desk.restore(a, to: inner, as: "x") } == .cycle)
            #expect(try desk.restore(inner, to: desk.person.root).parent == desk.person.root)
            #expect(try desk.names() == ["c"])
        }
    }

    @Test func theJournalIsDense() async throws {
        try await world.write(as: ada) { desk in
            let folder = try desk.folder("a/b/c")
            try desk.put("text", as: "f", in: folder)
            try desk.put("text2", as: "f", in: folder, base: 4)
            try desk.move(folder, as: "moved")
            try desk.restore(try desk.trash(folder).id)
            try desk.share(folder, with: "bob@example.org")
            let rows = try desk.context.transaction.rows(
                "SELECT revision, kind FROM journal ORDER BY revision", [])
            #expect(rows.map { $0.values[0] } == (1...9).map { .integer($0) })
            #expect(rows.map { $0.values[1] } == [0, 0, 0, 0, 1, 2, 3, 4, 5].map { .integer($0) })
            #expect(try desk.context.transaction.lockHead(of: desk.person.namespace) == 9)
        }
    }

    @Test func manyAtTheSameTimeKeepOneOrder() async throws {
        let (world, ada) = (world, ada)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask { _ = try await world.write(as: ada) { try $0.folder("same/\(number)") } }
            }
            try await group.waitForAll()
        }
        try await world.read(as: ada) { desk in
            let rows = try desk.context.transaction.rows("SELECT revision FROM journal ORDER BY revision", [])
            #expect(rows.map { $0.values[0] } == (1...31).map { .integer($0) })
            #expect(try desk.names() == ["same"])
        }
    }

    @Test func fiveHundredAtOnce() async throws {
        try await world.write(as: ada) { desk in
            let items = try (0..<500).map { CreateNodes.Item(path: [try NodeName("folder \($0)")], file: nil) }
            let answer = try Operations.createNodes(
                .init(parent: desk.person.root, items: items), in: desk.context)
            let ids = try answer.items.map { try #require(try $0.get().folder?.id) }
            #expect(try desk.names().count == 500)
            let trashed = try Operations.trashNodes(
                .init(items: ids.map { .init(node: $0) }), in: desk.context)
            #expect(try trashed.items.allSatisfy { try $0.get().trashedAt != nil })
            #expect(try desk.names().isEmpty)
        }
    }
}
