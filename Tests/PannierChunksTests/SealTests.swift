import CZstd
import PannierCore
import SeededRandom
import Testing

import PannierChunks

/// A chunk of a test: what it holds, how it is sealed, and where it says it lies.
struct SealedChunk {
    var plain: [UInt8]
    var place: PackedChunk
    var bytes: [UInt8]
    let key: PackKey

    /// Seals `stored` as it is, whatever it holds, as a dishonest writer could who has the key.
    init(storing stored: [UInt8], as codec: Codec, of plain: [UInt8], length: Int? = nil, key: PackKey = .random())
        throws
    {
        let fingerprint = SHA256Digest.of(plain)
        let length = length ?? plain.count
        self.plain = plain
        self.key = key
        place = PackedChunk(
            fingerprint: fingerprint, length: length, offset: 0, sealedLength: stored.count + 28, codec: codec)
        bytes = try AESGCM.seal(
            stored, key: key.chunkKey(for: fingerprint),
            associated: ChunkSeal.associated(codec: codec, fingerprint: fingerprint, plainLength: length))
    }

    func open(_ opener: inout ChunkOpener) throws -> [UInt8] {
        try opener.open(bytes, place: place, chunkKey: key.chunkKey(for: place.fingerprint))
    }

    func open() throws -> [UInt8] {
        var opener = ChunkOpener()
        return try open(&opener)
    }
}

/// One zstd frame made by the library itself.
func frame(_ plain: [UInt8], level: Int32 = 3, contentSize: Bool = true, dictionary: [UInt8]? = nil) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, contentSize ? 1 : 0)
    if let dictionary { ZSTD_CCtx_loadDictionary(context, dictionary, dictionary.count) }
    var target = [UInt8](repeating: 0, count: ZSTD_compressBound(plain.count))
    let length = ZSTD_compress2(context, &target, target.count, plain, plain.count)
    return Array(target.prefix(length))
}

