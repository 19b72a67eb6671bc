import PannierCore
import SeededRandom
import Testing

import PannierChunks

/// Damages bytes in the ways in which bytes get damaged, and in those in which somebody would damage them.
private struct Mutator {
    var generator: SeededGenerator
    private static let numbers: [UInt32] = [
        0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x00FF_FFFF, 0x7FFF_FFFF, 0x8000_0000, .max,
    ]

    mutating func mutate(_ bytes: [UInt8], with others: [[UInt8]]) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) { mutateOnce(&result, others) }
        return result
    }

    private mutating func mutateOnce(_ bytes: inout [UInt8], _ others: [[UInt8]]) {
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: bytes = Array(bytes.prefix(place))
        case 1: bytes += generator.bytes(Int.random(in: 1...64, using: &generator))
        case 2:
            let other = others.randomElement(using: &generator) ?? []
            bytes = Array(bytes.prefix(place)) + other.dropFirst(Int.random(in: 0...other.count, using: &generator))
        case 3 where bytes.count >= 4:
            let start = min(place, bytes.count - 4)
            let number = Self.numbers.randomElement(using: &generator) ?? 0
            withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
        case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 5 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        default: if !bytes.isEmpty { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
        }
    }
}

/// Every decoder is given 10,000 inputs that are wrong. It may refuse them, in its own words, and must do nothing else.
@Suite struct MutationTests {
    private static let rounds = 10_000

    /// Calls `decode` with altered versions of `originals`; returns how many were taken. Anything but a ``ChunkError``
    /// fails the test.
    private func mutate(
        _ name: String, _ originals: [[UInt8]], _ decode: (_ altered: [UInt8], _ original: Int) throws -> Void
    ) throws -> Int {
        var mutator = Mutator(generator: SeededGenerator.fromEnvironment(name))
        var taken = 0
        for round in 0..<Self.rounds {
            let original = round % originals.count
            let altered = mutator.mutate(originals[original], with: originals)
            guard altered != originals[original] else { continue }
            do {
                try decode(altered, original)
                taken += 1
            } catch is ChunkError {
                continue
            }
        }
        return taken
    }

    private static func plains() -> [[UInt8]] {
        var generator = SeededGenerator(seed: 5)
        return [
            logLines(700, &generator), [UInt8](repeating: 0, count: 3_000), generator.bytes(90),
            logLines(5_000, &generator),
        ]
    }

    private static func pack() throws -> FinishedPack {
        var writer = PackWriter(capacity: 100_000)
        for plain in plains() { try writer.append(plain, choice: zstdChoice) }
        return try writer.finish()
    }

    /// The largest buffers that chunks of these lengths may take: the frame's and the plain bytes', as powers of two.
    private static let bufferBound = 2 * 8_192

    @Test func sealedChunks() throws {
        let pack = try Self.pack()
        var opener = ChunkOpener()
        let taken = try mutate("sealedChunks", pack.chunks.map { Array(pack.sealed($0)) }) { altered, original in
            var place = pack.chunks[original]
            // Half of them with a place that agrees with the bytes, so that more than the length is looked at.
            if altered.count % 2 == 0 { place.sealedLength = altered.count }
            _ = try opener.open(altered, place: place, chunkKey: pack.key.chunkKey(for: place.fingerprint))
        }
        #expect(taken == 0)
        #expect(opener.bufferBytes <= Self.bufferBound)
    }

    /// Altered before they are sealed: only the frame's own checks and the fingerprint stand between.
    @Test func frames() throws {
        let plains = Self.plains().filter { frame($0).count < $0.count }
        var opener = ChunkOpener()
        let taken = try mutate("frames", plains.map { frame($0) }) { altered, original in
            guard !altered.isEmpty else { throw ChunkError.truncated(.chunk) }
            let plain = plains[original]
            #expect(try SealedChunk(storing: altered, as: .zstd, of: plain).open(&opener) == plain)
        }
        // Another frame of the same bytes is no harm, and rare.
        #expect(taken < Self.rounds / 20)
        #expect(opener.bufferBytes <= Self.bufferBound)
    }

