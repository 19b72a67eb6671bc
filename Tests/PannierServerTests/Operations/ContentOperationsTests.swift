import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite struct ContentOperationsTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person
    private let bob: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
        bob = try await world.person("bob@example.org")
    }

    @Test func aPageTellsPlacesKeysAndPacks() async throws {
        try await world.write(as: ada) { desk in
            let chunks = Desk.chunks("one", "two")
            let pack = try desk.pack(chunks)
            let upload = try desk.open("f")
            try desk.declare(upload, chunks)
            let node = try desk.commit(upload, chunks, sha256: Desk.fingerprint("onetwo")).node
            let answer = try desk.content([.init(file: node.id)])
            let page = try answer.items[0].get()
            #expect(page.content == node.content)
            #expect(page.chunkCount == 2)
            #expect(page.first == 0)
            #expect(page.chunks.map(\.place) == Desk.places(chunks))
            #expect(page.chunks.map(\.pack) == [pack, pack])
            let key = try #require(PackKey(bytes: [UInt8](repeating: 0xab, count: 32)))
            #expect(page.chunks.map(\.key) == chunks.map { Hexadecimal.text(of: key.chunkKey(for: $0.fingerprint)) })
            #expect(answer.packs.map(\.pack) == [pack])
            #expect(answer.packs[0].get.url == "get:\(desk.person.namespace)/\(pack)")
            let rest = try desk.content([.init(file: node.id, first: 1)]).items[0].get()
            #expect(rest.chunks.map(\.place.fingerprint) == [chunks[1].fingerprint])
            #expect(try desk.content([.init(file: node.id, first: 2)]).items[0].get().chunks.isEmpty)
        }
    }

    @Test func refusals() async throws {
        try await world.write(as: ada) { desk in
            let (f, g) = (try desk.put("one", as: "f").node, try desk.put("two", as: "g").node)
            let items: [GetContent.Item] = [
                .init(file: .random()), .init(file: desk.person.root), .init(file: f.id, first: 2),
                .init(file: f.id, first: -1), .init(file: f.id, version: .random()),
                .init(file: f.id, version: g.content?.version), .init(file: f.id, version: f.content?.version),
                .init(file: f.id, at: -1), .init(file: f.id, limit: 0),
            ]
            let codes = try desk.content(items).items.map { item in try refusal { try item.get() } }
            #expect(
                codes == [
                    .notFound, .notFile, .badRequest, .badRequest, .notFound, .notFound, nil, .badRequest, .badRequest,
                ])
            let twice = [GetContent.Item](repeating: .init(file: f.id, at: 1), count: 2)
            #expect(try refusal { try desk.content(twice) } == .tooLarge)
            let many = [GetContent.Item](repeating: items[6], count: 501)
            #expect(try refusal { try desk.content(many) } == .tooLarge)
        }
    }

    @Test func olderVersionsAndTheTrashCanBeReadByTheirOwner() async throws {
        try await world.write(as: ada) { desk in
            let old = try desk.put("one", as: "f").node
            _ = try desk.put("two", as: "f", base: old.revision)
            try desk.trash(old.id)
            let page = try desk.content([.init(file: old.id, version: old.content?.version)]).items[0].get()
            #expect(page.chunks.map(\.place.fingerprint) == [Desk.fingerprint("one")])
        }
    }

    @Test func anAnswerEndsWhereItIsFull() async throws {
        try await world.write(as: ada) { desk in
            let texts = (0..<4_097).map { "piece \($0)" }
            let chunks = texts.map { ChunkReference(fingerprint: Desk.fingerprint($0), length: $0.utf8.count) }
            try desk.pack(chunks)
            let big = try desk.open("big")
            try desk.declare(big, Array(chunks[..<4_096]))
            try desk.declare(big, Array(chunks[4_096...]), from: 4_096)
            let bigNode = try desk.commit(big, chunks, sha256: Desk.fingerprint("big")).node
            let (small, empty) = (try desk.put("one", as: "small").node, try desk.put("", as: "empty").node)
            let answer = try desk.content([
                .init(file: small.id), .init(file: bigNode.id), .init(file: empty.id), .init(file: small.id),
            ])
            #expect(try answer.items.map { try $0.get().chunks.count } == [1, 4_095, 0])
            #expect(try answer.items[1].get().chunkCount == 4_097)
            let rest = try desk.content([.init(file: bigNode.id, first: 4_095)]).items[0].get()
            #expect(rest.chunks.map(\.place.fingerprint) == chunks[4_095...].map(\.fingerprint))
        }
    }

    /// A file of 1 TiB has a manifest of 38 MB; a page of it costs what a page costs.
    @Test func aPageOfAHugeFileReadsNoMoreThanItself() async throws {
        let (ada, texts) = (ada, (0..<4_096).map { "piece \($0)" })
        let chunks = texts.map { ChunkReference(fingerprint: Desk.fingerprint($0), length: $0.utf8.count) }
        let read = try await world.store.write { transaction in
            let weighing = WeighingTransaction(transaction)
            let desk = OperationsStage(weighing).desk(of: ada)
            try desk.pack(chunks)
            let node = try desk.put("one", as: "huge").node
            let version = try #require(node.content?.version)
            // The same 4,096 pieces again and again.
            try transaction.run(
                "UPDATE versions SET chunk_count = 1048576 WHERE id = $1", [.bytes(version.bytes)])
            try transaction.run("DELETE FROM manifests WHERE version = $1", [.bytes(version.bytes)])
            try transaction.run(
                """
                WITH RECURSIVE pages(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM pages WHERE i < 255)
                INSERT INTO manifests SELECT $1, $2, i * 4096, $3 FROM pages
                """,
                [
                    .bytes(node.namespace.bytes), .bytes(version.bytes),
                    .bytes(Manifest.encodeEntries(chunks[...])),
                ])
            weighing.bytes = 0
            let aligned = try desk.content([.init(file: node.id, first: 700_416)]).items[0].get()
            #expect(aligned.chunks.map(\.place.fingerprint) == chunks.map(\.fingerprint))
            let across = try desk.content([.init(file: node.id, first: 700_420)]).items[0].get()
            #expect(across.chunks.map(\.place.fingerprint) == (chunks[4...] + chunks[..<4]).map(\.fingerprint))
            let last = try desk.content([.init(file: node.id, first: 1_048_570)]).items[0].get()
            #expect(last.chunks.map(\.place.fingerprint) == chunks[4_090...].map(\.fingerprint))
            #expect(try desk.content([.init(file: node.id, first: 1_048_576)]).items[0].get().chunks.isEmpty)
            let read = weighing.bytes
            // By a byte of the file, wherever it lies.
            let whole = texts.reduce(0) { $0 + Int64($1.utf8.count) }
            for (pages, entry) in [(0, 0), (0, 4_095), (171, 0), (171, 7), (255, 4_095)] {
                let before = texts[..<entry].reduce(Int64(pages) * whole) { $0 + Int64($1.utf8.count) }
                for byte in [before, before + Int64(texts[entry].utf8.count) - 1] {
                    let page = try desk.content([.init(file: node.id, at: byte, limit: 2)]).items[0].get()
                    #expect(page.first == pages * 4_096 + entry && page.offset == before)
                    #expect(page.chunks.first?.place.fingerprint == chunks[entry].fingerprint)
                    #expect(page.chunks.count == (pages == 255 ? 1 : 2))
                }
            }
            let past = try desk.content([.init(file: node.id, at: 256 * whole)]).items[0].get()
            #expect(past.first == 1_048_576 && past.offset == 256 * whole && past.chunks.isEmpty)
            return read
        }
        #expect(read < 2 << 20, "\(read) bytes were read")
    }

    @Test func aDamagedPieceIsSaidAndAnotherCopyIsTaken() async throws {
        try await world.write(as: ada) { desk in
            let chunks = Desk.chunks("one")
            let pack = try desk.pack(chunks)
            let node = try desk.put("one", as: "f").node
            try Operations.recordDamagedPack(pack, in: desk.context)
            let answer = try desk.content([.init(file: node.id)]).items[0]
            #expect(try refusal { try answer.get() } == .packDamaged)
            let copy = try desk.pack(chunks)
            #expect(try desk.content([.init(file: node.id)]).items[0].get().chunks.map(\.pack) == [copy])
        }
    }

    @Test func chunksOfOnePackAreTakenFromItTogether() async throws {
        try await world.write(as: ada) { desk in
            let chunks = Desk.chunks("a", "b", "c", "d", "e", "f", "g", "h")
            for chunk in chunks { try desk.pack([chunk]) }
            let whole = try desk.pack(chunks)
            let upload = try desk.open("f")
            try desk.declare(upload, chunks)
            let node = try desk.commit(upload, chunks, sha256: Desk.fingerprint("abcdefgh")).node
            let answer = try desk.content([.init(file: node.id)])
            // Every chunk that can come out of a pack that is told anyway does.
            let page = try answer.items[0].get()
            #expect(page.chunks.map(\.place.fingerprint) == chunks.map(\.fingerprint))
            #expect(Set(page.chunks.map(\.pack)) == Set(answer.packs.map(\.pack)))
            #expect(answer.packs.map(\.pack) == [whole])
        }
    }

    @Test func guestsReadAsLongAsTheyMay() async throws {
        let (folder, file, grant) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            let file = try desk.put("one", as: "f", in: folder).node
            return (folder, file, try desk.share(folder, with: "bob@example.org")[0].id)
        }
        let read: @Sendable (Desk) throws -> Problem.Code? = { desk in
            let answer = try desk.content([.init(file: file.id)])
            let code = try refusal { try answer.items[0].get() }
            #expect(answer.packs.isEmpty == (code != nil))
            return code
        }
        #expect(try await world.read(as: bob, read) == nil)
        try await world.write(as: ada) { _ = try $0.trash(folder) }
        #expect(try await world.read(as: bob, read) == .notFound)
        try await world.write(as: ada) { _ = try $0.restore(folder) }
        #expect(try await world.read(as: bob, read) == nil)
        try await world.write(as: ada) { try Operations.removeShare(node: folder, grant: grant, in: $0.context) }
        #expect(try await world.read(as: bob, read) == .notFound)
    }
}

extension OperationsStage.Desk {
    fileprivate func content(_ items: [GetContent.Item]) throws -> GetContent.Response {
        try Operations.content(.init(items: items), in: context)
    }
}
