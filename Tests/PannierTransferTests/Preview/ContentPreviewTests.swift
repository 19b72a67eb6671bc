import Foundation
import PannierChunks
import PannierCore
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite(.timeLimit(.minutes(5))) struct ContentPreviewTests {
    /// A file of random chunks in packs, and a service that tells of them as the real one does.
    private struct Shelf {
        let bytes: [UInt8]
        let content: Node.Content
        let node = NodeID.random()
        var objects: [String: [UInt8]] = [:]
        private var chunks: [GetContent.Chunk] = []

        init(chunks count: Int, of length: ClosedRange<Int>, seed: UInt64 = 1) throws {
            var random = SeededGenerator(seed: seed)
            var bytes: [UInt8] = []
            while chunks.count < count {
                var writer = PackWriter(capacity: 1 << 20)
                let pack = PackID.random()
                for _ in 0..<min(3, count - chunks.count) {
                    let piece = random.bytes(Int.random(in: length, using: &random))
                    try piece.withUnsafeBytes {
                        try writer.append(
                            $0, fingerprint: SHA256Digest.of(piece),
                            choice: CompressionChoice(codec: .none, level: 0, reason: ""))
                    }
                    bytes += piece
                }
                let finished = try writer.finish()
                objects["\(pack)"] = finished.bytes
                chunks += finished.chunks.map { place in
                    let key = Hexadecimal.text(of: finished.key.chunkKey(for: place.fingerprint))
                    return GetContent.Chunk(pack: pack, place: place, key: key)
                }
            }
            self.bytes = bytes
            content = Node.Content(
                version: .random(), size: Int64(bytes.count), sha256: SHA256Digest.of(bytes), modified: 1,
                isExecutable: false, mimeType: "")
        }

        func answer(_ request: GetContent.Request, _ store: String) -> Result<GetContent.Response, Problem> {
            guard let item = request.items.first, let at = item.at, let limit = item.limit, request.items.count == 1,
                item.version == content.version, item.file == node
            else { return .failure(Problem(.badRequest, "Not this way.")) }
            var (index, offset) = (0, Int64(0))
            while index < chunks.count, offset + Int64(chunks[index].place.length) <= at {
                offset += Int64(chunks[index].place.length)
                index += 1
            }
            let found = Array(chunks[index..<min(chunks.count, index + limit)])
            let page = GetContent.Page(
                content: content, chunkCount: chunks.count, first: index, offset: offset, chunks: found)
            let packs = Set(found.map(\.pack)).map {
                GetContent.PackLocation(
                    pack: $0, get: SignedRequest(url: store + "\($0)", headers: [:], expiresAt: 0))
            }
            return .success(.init(items: [.done(page)], packs: packs))
        }

        func service(_ get: @escaping @Sendable (String) -> Int? = { _ in nil }) throws -> ServiceDouble {
            var faults = ServiceDouble.Faults()
            faults.content = { _, request, store in answer(request, store) }
            faults.get = get
            return try ServiceDouble(faults, objects: objects)
        }
    }

    @Test(arguments: SeededGenerator.seeds(5)) func everyPieceIsAsItStandsInTheFile(_ seed: UInt64) async throws {
        let shelf = try Shelf(chunks: 60, of: 1...3_000, seed: seed)
        let service = try shelf.service()
        defer { withExtendedLifetime(service) {} }
        let preview = ContentPreview(service: try service.client())
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let offset = Int.random(in: 0...shelf.bytes.count, using: &random)
            let length = Int.random(in: 0...9_000, using: &random)
            let part = try await preview.part(of: shelf.node, shelf.content, offset: Int64(offset), length: length)
            #expect(part.bytes == Data(shelf.bytes[offset..<min(shelf.bytes.count, offset + length)]))
            #expect(part.version == shelf.content.version && part.size == shelf.content.size)
        }
    }

    /// What a person comes back to, and what lies beside it, costs no more questions; nothing is read that is not shown.
    @Test func scrollingAsksLittle() async throws {
        let shelf = try Shelf(chunks: 40, of: 2_000...2_000)
        let gets = Box(0)
        let service = try shelf.service { _ in
            gets.change { $0 += 1 }
            return nil
        }
        let preview = ContentPreview(service: try service.client())
        func look(_ offset: Int64, _ length: Int) async throws -> Int {
            try await preview.part(of: shelf.node, shelf.content, offset: offset, length: length).bytes.count
        }
        #expect(try await look(40_100, 1_000) == 1_000)
        #expect(service.seen.asked.count == 1 && gets.now == 1)
        for line in 0..<15 { #expect(try await look(40_100 + Int64(line) * 2_000, 100) == 100) }
        #expect(service.seen.asked.count == 1 && gets.now == 15)
        #expect(try await look(41_900, 2_200) == 2_200)
        #expect(service.seen.asked.count == 1 && gets.now == 15)
        // Behind the end there is nothing, and nobody is asked.
        #expect(try await look(80_000, 10) == 0)
        #expect(try await look(.max, .max) == 0)
        #expect(try await look(0, 0) == 0)
        #expect(service.seen.asked.count == 1 && gets.now == 15)
        #expect(try await look(79_999, .max) == 1)
        // Asked for twice at once, it comes once.
        async let one = look(10, 10)
        async let other = look(20, 10)
        #expect(try await (one, other) == (10, 10))
        #expect(gets.now == 17)
    }

    @Test func noMoreThanAPieceIsGiven() async throws {
        let shelf = try Shelf(chunks: 2, of: 200_000...200_000)
        let service = try shelf.service()
        defer { withExtendedLifetime(service) {} }
        let preview = ContentPreview(service: try service.client())
        let part = try await preview.part(of: shelf.node, shelf.content, offset: 5, length: .max)
        #expect(part.bytes == Data(shelf.bytes[5..<5 + Limits.previewBytes]))
    }

    @Test func aURLThatHasDiedIsAskedForAgain() async throws {
        let shelf = try Shelf(chunks: 1, of: 100...100)
        let tries = Box(0)
        let service = try shelf.service { _ in
            tries.change { number in
                number += 1
                return number == 1 ? 403 : nil
            }
        }
        let preview = ContentPreview(service: try service.client())
        let part = try await preview.part(of: shelf.node, shelf.content, offset: 0, length: 100)
        #expect(part.bytes == Data(shelf.bytes))
        #expect(service.seen.asked.count == 2)
    }

    /// Spoilt bytes are never shown.
    @Test func whatIsDamagedIsSaid() async throws {
        var shelf = try Shelf(chunks: 1, of: 100...100)
        for name in shelf.objects.keys { shelf.objects[name]?[50] ^= 1 }
        let service = try shelf.service()
        defer { withExtendedLifetime(service) {} }
        let preview = ContentPreview(service: try service.client())
        let error = await #expect(throws: Problem.self) {
            try await preview.part(of: shelf.node, shelf.content, offset: 0, length: 100)
        }
        #expect(error?.code == .packDamaged)
    }

    /// A server's numbers are taken for what they are: none of them stops the agent.
    @Test func pagesOfNonsenseAreNotTaken() throws {
        let shelf = try Shelf(chunks: 4, of: 100...100)
        let item = GetContent.Item(file: shelf.node, version: shelf.content.version, at: 100, limit: 2)
        let page = try #require(try shelf.answer(.init(items: [item]), "").get().items.first?.get())
        let whole = shelf.content.size
        func isTaken(first: Int = 1, count: Int = 4, offset: Int64 = 100, size: Int64? = nil) -> Bool {
            var page = page
            (page.first, page.chunkCount) = (first, count)
            var places = KnownPlaces(version: shelf.content.version)
            return places.add(page, from: offset, size: size ?? whole)
        }
        #expect(isTaken())
        for first in [Int.min, -1, 3, 4, .max - 1, .max] { #expect(!isTaken(first: first)) }
        for count in [Int.min, -1, 0, 1] { #expect(!isTaken(count: count)) }
        #expect(!isTaken(first: .max, count: .max))
        for offset in [Int64.min, -1, whole - 1, whole + 1, .max] { #expect(!isTaken(offset: offset)) }
        for size in [Int64.min, -1, 0, 299] { #expect(!isTaken(size: size)) }
        #expect(isTaken(size: .max))
    }

    @Test func onlyAFewChunksAreKept() {
        var kept = KeptChunks(limit: 100)
        let version = VersionID.random()
        func name(_ offset: Int64) -> KeptChunks.Name { .init(version: version, offset: offset) }
        for offset in 0..<4 { kept.add([UInt8](repeating: 1, count: 30), name(Int64(offset))) }
        #expect(kept.bytes == 90)
        let first = kept.chunk(name(0))
        let used = kept.chunk(name(1))
        #expect(first == nil && used != nil)
        kept.add([UInt8](repeating: 1, count: 30), name(4))
        // The one that was used last stayed.
        let (one, two) = (kept.chunk(name(1)), kept.chunk(name(2)))
        #expect(one != nil && two == nil)
        kept.add([UInt8](repeating: 1, count: 500), name(9))
        let large = kept.chunk(name(9))
        #expect(kept.bytes == 500 && large != nil)
    }
}