@Suite struct SealTests {
    @Test func goldenKeys() throws {
        let key = try #require(PackKey(bytes: Vectors.packKey))
        #expect(
            Hexadecimal.text(of: key.chunkKey(for: SHA256Digest.of(Vectors.firstPlain))) == Vectors.firstChunkKey)
        #expect(Hexadecimal.text(of: key.indexKey) == Vectors.indexKey)
    }

    @Test func goldenChunksOpen() throws {
        let key = try #require(PackKey(bytes: Vectors.packKey))
        var opener = ChunkOpener()
        let first = try opener.open(
            Vectors.bytes(Vectors.firstSealed), place: Vectors.firstPlace,
            chunkKey: key.chunkKey(for: Vectors.firstPlace.fingerprint))
        #expect(first == Vectors.firstPlain)
        let second = try opener.open(
            Vectors.bytes(Vectors.secondSealed), place: Vectors.secondPlace,
            chunkKey: key.chunkKey(for: Vectors.secondPlace.fingerprint))
        #expect(second == Vectors.secondPlain)
    }

    @Test func anotherKeyDoesNotOpen() throws {
        let chunk = try SealedChunk(storing: Vectors.firstPlain, as: .none, of: Vectors.firstPlain)
        var opener = ChunkOpener()
        let otherPack = PackKey.random().chunkKey(for: chunk.place.fingerprint)
        #expect(throws: ChunkError.sealBroken(.chunk)) {
            try opener.open(chunk.bytes, place: chunk.place, chunkKey: otherPack)
        }
        #expect(throws: ChunkError.invalidKey) { try opener.open(chunk.bytes, place: chunk.place, chunkKey: [1]) }
    }

    /// Two chunks of one pack, of one length, in each other's place: also when the key is the place's own.
    @Test func swappedChunksDoNotOpen() throws {
        var generator = SeededGenerator.fromEnvironment()
        let key = PackKey.random()
        let plains = [generator.bytes(500), generator.bytes(500)]
        var chunks = try plains.map { try SealedChunk(storing: $0, as: .none, of: $0, key: key) }
        #expect(try chunks.map { try $0.open() } == plains)
        (chunks[0].bytes, chunks[1].bytes) = (chunks[1].bytes, chunks[0].bytes)
        for chunk in chunks { #expect(throws: ChunkError.sealBroken(.chunk)) { try chunk.open() } }
        var opener = ChunkOpener()
        let ownKey = key.chunkKey(for: chunks[1].place.fingerprint)
        #expect(throws: ChunkError.sealBroken(.chunk)) {
            try opener.open(chunks[0].bytes, place: chunks[0].place, chunkKey: ownKey)
        }
    }

    @Test func replacedPlaceDoesNotOpen() throws {
        let plain = [UInt8](repeating: 3, count: 4_000)
        let chunk = try SealedChunk(storing: frame(plain), as: .zstd, of: plain)
        #expect(try chunk.open() == plain)
        var altered = chunk
        altered.place.length += 1
        #expect(throws: ChunkError.sealBroken(.chunk)) { try altered.open() }
        altered = chunk
        altered.place.codec = .none
        altered.place.length = altered.place.sealedLength - 28
        #expect(throws: ChunkError.sealBroken(.chunk)) { try altered.open() }
    }

    @Test func placesThatCannotBe() throws {
        let chunk = try SealedChunk(storing: Vectors.firstPlain, as: .none, of: Vectors.firstPlain)
        let lies: [(inout PackedChunk) -> Void] = [
            { $0.length = 0 }, { $0.length = -1 }, { $0.length = .min }, { $0.length = (16 << 20) + 1 },
            { $0.length = .max }, { $0.sealedLength = 0 }, { $0.sealedLength = .min }, { $0.sealedLength = .max },
            { $0.sealedLength = 28 }, { $0.sealedLength += 1 }, { $0.sealedLength -= 1 }, { $0.length += 1 },
            { $0.codec = .zstd },
        ]
        var opener = ChunkOpener()
        for (number, lie) in lies.enumerated() {
            var place = chunk.place
            lie(&place)
            #expect(throws: ChunkError.self, "lie \(number)") {
                try opener.open(chunk.bytes, place: place, chunkKey: chunk.key.chunkKey(for: place.fingerprint))
            }
        }
        #expect(opener.bufferBytes == 0)
    }

    @Test func bytesThatAreNotThere() throws {
        let chunk = try SealedChunk(storing: Vectors.firstPlain, as: .none, of: Vectors.firstPlain)
        for count in 0..<chunk.bytes.count {
            var short = chunk
            short.bytes = Array(chunk.bytes.prefix(count))
            #expect(throws: ChunkError.truncated(.chunk)) { try short.open() }
        }
        var long = chunk
        long.bytes.append(0)
        #expect(throws: ChunkError.malformed(.chunk, "bytes follow its end")) { try long.open() }
    }

    /// Whoever has a pack's key can seal anything; the frame is still looked at before it is believed.
    @Test func framesThatAreRefused() throws {
        let plain = [UInt8](repeating: 3, count: 4_000)
        let half = frame(Array(plain.prefix(2_000)))
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
        // Its header names dictionary 7: flag 1 in the descriptor, then the id.
        let named: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x61, 7, 0xA0, 0x0E, 0x03, 0x7D, 0x00, 0x03]
        var huge = frame(plain)
        huge.replaceSubrange(4..<7, with: [0xE0, 0, 0, 0, 0, 0, 1, 0, 0])
        // Run-length block of 4,000 threes as zstd 0.7 wrote it; the library still reads such frames.
        let legacy: [UInt8] = [0x27, 0xB5, 0x2F, 0xFD, 0xA0, 0xA0, 0x0F, 0, 0, 0x80, 0x0F, 0xA0, 3, 0xC0, 0, 0]
        let noFrame = "no zstd frame"
        let otherSize = "the zstd frame is not of the expected size"
        let notOne = "not exactly one zstd frame"
        let refused: [(String, [UInt8], because: String)] = [
            ("two frames", half + half, otherSize),
            ("two frames, the first of the right size", frame(plain) + half, notOne),
            ("frame and skippable", frame(plain) + skippable, notOne),
            ("skippable and frame", skippable + frame(plain), noFrame),
            ("skippable", skippable, noFrame),
            ("names a dictionary", named, "the zstd frame wants a dictionary"),
            ("no size", frame(plain, contentSize: false), otherSize),
            ("too small", frame(Array(plain.dropLast())), otherSize),
            ("too large", frame(plain + [3]), otherSize),
            ("says 256 TiB", huge, otherSize),
            ("cut off", Array(frame(plain).dropLast()), notOne),
            ("one byte more", frame(plain) + [0], notOne),
            ("one byte", [1], noFrame),
            ("three bytes of the magic", [0x28, 0xB5, 0x2F], noFrame),
            ("the magic alone", [0x28, 0xB5, 0x2F, 0xFD], otherSize),
            ("version 0.7", legacy, noFrame),
            ("reserved block", [0x28, 0xB5, 0x2F, 0xFD, 0x60, 0xA0, 0x0E, 0x07, 0, 0], notOne),
        ]
        for (name, stored, reason) in refused {
            var opener = ChunkOpener()
            let chunk = try SealedChunk(storing: stored, as: .zstd, of: plain)
            #expect(throws: ChunkError.malformed(.chunk, reason), "\(name)") { try chunk.open(&opener) }
            #expect(opener.bufferBytes <= 4_096 + 128, "\(name)")
        }
        let halfOfIt: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x60, 0xA0, 0x0E, 0x0B, 0, 0, 3]
        #expect {
            try SealedChunk(storing: halfOfIt, as: .zstd, of: plain).open()
        } throws: { error in
            "\(error)".hasPrefix("The chunk is damaged: the zstd frame does not decompress")
        }
        let nothing = try SealedChunk(storing: [], as: .zstd, of: plain)
        #expect(throws: ChunkError.truncated(.chunk)) { try nothing.open() }
    }

    /// The frame does not name its dictionary; without it other bytes come out.
    @Test func framesWithANamelessDictionary() throws {
        var generator = SeededGenerator.fromEnvironment()
        let dictionary = generator.bytes(2_000)
        let plain = Array(dictionary[500..<1_900]) + [1, 2, 3]
        let stored = frame(plain, dictionary: dictionary)
        #expect(stored.count < 500)
        let chunk = try SealedChunk(storing: stored, as: .zstd, of: plain)
        #expect(throws: ChunkError.self) { try chunk.open() }
    }

    @Test func otherContentThanNamed() throws {
        let other = [UInt8](repeating: 4, count: 4_000)
        var chunk = try SealedChunk(storing: frame(other), as: .zstd, of: [UInt8](repeating: 3, count: 4_000))
        let mismatch = ChunkError.fingerprintMismatch(
            expected: chunk.place.fingerprint, found: SHA256Digest.of(other))
        #expect(throws: mismatch) { try chunk.open() }
        chunk = try SealedChunk(storing: other, as: .none, of: [UInt8](repeating: 3, count: 4_000))
        #expect(throws: mismatch) { try chunk.open() }
    }

    @Test func theBodysErrorComesThrough() throws {
        struct Mine: Error {}
        let chunk = try SealedChunk(storing: Vectors.firstPlain, as: .none, of: Vectors.firstPlain)
        var opener = ChunkOpener()
        #expect(throws: Mine.self) {
            try chunk.bytes.withUnsafeBytes { bytes in
                try opener.open(bytes, place: chunk.place, chunkKey: chunk.key.chunkKey(for: chunk.place.fingerprint)) {
                    _ in throw Mine()
                }
            }
        }
        #expect(try chunk.open(&opener) == Vectors.firstPlain)
    }
}
