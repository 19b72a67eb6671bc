package import PannierCore

/// Compresses and encrypts chunks. One owner; its contexts are reused from chunk to chunk.
package struct ChunkSealer: ~Copyable {
    private var compressor = ZstdCompressor()
    private var cipher = GCMContext(.seal)

    /// What a sealed chunk came to.
    package struct Sealed {
        package let codec: Codec
        /// Bytes of nonce, ciphertext and tag.
        package let sealedLength: Int
    }

    package init() {}

    /// Writes the sealed chunk to the start of `target`, which must have room for the plain bytes and
    /// ``ChunkFormat/sealOverhead``. Compressed and encrypted in place: no other buffer is needed.
    ///
    /// - Parameter chunkKey: from ``PackKey/chunkKey(for:)``.
    package mutating func seal(
        _ plain: UnsafeRawBufferPointer, fingerprint: Fingerprint, choice: CompressionChoice, chunkKey: [UInt8],
        into target: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) -> Sealed {
        try seal(
            plain, fingerprint: fingerprint, choice: choice, chunkKey: chunkKey,
            nonce: RandomBytes.make(AESGCM.nonceBytes), into: target)
    }

    /// The nonce is fixed in tests only.
    mutating func seal(
        _ plain: UnsafeRawBufferPointer, fingerprint: Fingerprint, choice: CompressionChoice, chunkKey: [UInt8],
        nonce: [UInt8], into target: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) -> Sealed {
        precondition(target.count >= plain.count + ChunkFormat.sealOverhead)
        var codec = Codec.none
        var source = plain
        if choice.codec == .zstd, let frame = try compress(plain, level: choice.level, into: target) {
            codec = .zstd
            source = frame
        }
        let sealedLength = source.count + ChunkFormat.sealOverhead
        try cipher.seal(
            source, key: chunkKey, nonce: nonce,
            associated: ChunkSeal.associated(codec: codec, fingerprint: fingerprint, plainLength: plain.count),
            into: UnsafeMutableRawBufferPointer(rebasing: target[..<sealedLength]))
        return Sealed(codec: codec, sealedLength: sealedLength)
    }

    /// The frame, where the ciphertext will stand; nil when compressing saves nothing.
    private mutating func compress(
        _ plain: UnsafeRawBufferPointer, level: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) -> UnsafeRawBufferPointer? {
        let start = AESGCM.nonceBytes
        let room = UnsafeMutableRawBufferPointer(rebasing: target[start..<start + plain.count - 1])
        guard let length = try compressor.compress(plain, level: level, into: room) else { return nil }
        return UnsafeRawBufferPointer(rebasing: room[..<length])
    }
}
