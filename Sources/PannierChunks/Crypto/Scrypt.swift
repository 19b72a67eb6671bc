import CCrypto

/// The password hash scrypt (RFC 7914). Slow and large on purpose: run it on a thread of its own.
package enum Scrypt {
    /// More than this is refused: parameters come from a database, and must not take the machine's memory.
    private static let memoryBound = 512 << 20

    /// Derives 32 bytes, in about 128 · 2^`costExponent` · `blockSize` bytes of memory (32 MiB with 15 and 8).
    /// - Throws: ``ChunkError/invalidParameters(_:)``, ``ChunkError/library(_:)``.
    package static func derive(
        password: [UInt8], salt: [UInt8], costExponent: Int, blockSize: Int, parallel: Int
    ) throws(ChunkError) -> [UInt8] {
        guard (1...24).contains(costExponent), (1...64).contains(blockSize), (1...64).contains(parallel) else {
            throw .invalidParameters("scrypt with exponent \(costExponent), block \(blockSize), parallel \(parallel)")
        }
        let memory = 128 * blockSize * (1 << costExponent + parallel + 2)
        guard memory <= memoryBound else { throw .invalidParameters("scrypt would need \(memory >> 20) MiB") }
        var key = [UInt8](repeating: 0, count: ChunkFormat.keyBytes)
        let passwordText = password.map { CChar(bitPattern: $0) }
        let result = EVP_PBE_scrypt(
            passwordText, passwordText.count, salt, salt.count, 1 << UInt64(costExponent), UInt64(blockSize),
            UInt64(parallel), UInt64(memoryBound) * 2, &key, key.count)
        guard result == 1 else { throw .library("scrypt failed") }
        return key
    }
}
