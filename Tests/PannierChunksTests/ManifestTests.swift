import PannierCore
import SeededRandom
import Testing

import PannierChunks

@Suite struct ManifestTests {
    private static func chunks(_ count: Int) -> [ChunkReference] {
        var generator = SeededGenerator(seed: 1)
        return (0..<count).map { _ in
            ChunkReference(
                fingerprint: Fingerprint(generator.next(), generator.next(), generator.next(), generator.next()),
                length: Int.random(in: 1...16 << 20, using: &generator))
        }
    }

    @Test func golden() throws {
        let chunks = [
            ChunkReference(fingerprint: SHA256Digest.of(Vectors.firstPlain), length: 43),
            ChunkReference(fingerprint: SHA256Digest.of(Vectors.secondPlain), length: 1_000),
        ]
        #expect(Hexadecimal.text(of: Manifest.encode(chunks)) == Vectors.manifest)
        #expect(try Manifest.decode(Vectors.bytes(Vectors.manifest)) == chunks)
    }

    @Test(arguments: [0, 1, 2, 1_000]) func roundTrip(count: Int) throws {
        let chunks = Self.chunks(count)
        let blob = Manifest.encode(chunks)
        #expect(blob.count == 5 + 36 * count)
        #expect(try Manifest.count(blob) == count)
        #expect(try Manifest.decode(blob) == chunks)
    }

    @Test func pages() throws {
        let chunks = Self.chunks(10)
        let blob = Manifest.encode(chunks)
        let entries = Manifest.encodeEntries(chunks[...])
        #expect(Array(blob.dropFirst(Manifest.headerBytes)) == entries)
        #expect(Manifest.encodeEntries(chunks[4..<7]) == Array(entries[4 * 36..<7 * 36]))
        #expect(throws: ChunkError.self) { try Manifest.decodeEntries(entries.dropLast(), from: 0, limit: 1) }
        for first in [0, 3, 9, 10, 11, .max, -1] {
            for limit in [0, 1, 5, 10, 100, .max, -1] {
                let expected = first < 0 || limit < 0 ? [] : Array(chunks.dropFirst(first).prefix(limit))
                #expect(try Manifest.decode(blob, from: first, limit: limit) == expected)
                #expect(try Manifest.decodeEntries(entries, from: first, limit: limit) == expected)
            }
        }
    }

    @Test func refused() throws {
        let blob = Manifest.encode(Self.chunks(3))
        #expect(throws: ChunkError.truncated(.manifest)) { try Manifest.decode([]) }
        for count in 1..<blob.count {
            #expect(throws: ChunkError.truncated(.manifest)) { try Manifest.decode(Array(blob.prefix(count))) }
        }
        #expect(throws: ChunkError.malformed(.manifest, "bytes follow its end")) { try Manifest.decode(blob + [0]) }
        #expect(throws: ChunkError.unknownVersion(.manifest, 2)) { try Manifest.decode([2] + blob.dropFirst()) }
        // Says four thousand million entries, holds none.
        #expect(throws: ChunkError.truncated(.manifest)) { try Manifest.decode([1, 255, 255, 255, 255]) }
        for length in [0, (16 << 20) + 1, Int(UInt32.max)] {
            let lie = Manifest.encode([ChunkReference(fingerprint: SHA256Digest.of([]), length: length)])
            #expect(throws: ChunkError.self) { try Manifest.decode(lie) }
            #expect(throws: ChunkError.self) { try Manifest.decode(lie, from: 0, limit: 1) }
        }
    }

    @Test func noFileIsLargerThanTheLimit() throws {
        let largest = ChunkReference(fingerprint: SHA256Digest.of([]), length: 16 << 20)
        let full = [ChunkReference](repeating: largest, count: 1 << 16)
        #expect(try Manifest.decode(Manifest.encode(full)).count == 1 << 16)
        let over = Manifest.encode(full + [ChunkReference(fingerprint: SHA256Digest.of([]), length: 1)])
        #expect(throws: ChunkError.tooLarge(.manifest)) { try Manifest.decode(over) }
    }
}
