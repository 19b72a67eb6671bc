import CCrypto
package import PannierCore

/// SHA-256 over bytes that come in pieces. One owner; may be handed to another thread.
package struct SHA256Digest: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest") }
        self.context = context
        restart()
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let result = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(result == 1, "a digest cannot refuse bytes")
    }

    package consuming func finish() -> Fingerprint { end() }

    /// For an owner that is being consumed itself. Nothing may be added afterwards.
    mutating func digestSoFar() -> Fingerprint { end() }

    /// The digest of `bytes` alone; what was given to ``update(_:)`` before is forgotten. Needs no memory.
    package mutating func digest(_ bytes: UnsafeRawBufferPointer) -> Fingerprint {
        restart()
        update(bytes)
        let fingerprint = end()
        restart()
        return fingerprint
    }

    package static func of(_ bytes: UnsafeRawBufferPointer) -> Fingerprint {
        var digest = SHA256Digest()
        digest.update(bytes)
        return digest.finish()
    }

    package static func of(_ bytes: [UInt8]) -> Fingerprint { bytes.withUnsafeBytes { of($0) } }

    private borrowing func restart() {
        let result = EVP_DigestInit_ex(context, Algorithms.sha256, nil)
        precondition(result == 1, "no memory for a digest")
    }

    private borrowing func end() -> Fingerprint {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let result = withUnsafeMutableBytes(of: &words) { buffer in
            EVP_DigestFinal_ex(context, buffer.bindMemory(to: UInt8.self).baseAddress, nil)
        }
        precondition(result == 1, "a digest cannot fail to end")
        return Fingerprint(words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }
}

// @unchecked: the context has no ties to a thread, its owner cannot be copied, and all that changes it is mutating or
// consuming, so the compiler already keeps two threads apart.
extension SHA256Digest: @unchecked Sendable {}
