import CCrypto

/// HMAC-SHA256 (RFC 2104).
package enum HMACSHA256 {
    /// The code of `message`, 32 bytes. Any length of key is allowed.
    package static func code(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        precondition(key.count <= Int(Int32.max), "a key of more than 2 GiB")
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let done = HMAC(
                Algorithms.sha256, key, Int32(key.count), message, message.count, buffer.baseAddress, nil)
            precondition(done != nil, "no memory for an HMAC")
            count = 32
        }
    }
}