    /// Places as a server that lies could give them.
    @Test func places() throws {
        let pack = try Self.pack()
        var generator = SeededGenerator.fromEnvironment()
        var opener = ChunkOpener()
        for round in 0..<Self.rounds {
            let original = pack.chunks[round % pack.chunks.count]
            let numbers = [original.length, original.sealedLength, 0, -1, .min, .max, 1 << 24, 1 << 32, 29, 1_000]
            var place = original
            place.length = numbers.randomElement(using: &generator) ?? 0
            place.sealedLength = numbers.randomElement(using: &generator) ?? 0
            place.codec = Bool.random(using: &generator) ? .none : .zstd
            guard place != original else { continue }
            #expect(throws: ChunkError.self) {
                try opener.open(
                    pack.sealed(original), place: place, chunkKey: pack.key.chunkKey(for: place.fingerprint))
            }
        }
        #expect(opener.bufferBytes <= Self.bufferBound)
    }

    @Test func sealedIndexes() throws {
        let packs = [try Self.pack(), try Self.pack()]
        let indexes = try packs.map { pack in
            let footer = Array(pack.bytes.suffix(PackIndex.footerBytes))
            return Array(pack.bytes[try PackIndex.sealedIndexRange(footer: footer, packLength: pack.bytes.count)])
        }
        let taken = try mutate("sealedIndexes", indexes) { altered, original in
            _ = try PackIndex.open(altered, key: packs[original].key, packLength: packs[original].bytes.count)
        }
        #expect(taken == 0)
    }

    /// Altered before they are sealed, by somebody who has the key.
    @Test func indexes() throws {
        let pack = try Self.pack()
        let footer = Array(pack.bytes.suffix(PackIndex.footerBytes))
        let range = try PackIndex.sealedIndexRange(footer: footer, packLength: pack.bytes.count)
        let associated = PackIndex.associated(indexLength: range.count, packLength: pack.bytes.count)
        let plain = try AESGCM.open(Array(pack.bytes[range]), key: pack.key.indexKey, associated: associated)
        _ = try mutate("indexes", [plain]) { altered, _ in
            let packLength = range.lowerBound + altered.count + 28 + PackIndex.footerBytes
            let sealed = try AESGCM.seal(
                altered, key: pack.key.indexKey,
                associated: PackIndex.associated(indexLength: altered.count + 28, packLength: packLength))
            let chunks = try PackIndex.open(sealed, key: pack.key, packLength: packLength)
            // Fingerprints may be anything; places may not.
            #expect(chunks.count == altered.count / 41)
            #expect(chunks.map(\.sealedLength).reduce(0, +) == range.lowerBound)
        }
    }

    @Test func footers() throws {
        let pack = try Self.pack()
        let footer = Array(pack.bytes.suffix(PackIndex.footerBytes))
        _ = try mutate("footers", [footer]) { altered, _ in
            let range = try PackIndex.sealedIndexRange(footer: altered, packLength: pack.bytes.count)
            #expect(range.lowerBound > 0 && range.upperBound == pack.bytes.count - PackIndex.footerBytes)
        }
    }

    @Test func manifests() throws {
        var generator = SeededGenerator(seed: 6)
        let blobs = [0, 1, 20].map { count in
            Manifest.encode(
                (0..<count).map { _ in
                    ChunkReference(
                        fingerprint: Fingerprint(generator.next(), 0, 0, generator.next()),
                        length: Int.random(in: 1...16 << 20, using: &generator))
                })
        }
        _ = try mutate("manifests", blobs) { altered, _ in
            let chunks = try Manifest.decode(altered)
            #expect(Manifest.encode(chunks) == altered)
            #expect(chunks.allSatisfy { (1...16 << 20).contains($0.length) })
        }
    }

    @Test func smallValues() throws {
        let key = RandomBytes.make(32)
        let sealed = try (0..<4).map { try AESGCM.seal(RandomBytes.make($0 * 10), key: key, associated: [1]) }
        let taken = try mutate("smallValues", sealed) { altered, _ in
            guard !sealed.contains(altered) else { throw ChunkError.sealBroken(.value) }
            _ = try AESGCM.open(altered, key: key, associated: [1])
        }
        #expect(taken == 0)
    }
}
