import CCrypto

package enum ConstantTime {
    /// Compares secrets in a time that depends on their lengths alone.
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }
}
