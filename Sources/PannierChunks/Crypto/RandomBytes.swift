import CCrypto

/// Secret random bytes, from libcrypto's generator.
package enum RandomBytes {
    package static func make(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max))
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // Going on with bytes that are not random would give secrets away.
            let result = RAND_bytes(buffer.baseAddress, Int32(count))
            precondition(result == 1, "the system gives no random bytes")
            filled = count
        }
    }
}
