import PannierCore
import SeededRandom
import Testing

import PannierChunks

@Suite struct PackTests {
    @Test func everyChunkComesBack() throws {
        var generator = SeededGenerator.fromEnvironment()
        let plains = [
            [7], logLines(300_000, &generator), generator.bytes(100_000), [UInt8](repeating: 0, count: 2 << 20),
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
            #expect(try opener.open(pack.sealed(chunk), place: chunk, chunkKey: key) == plains[number / 2])
        }
    }

    @Test func goldenPackIsWritten() throws {
        let key = try #require(PackKey(bytes: Vectors.packKey))
        var writer = PackWriter(key: key, capacity: 1_000)
        try Vectors.firstPlain.withUnsafeBytes { bytes in
            try writer.append(
                bytes, fingerprint: SHA256Digest.of(bytes), choice: plainChoice, nonce: Vectors.nonce(0))
        }
        let pack = try writer.finish(nonce: Vectors.nonce(2))
        #expect(Hexadecimal.text(of: pack.bytes) == Vectors.firstSealed + Vectors.firstEnd)
        #expect(pack.chunks == [Vectors.firstPlace])
    }

    @Test func goldenPackIsRead() throws {
        let key = try #require(PackKey(bytes: Vectors.packKey))
        let bytes = Vectors.bytes(Vectors.firstSealed + Vectors.secondSealed + Vectors.bothEnd)
        let sha256 = SHA256Digest.of(bytes)
        #expect(sha256.description == Vectors.bothSHA256)
        let pack = FinishedPack(key: key, bytes: bytes, sha256: sha256, chunks: [])
        #expect(try pack.index() == [Vectors.firstPlace, Vectors.secondPlace])
    }

    @Test func fitsTellsTheTruth() throws {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<50 {
            let capacity = Int.random(in: 200...20_000, using: &generator)
            var writer = PackWriter(capacity: capacity)
            while true {
                let plain = generator.bytes(Int.random(in: 1...3_000, using: &generator))
                guard writer.fits(plain.count) else {
                    #expect(throws: ChunkError.packFull) { try writer.append(plain, choice: zstdChoice) }
                    break
                }
                try writer.append(plain, choice: zstdChoice)
            }
            let count = writer.chunkCount
            let pack = try writer.finish()
            #expect(pack.bytes.count <= capacity || count == 1)
            #expect(try pack.index().count == count)
        }
    }

    /// To the byte.
    @Test func fitsExactly() throws {
        let needed = 500 + 28 + 28 + 41 + 8
        for (capacity, room) in [(2 * needed - 36, true), (2 * needed - 37, false)] {
            var writer = PackWriter(capacity: capacity)
            try writer.append([UInt8](repeating: 1, count: 500), choice: plainChoice)
            #expect(writer.length == needed)
            let fits = writer.fits(500)
            #expect(fits == room)
        }
    }

    @Test func aPackHoldsSoManyChunksAndNoMore() throws {
        var writer = PackWriter(capacity: 8 << 20, rechecks: false)
        for number in 0..<Limits.packChunks {
            guard writer.fits(2) else { Issue.record("full after \(number)"); break }
            try writer.append([UInt8(number & 255), UInt8(number >> 8)], choice: plainChoice)
        }
        let fitsMore = writer.fits(2)
        #expect(!fitsMore)
        #expect(throws: ChunkError.packFull) { try writer.append([1], choice: plainChoice) }
        let pack = try writer.finish()
        #expect(try pack.index() == pack.chunks)
    }

    @Test func whatIsNoChunk() throws {
        var writer = PackWriter(capacity: 1_000)
        #expect(throws: ChunkError.malformed(.chunk, "it is empty")) { try writer.append([], choice: plainChoice) }
        #expect(throws: ChunkError.tooLarge(.chunk)) {
            try writer.append([UInt8](repeating: 0, count: (16 << 20) + 1), choice: plainChoice)
        }
        #expect(throws: ChunkError.packEmpty) { try PackWriter(capacity: 1_000).finish() }
    }

    /// What memory that loses a bit looks like from here: bytes that are not those of the fingerprint.
    @Test func changedBytesAreFoundBeforeTheyCount() throws {
        let good = [UInt8](repeating: 1, count: 5_000)
        var bad = good
        bad[4_999] ^= 1
        var writer = PackWriter(capacity: 100_000)
        try writer.append([9], choice: plainChoice)
        let length = writer.length
        for choice in [plainChoice, zstdChoice] {
            #expect(throws: ChunkError.recheckFailed(SHA256Digest.of(good))) {
                try bad.withUnsafeBytes { bytes in
                    try writer.append(bytes, fingerprint: SHA256Digest.of(good), choice: choice)
                }
            }
            #expect(writer.length == length)
        }
        try writer.append(good, choice: zstdChoice)
        let pack = try writer.finish()
        #expect(pack.sha256 == SHA256Digest.of(pack.bytes))
        #expect(try pack.index().map(\.length) == [1, 5_000])
    }
}

