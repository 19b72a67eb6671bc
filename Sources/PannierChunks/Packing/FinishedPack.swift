package import PannierCore

/// A pack that is ready to be sent.
package struct FinishedPack: Sendable {
    package let key: PackKey
    /// The whole object: sealed chunks, sealed index, footer.
    package let bytes: [UInt8]
    /// Of `bytes`.
    package let sha256: Fingerprint
    /// In the order in which they lie there.
    package let chunks: [PackedChunk]

    package init(key: PackKey, bytes: [UInt8], sha256: Fingerprint, chunks: [PackedChunk]) {
        self.key = key
        self.bytes = bytes
        self.sha256 = sha256
        self.chunks = chunks
    }
}
