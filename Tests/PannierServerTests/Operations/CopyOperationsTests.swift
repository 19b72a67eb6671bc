import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite struct CopyOperationsTests {
    private typealias Desk = OperationsStage.Desk

    private let world: OperationsWorld
    private let ada: OperationsWorld.Person
    private let bob: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
        bob = try await world.person("bob@example.org")
    }

    @Test func aCopyIsAFileOfItsOwnWithTheSameContent() async throws {
        try await world.write(as: ada) { desk in
            let folder = try desk.folder("folder")
            let file = try desk.put("text", as: "f", isExecutable: true).node
            let before = try Operations.account(in: desk.context).usedBytes
            let copy = try desk.copy(file.id, to: folder, as: "copy")
            #expect(copy.id != file.id && copy.parent == folder && copy.name.text == "copy")
            #expect(copy.revision == file.revision + 1 && copy.created == copy.revision)
            let (one, other) = (try #require(file.content), try #require(copy.content))
            #expect(one.version != other.version)
            #expect((one.size, one.sha256, one.modified) == (other.size, other.sha256, other.modified))
            #expect((other.isExecutable, other.mimeType) == (true, one.mimeType))
            #expect(try desk.pieces(copy.id) == (try desk.pieces(file.id)))
            #expect(try Operations.account(in: desk.context).usedBytes == before)
            // Each goes its own way.
            try desk.put("other", as: "f", base: file.revision)
            #expect(try desk.node(copy.id).content == other)
            try desk.trash(file.id)
            #expect(try desk.pieces(copy.id).map(\.fingerprint) == [Desk.fingerprint("text")])
            let edited = try desk.put("text 2", as: "copy", in: folder, base: copy.revision)
            #expect(edited.node.id == copy.id && !edited.isConflict)
        }
    }

    @Test func emptyFilesAndManyPagesAreCopied() async throws {
        try await world.write(as: ada) { desk in
            let empty = try desk.put("", as: "empty").node
            #expect(try desk.copy(empty.id, as: "empty 2").content?.size == 0)
            let large = try desk.large("large", pages: 3)
            let copy = try desk.copy(large, as: "large 2")
            let query = "SELECT first, chunks FROM manifests WHERE version = $1 ORDER BY first"
            let pages = try [try desk.node(large), copy].map { node in
                try desk.context.transaction.rows(query, [.bytes(try #require(node.content).version.bytes)])
                    .map(\.values)
            }
            #expect(pages[0].count == 3 && pages[0] == pages[1])
        }
    }

    /// Or what two files have in common would not be found when one of them changes.
    @Test func aCopyIsCutAsTheFileIs() async throws {
        try await world.write(as: ada) { desk in
            let file = try desk.put("text", as: "f").node
            try desk.context.transaction.run("UPDATE nodes SET chunk_class = 1 WHERE id = $1", [.bytes(file.id.bytes)])
            let copy = try desk.copy(file.id, as: "copy")
            #expect(try desk.opened("copy", base: copy.revision).chunkClass == .large)
        }
    }

    @Test func whatCannotBeIsRefusedByName() async throws {
        try await world.write(as: ada) { desk in
            let file = try desk.put("text", as: "caf\u{e9}").node.id
            let folder = try desk.folder("folder")
            let trashed = try desk.put("text", as: "trashed").node.id
            let gone = try desk.folder("gone/below")
            try desk.trash(trashed)
            try desk.trash(try #require(try desk.node(gone).parent))
            let root = desk.person.root
            let tries: [(NodeID, NodeID, String, Problem.Code?)] = [
                (file, root, "caf\u{e9}", .nameTaken), (file, root, "cafe\u{301}", .nameTwin),
                (file, root, "folder", .nameTaken), (folder, root, "x", .notFile), (trashed, root, "x", .trashed),
                (file, gone, "x", .trashed), (file, file, "x", .notFolder), (.random(), root, "x", .notFound),
                (file, .random(), "x", .notFound), (file, folder, "caf\u{e9}", nil),
                (file, folder, "caf\u{e9}", .nameTaken),
                (file, root, "trashed", nil),
            ]
            let items = try tries.map { CopyNodes.Item(node: $0.0, parent: $0.1, name: try NodeName($0.2)) }
            let answer = try Operations.copyNodes(.init(items: items), in: desk.context)
            #expect(try answer.items.map { item in try refusal { try item.get() } } == tries.map(\.3))
            #expect(try desk.names() == ["caf\u{e9}", "folder", "trashed"])
            #expect(try desk.names(folder) == ["caf\u{e9}"])
            let deepest = try desk.folder((1...128).map { "\($0)" }.joined(separator: "/"))
            #expect(try refusal { try desk.copy(file, to: deepest, as: "x") } == .tooDeep)
            let many = [CopyNodes.Item](repeating: items[0], count: 501)
            #expect(try refusal { try Operations.copyNodes(.init(items: many), in: desk.context) } == .tooLarge)
        }
    }

    @Test func damageIsToldAndNotSpread() async throws {
        try await world.write(as: ada) { desk in
            let chunks = Desk.chunks("text")
            let pack = try desk.pack(chunks)
            let file = try desk.put("text", as: "f").node.id
            try Operations.recordDamagedPack(pack, in: desk.context)
            #expect(try refusal { try desk.copy(file, as: "copy") } == .packDamaged)
            #expect(try desk.names() == ["f"])
            try desk.pack(chunks)
            #expect(try refusal { try desk.copy(file, as: "copy") } == nil)
        }
    }

    /// No byte is stored, so there is nothing that a full account could not have.
    @Test func theQuotaIsNotAsked() async throws {
        try await world.write(as: ada) { desk in
            let file = try desk.put("text", as: "f").node.id
            try desk.context.transaction.run("UPDATE namespaces SET quota_bytes = 0", [])
            #expect(try refusal { try desk.put("text", as: "g") } == .quotaExceeded)
            #expect(try refusal { try desk.copy(file, as: "copy") } == nil)
        }
    }

    /// So that no transaction keeps others waiting for long; the rest is asked for again.
    @Test func manyPiecesAreCopiedInSeveralRequests() async throws {
        try await world.write(as: ada) { desk in
            let large = try desk.large("large", pages: 16)
            let small = try desk.put("small", as: "small").node.id
            let root = desk.person.root
            let items = try [small, large, large, small].enumerated().map { number, node in
                CopyNodes.Item(node: node, parent: root, name: try NodeName("\(number)"))
            }
            let first = try Operations.copyNodes(.init(items: items), in: desk.context)
            #expect(try first.items.map { try $0.get().name.text } == ["0", "1"])
            let rest = try Operations.copyNodes(.init(items: Array(items[2...])), in: desk.context)
            #expect(try rest.items.map { try $0.get().name.text } == ["2"])
        }
    }

    @Test func guestsCopyWhereTheyMayWriteWhatTheyMayRead() async throws {
        let (read, written, file, hidden) = try await world.write(as: ada) { desk in
            let (read, written) = (try desk.folder("read"), try desk.folder("written"))
            let file = try desk.put("text", as: "f", in: read).node.id
            let hidden = try desk.put("hidden", as: "hidden").node.id
            try desk.share(read, with: "bob@example.org")
            let grant = try desk.share(written, with: "bob@example.org")[0]
            try desk.context.transaction.run(
                "UPDATE shares SET role = 'editor' WHERE id = $1", [.bytes(grant.id.bytes)])
            return (read, written, file, hidden)
        }
        let copy = try await world.write(as: bob) { desk in
            let copy = try desk.copy(file, to: written, as: "copy")
            #expect(copy.changedBy == "bob@example.org" && copy.created == 0 && copy.parent == written)
            #expect(try desk.pieces(copy.id).map(\.fingerprint) == [Desk.fingerprint("text")])
            let own = try desk.put("own", as: "own").node.id
            let codes = [
                try refusal { try desk.copy(file, to: read, as: "x") },
                try refusal { try desk.copy(hidden, to: written, as: "x") },
                try refusal { try desk.copy(file, as: "x") },
                try refusal { try desk.copy(own, to: written, as: "x") },
                try refusal { try desk.copy(own, to: read, as: "x") },
            ]
            #expect(codes == [.notFound, .notFound, .badRequest, .badRequest, .notFound])
            return copy.id
        }
        try await world.write(as: ada) { (desk: OperationsStage.Desk) throws in
            #expect(try desk.names(written) == ["copy"])
            #expect(try desk.node(copy).changedBy == "bob@example.org")
            #expect(try desk.names() == ["hidden", "read", "written"])
        }
    }

    @Test func theOthersHear() async throws {
        let (folder, file) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            try desk.share(folder, with: "bob@example.org")
            return (folder, try desk.put("text", as: "f").node.id)
        }
        let cursor = try await world.write(as: bob) { try $0.changes(after: nil).cursor }
        let copy = try await world.write(as: ada) { desk in
            let copy = try desk.copy(file, to: folder, as: "copy")
            #expect(desk.context.bell.views.count == 2)
            return copy
        }
        let changes = try await world.write(as: bob) { try $0.changes(after: cursor).changes }
        guard case .node(_, let node, isNew: true)? = changes.first else {
            Issue.record("\(changes)")
            return
        }
        #expect(changes.count == 1 && node.id == copy.id && node.content == copy.content)
    }
}

extension OperationsStage.Desk {
    fileprivate func pieces(_ file: NodeID) throws -> [PackedChunk] {
        try Operations.content(.init(items: [.init(file: file)]), in: context).items[0].get().chunks.map(\.place)
    }

    /// A file of pages full of one piece.
    fileprivate func large(_ name: String, pages: Int) throws -> NodeID {
        let chunk = Self.chunks("piece")
        try pack(chunk)
        let upload = try open(name)
        let page = [ChunkReference](repeating: chunk[0], count: Limits.manifestPage)
        for number in 0..<pages { try declare(upload, page, from: number * page.count) }
        let all = [[ChunkReference]](repeating: page, count: pages).flatMap(\.self)
        return try commit(upload, all, sha256: Self.fingerprint(name)).node.id
    }
}
