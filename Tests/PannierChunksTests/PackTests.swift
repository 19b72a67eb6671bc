import PannierCore
import Testing

@testable import PannierChunks

@Suite struct PackTests {
    @Test func everyChunkComesBack() throws {
        var generator = SeededGenerator(seed: testSeed("everyChunkComesBack"))
        let plains = [
            [7], logLines(300_000, &generator), generator.bytes(100_000), [UInt8](repeating: 0, count: 4 << 20),
        ]
        var writer = PackWriter(capacity: 8 << 20)
        for plain in plains {
            try writer.append(plain, choice: zstdChoice)
            try writer.append(plain, choice: plainChoice)
        }
        #expect(writer.chunkCount == 8)
        let length = writer.length
        let pack = try writer.finish()
        #expect(pack.bytes.count == length)
        #expect(pack.sha256 == SHA256Digest.of(pack.bytes))
        #expect(try pack.index() == pack.chunks)
        #expect(pack.chunks.map(\.codec) == [.none, .none, .zstd, .none, .none, .none, .zstd, .none])
        var opener = ChunkOpener()
        for (number, chunk) in pack.chunks.enumerated() {
            let key = pack.key.chunkKey(for: chunk.fingerprint)
            let plain = try opener.open(pack.sealed(chunk), place: chunk, chunkKey: key)
            #expect(plain == plains[number / 2])
        }
    }
}
