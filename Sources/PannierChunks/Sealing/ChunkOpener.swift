package import PannierCore

/// Opens sealed chunks; keeps its contexts and buffers between calls. One owner, one thread at a time. Its buffers grow
/// to the largest chunk seen, at most twice 16 MiB.
package struct ChunkOpener: ~Copyable {
    private var cipher = GCMContext(.open)
    private var decompressor = ZstdDecompressor()
    private var digest = SHA256Digest()
    private var frameBuffer = ScratchBuffer()
    private var plainBuffer = ScratchBuffer()

    package init() {}

    /// Bytes of its buffers.
    package var bufferBytes: Int { frameBuffer.capacity + plainBuffer.capacity }

    /// Decrypts, decompresses, compares the fingerprint, and only then calls `body` with the plain bytes, which are
    /// valid for that call.
    ///
    /// Strict: the lengths are `place`'s, the frame is a single one without a dictionary that says it holds exactly that
    /// many bytes; all that is checked before memory is taken for it.
    /// - Parameter chunkKey: 32 bytes, from ``PackKey/chunkKey(for:)``.
    /// - Throws: ``ChunkError``, or what `body` throws.
    package mutating func open<R>(
        _ sealed: UnsafeRawBufferPointer, place: PackedChunk, chunkKey: [UInt8],
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R {
        try body(try plain(of: sealed, place: place, chunkKey: chunkKey))
    }

    /// Opens and compares, and hands nothing out.
    package mutating func verify(
        _ sealed: UnsafeRawBufferPointer, place: PackedChunk, chunkKey: [UInt8]
    ) throws(ChunkError) {
        _ = try plain(of: sealed, place: place, chunkKey: chunkKey)
    }

    /// The result lies in a buffer of this value: valid until the next call.
    private mutating func plain(
        of sealed: UnsafeRawBufferPointer, place: PackedChunk, chunkKey: [UInt8]
    ) throws(ChunkError) -> UnsafeRawBufferPointer {
        try ChunkSeal.check(place)
        guard sealed.count >= place.sealedLength else { throw .truncated(.chunk) }
        guard sealed.count == place.sealedLength else { throw .malformed(.chunk, "bytes follow its end") }
        let plain: UnsafeMutableRawBufferPointer
        switch place.codec {
        case .none:
            plain = plainBuffer.bytes(place.length)
            try decrypt(sealed, place: place, chunkKey: chunkKey, into: plain)
        case .zstd:
            let frame = frameBuffer.bytes(place.sealedLength - ChunkFormat.sealOverhead)
            try decrypt(sealed, place: place, chunkKey: chunkKey, into: frame)
            try ZstdDecompressor.check(UnsafeRawBufferPointer(frame), plainLength: place.length)
            plain = plainBuffer.bytes(place.length)
            try decompressor.decompress(UnsafeRawBufferPointer(frame), into: plain)
        }
        let found = digest.digest(UnsafeRawBufferPointer(plain))
        guard found == place.fingerprint else {
            throw .fingerprintMismatch(expected: place.fingerprint, found: found)
        }
        return UnsafeRawBufferPointer(plain)
    }

    private mutating func decrypt(
        _ sealed: UnsafeRawBufferPointer, place: PackedChunk, chunkKey: [UInt8],
        into target: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) {
        let associated = ChunkSeal.associated(
            codec: place.codec, fingerprint: place.fingerprint, plainLength: place.length)
        try cipher.open(sealed, key: chunkKey, associated: associated, into: target, part: .chunk)
    }
}
