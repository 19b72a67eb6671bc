package import PannierCore

/// The end of a pack: the sealed index, from which the pack explains itself to whoever holds its key, and the plain
/// footer that says where the index begins.
///
/// An entry is fingerprint (32) ‖ plain length (4) ‖ sealed length (4) ‖ codec (1). Offsets are not written: the chunks
/// lie back to back from the first byte on and end where the index begins, and this is checked. The number of entries
/// follows from the index's length. The seal binds version, the whole pack's length and the index's length.
package enum PackIndex {
    /// Footer: sealed index length (4) ‖ "PNR" ‖ version (1).
    package static let footerBytes = 8
    package static let entryBytes = ChunkFormat.fingerprintBytes + 4 + 4 + 1
    private static let magic = Array("PNR".utf8)

    /// Bytes after the sealed chunks.
    package static func overhead(chunks: Int) -> Int { sealedLength(chunks: chunks) + footerBytes }

    private static func sealedLength(chunks: Int) -> Int { chunks * entryBytes + ChunkFormat.sealOverhead }

    /// Where the sealed index lies in the pack.
    /// - Parameters:
    ///   - footer: the last ``footerBytes`` bytes of the pack.
    ///   - packLength: bytes of the whole object.
    /// - Throws: ``ChunkError``, before anything is read or taken into memory: an index is at most 164 KiB.
    package static func sealedIndexRange(footer: [UInt8], packLength: Int) throws(ChunkError) -> Range<Int> {
        guard footer.count >= footerBytes else { throw .truncated(.footer) }
        guard footer.count == footerBytes, Array(footer[4..<7]) == magic else {
            throw .malformed(.footer, "it is not a pack's")
        }
        guard footer[7] == ChunkFormat.version else { throw .unknownVersion(.footer, footer[7]) }
        let length = footer.withUnsafeBytes { $0.littleEndian32(at: 0) }
        try check(indexLength: length, packLength: packLength)
        let end = packLength - footerBytes
        return end - length..<end
    }

    /// The chunks of a pack, in the order in which they lie there.
    /// - Parameter sealedIndex: the bytes in ``sealedIndexRange(footer:packLength:)``.
    package static func open(
        _ sealedIndex: [UInt8], key: PackKey, packLength: Int
    ) throws(ChunkError) -> [PackedChunk] {
        try check(indexLength: sealedIndex.count, packLength: packLength)
        let associated = associated(indexLength: sealedIndex.count, packLength: packLength)
        let plain = try AESGCM.open(sealedIndex, key: key.indexKey, associated: associated, part: .index)
        return try plain.withUnsafeBufferPointer { (buffer) throws(ChunkError) in
            try entries(UnsafeRawBufferPointer(buffer), chunksEnd: packLength - footerBytes - sealedIndex.count)
        }
    }

    /// The sealed index and the footer.
    package static func seal(
        _ chunks: [PackedChunk], key: PackKey, packLength: Int, nonce: [UInt8]
    ) throws(ChunkError) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(chunks.count * entryBytes)
        for chunk in chunks {
            plain.append(chunk.fingerprint)
            plain.append(littleEndian: UInt32(chunk.length))
            plain.append(littleEndian: UInt32(chunk.sealedLength))
            plain.append(chunk.codec.rawValue)
        }
        let indexLength = sealedLength(chunks: chunks.count)
        let associated = associated(indexLength: indexLength, packLength: packLength)
        var end = try AESGCM.seal(plain, key: key.indexKey, associated: associated, nonce: nonce)
        end.append(littleEndian: UInt32(indexLength))
        end.append(contentsOf: magic)
        end.append(ChunkFormat.version)
        return end
    }

    /// version ‖ pack length ‖ sealed index length.
    package static func associated(indexLength: Int, packLength: Int) -> [UInt8] {
        var bytes = [ChunkFormat.version]
        bytes.append(littleEndian: UInt32(packLength))
        bytes.append(littleEndian: UInt32(indexLength))
        return bytes
    }

    /// Whether an index of this length can stand in a pack of that length.
    private static func check(indexLength: Int, packLength: Int) throws(ChunkError) {
        guard packLength <= Limits.packBytes else { throw .tooLarge(.value) }
        let entries = (indexLength - ChunkFormat.sealOverhead) / entryBytes
        guard indexLength == sealedLength(chunks: entries), entries > 0 else {
            throw .malformed(.footer, "no index has this length")
        }
        guard entries <= Limits.packChunks else { throw .tooLarge(.index) }
        // Every chunk takes at least one byte and its seal.
        let least = entries * (ChunkFormat.sealOverhead + 1) + indexLength + footerBytes
        guard packLength >= least else { throw .malformed(.footer, "the pack is too short for its index") }
    }

    package static func entries(_ plain: UnsafeRawBufferPointer, chunksEnd: Int) throws(ChunkError) -> [PackedChunk] {
        var chunks: [PackedChunk] = []
        chunks.reserveCapacity(plain.count / entryBytes)
        var offset = 0
        for start in stride(from: 0, to: plain.count, by: entryBytes) {
            let lengths = start + ChunkFormat.fingerprintBytes
            guard let codec = Codec(rawValue: plain[lengths + 8]) else { throw .malformed(.index, "unknown codec") }
            let chunk = PackedChunk(
                fingerprint: plain.fingerprint(at: start), length: plain.littleEndian32(at: lengths), offset: offset,
                sealedLength: plain.littleEndian32(at: lengths + 4), codec: codec)
            try ChunkSeal.check(chunk)
            offset += chunk.sealedLength
            guard offset <= chunksEnd else { throw .malformed(.index, "a chunk reaches beyond its pack") }
            chunks.append(chunk)
        }
        guard offset == chunksEnd else { throw .malformed(.index, "bytes of the pack belong to no chunk") }
        return chunks
    }
}
