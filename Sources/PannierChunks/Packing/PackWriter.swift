package import PannierCore

/// Builds one pack in one buffer. One owner. What it seals it opens again and compares before it counts (DESIGN: Upload
/// re-check), so that bad memory is found before it becomes somebody's file.
package struct PackWriter: ~Copyable {
    private let key: PackKey
    private let capacity: Int
    private let rechecks: Bool
    private var bytes: [UInt8] = []
    private var chunks: [PackedChunk] = []
    private var whole = SHA256Digest()
    private var sealer = ChunkSealer()
    private var opener = ChunkOpener()

    /// - Parameters:
    ///   - key: of this pack alone.
    ///   - capacity: bytes that the pack should not exceed, index and footer included; never more than the largest
    ///     pack. The memory is taken at once.
    ///   - rechecks: off by a person's setting only.
    package init(key: PackKey = .random(), capacity: Int, rechecks: Bool = true) {
        self.key = key
        self.capacity = min(capacity, Limits.packBytes)
        self.rechecks = rechecks
        bytes.reserveCapacity(self.capacity)
    }

    /// Bytes of the pack so far, with the index and footer it would need.
    package var length: Int { bytes.count + PackIndex.overhead(chunks: chunks.count) }

    package var chunkCount: Int { chunks.count }

    /// Whether a chunk of that many plain bytes can be appended, even if it does not shrink. The first chunk of a pack
    /// always fits, though it exceed the capacity.
    package func fits(_ plainLength: Int) -> Bool {
        guard chunks.count < Limits.packChunks else { return false }
        let after = bytes.count + plainLength + ChunkFormat.sealOverhead + PackIndex.overhead(chunks: chunks.count + 1)
        return after <= capacity || chunks.isEmpty
    }

    /// Compresses (or not, when that saves nothing), seals, and opens again to compare with the fingerprint.
    /// - Throws: ``ChunkError/recheckFailed(_:)``: `plain` does not have that fingerprint, or this machine is faulty;
    ///   ``ChunkError/packFull``, ``ChunkError/tooLarge(_:)``, ``ChunkError/malformed(_:_:)`` for no bytes. The pack is
    ///   then as it was before.
    package mutating func append(
        _ plain: UnsafeRawBufferPointer, fingerprint: Fingerprint, choice: CompressionChoice
    ) throws(ChunkError) {
        try append(
            plain, fingerprint: fingerprint, choice: choice, nonce: RandomBytes.make(AESGCM.nonceBytes))
    }

    /// The nonce is fixed in tests only.
    package mutating func append(
        _ plain: UnsafeRawBufferPointer, fingerprint: Fingerprint, choice: CompressionChoice, nonce: [UInt8]
    ) throws(ChunkError) {
        guard !plain.isEmpty else { throw .malformed(.chunk, "it is empty") }
        guard plain.count <= ChunkFormat.maximumChunk else { throw .tooLarge(.chunk) }
        guard fits(plain.count) else { throw .packFull }
        let chunkKey = key.chunkKey(for: fingerprint)
        let offset = bytes.count
        let sealed = try seal(plain, fingerprint: fingerprint, choice: choice, chunkKey: chunkKey, nonce: nonce)
        let place = PackedChunk(
            fingerprint: fingerprint, length: plain.count, offset: offset, sealedLength: sealed.sealedLength,
            codec: sealed.codec)
        do throws(ChunkError) {
            try count(place, chunkKey: chunkKey)
        } catch {
            bytes.removeSubrange(offset...)
            throw error
        }
    }

    /// Appends the sealed index and the footer. The buffer goes to the result without being copied.
    /// - Throws: ``ChunkError/packEmpty``.
    package consuming func finish() throws(ChunkError) -> FinishedPack {
        try finish(nonce: RandomBytes.make(AESGCM.nonceBytes))
    }

    /// The nonce is fixed in tests only.
    package consuming func finish(nonce: [UInt8]) throws(ChunkError) -> FinishedPack {
        guard !chunks.isEmpty else { throw .packEmpty }
        let end = try PackIndex.seal(chunks, key: key, packLength: length, nonce: nonce)
        bytes.append(contentsOf: end)
        end.withUnsafeBytes { whole.update($0) }
        return FinishedPack(key: key, bytes: bytes, sha256: whole.digestSoFar(), chunks: chunks)
    }

    private mutating func seal(
        _ plain: UnsafeRawBufferPointer, fingerprint: Fingerprint, choice: CompressionChoice, chunkKey: [UInt8],
        nonce: [UInt8]
    ) throws(ChunkError) -> ChunkSealer.Sealed {
        var sealed = ChunkSealer.Sealed(codec: .none, sealedLength: 0)
        try bytes.append(addingCapacity: plain.count + ChunkFormat.sealOverhead) { (span) throws(ChunkError) in
            try span.withUnsafeMutableBufferPointer { (buffer, count) throws(ChunkError) in
                sealed = try sealer.seal(
                    plain, fingerprint: fingerprint, choice: choice, chunkKey: chunkKey, nonce: nonce,
                    into: UnsafeMutableRawBufferPointer(buffer))
                count = sealed.sealedLength
            }
        }
        return sealed
    }

    /// Re-checks the bytes at the end of the buffer, and takes them into the pack.
    private mutating func count(_ place: PackedChunk, chunkKey: [UInt8]) throws(ChunkError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(ChunkError) in
            let sealed = UnsafeRawBufferPointer(buffer).slice(place.offset..<place.offset + place.sealedLength)
            if rechecks {
                do throws(ChunkError) {
                    try opener.verify(sealed, place: place, chunkKey: chunkKey)
                } catch {
                    throw .recheckFailed(place.fingerprint)
                }
            }
            whole.update(sealed)
        }
        chunks.append(place)
    }
}
