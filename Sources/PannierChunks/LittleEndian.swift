package import PannierCore

// Numbers are little-endian in every format here; fingerprints are the digest's bytes as they are.

extension Array<UInt8> {
    package mutating func append(littleEndian value: UInt32) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    package mutating func append(_ fingerprint: Fingerprint) {
        let words = fingerprint.words
        let ordered = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        Swift.withUnsafeBytes(of: ordered) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The caller has checked that four bytes lie at `offset`.
    package func littleEndian32(at offset: Int) -> Int {
        Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    /// The caller has checked that 32 bytes lie at `offset`.
    package func fingerprint(at offset: Int) -> Fingerprint {
        Fingerprint(
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)))
    }

    package func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }
}