@Suite struct PackIndexTests {
    private static func pack() throws -> FinishedPack {
        var writer = PackWriter(capacity: 100_000)
        for number in 1...5 {
            try writer.append([UInt8](repeating: UInt8(number), count: number * 100), choice: zstdChoice)
        }
        return try writer.finish()
    }

    @Test func aShorterOrLongerPackDoesNotOpen() throws {
        let pack = try Self.pack()
        let footer = Array(pack.bytes.suffix(PackIndex.footerBytes))
        let range = try PackIndex.sealedIndexRange(footer: footer, packLength: pack.bytes.count)
        for change in [-1, 1] {
            #expect(throws: ChunkError.sealBroken(.index)) {
                try PackIndex.open(Array(pack.bytes[range]), key: pack.key, packLength: pack.bytes.count + change)
            }
        }
        #expect(throws: ChunkError.sealBroken(.index)) {
            try PackIndex.open(Array(pack.bytes[range]), key: .random(), packLength: pack.bytes.count)
        }
    }

    @Test func footersThatAreRefused() throws {
        func footer(_ length: UInt32, _ text: String = "PNR", version: UInt8 = 1) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(littleEndian: length)
            return bytes + Array(text.utf8) + [version]
        }
        func range(_ footer: [UInt8], _ packLength: Int) throws -> Range<Int> {
            try PackIndex.sealedIndexRange(footer: footer, packLength: packLength)
        }
        #expect(try range(footer(69), 200) == 123..<192)
        #expect(throws: ChunkError.truncated(.footer)) { try range([1, 2, 3], 200) }
        #expect(throws: ChunkError.malformed(.footer, "it is not a pack's")) { try range(footer(69) + [0], 200) }
        #expect(throws: ChunkError.malformed(.footer, "it is not a pack's")) { try range(footer(69, "PNQ"), 200) }
        #expect(throws: ChunkError.unknownVersion(.footer, 2)) { try range(footer(69, version: 2), 200) }
        for length in [0, 28, 68, 70, UInt32.max] as [UInt32] {
            #expect(throws: ChunkError.self) { try range(footer(length), 64 << 20) }
        }
        let most = UInt32(28 + 41 * Limits.packChunks)
        #expect(try range(footer(most), 64 << 20).count == Int(most))
        #expect(throws: ChunkError.tooLarge(.index)) { try range(footer(most + 41), 64 << 20) }
        #expect(throws: ChunkError.tooLarge(.value)) { try range(footer(69), (64 << 20) + 1) }
        #expect(throws: ChunkError.self) { try range(footer(69), 105) }
        #expect(try range(footer(69), 106) == 29..<98)
        #expect(throws: ChunkError.self) { try range(footer(69), -1) }
    }

    /// Whoever has a pack's key can seal any index; it is still looked at before it is believed.
    @Test func indexesThatAreRefused() throws {
        let key = PackKey.random()
        let good = PackedChunk(
            fingerprint: SHA256Digest.of([1]), length: 100, offset: 0, sealedLength: 128, codec: .none)
        func open(_ chunks: [PackedChunk], chunkBytes: Int, codec: UInt8? = nil) throws -> [PackedChunk] {
            let packLength = chunkBytes + PackIndex.overhead(chunks: chunks.count)
            let end = try PackIndex.seal(chunks, key: key, packLength: packLength, nonce: Vectors.nonce(0))
            return try PackIndex.open(Array(end.dropLast(8)), key: key, packLength: packLength)
        }
        var second = good
        second.offset = 128
        #expect(try open([good, good], chunkBytes: 256) == [good, second])
        #expect(throws: ChunkError.malformed(.index, "a chunk reaches beyond its pack")) {
            try open([good, good], chunkBytes: 255)
        }
        #expect(throws: ChunkError.malformed(.index, "bytes of the pack belong to no chunk")) {
            try open([good, good], chunkBytes: 257)
        }
        let lies: [(inout PackedChunk) -> Void] = [
            { $0.length = 0 }, { $0.length = 101 }, { $0.sealedLength = 0 }, { $0.codec = .zstd },
            { $0.length = Int(UInt32.max) }, { $0.sealedLength = Int(UInt32.max) },
        ]
        for lie in lies {
            var chunk = good
            lie(&chunk)
            #expect(throws: ChunkError.self) { try open([good, chunk], chunkBytes: 256) }
        }
    }

    @Test func unknownCodec() {
        let entry = [UInt8](repeating: 1, count: 32) + [100, 0, 0, 0, 128, 0, 0, 0, 9]
        #expect(throws: ChunkError.malformed(.index, "unknown codec")) {
            try entry.withUnsafeBytes { try PackIndex.entries($0, chunksEnd: 128) }
        }
    }
}
