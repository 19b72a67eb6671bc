/// The 256 random words that make the rolling hash of one namespace. Without the seed nobody can tell from the sizes of
/// chunks which well-known file they came from.
package enum GearTable {
    package static let seedBytes = 32

    /// gear[i] = first eight bytes, little-endian, of HMAC-SHA256(seed, "pannier gear v1" ‖ byte i).
    package static func make(seed: [UInt8]) -> [UInt64] {
        (0...UInt8.max).map { index in
            HMACSHA256.code(key: seed, ChunkFormat.gearLabel + [index]).withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
            }
        }
    }
}
