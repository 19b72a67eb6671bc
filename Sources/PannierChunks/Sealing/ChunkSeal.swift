package import PannierCore

/// What a sealed chunk is bound to, and the bounds of its lengths: the same for sealing and for opening.
package enum ChunkSeal {
    /// version ‖ codec ‖ fingerprint ‖ plain length: the associated data of the seal.
    package static func associated(codec: Codec, fingerprint: Fingerprint, plainLength: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + ChunkFormat.fingerprintBytes + 4)
        bytes.append(ChunkFormat.version)
        bytes.append(codec.rawValue)
        bytes.append(fingerprint)
        bytes.append(littleEndian: UInt32(plainLength))
        return bytes
    }

    /// Refuses lengths that no sealed chunk has: nothing is stored larger than it is, and zstd only where it saves.
    package static func check(_ place: PackedChunk) throws(ChunkError) {
        guard place.length > 0 else { throw .malformed(.chunk, "it is empty") }
        guard place.length <= ChunkFormat.maximumChunk else { throw .tooLarge(.chunk) }
        let stored = place.sealedLength.subtractingReportingOverflow(ChunkFormat.sealOverhead)
        guard !stored.overflow, stored.partialValue > 0 else { throw .truncated(.chunk) }
        switch place.codec {
        case .none:
            guard stored.partialValue == place.length else { throw .malformed(.chunk, "its two lengths do not agree") }
        case .zstd:
            guard stored.partialValue < place.length else { throw .malformed(.chunk, "compressed, but not smaller") }
        }
    }
}
