package import PannierCore

/// How a file's chunks are to be stored, and why. A chunk that does not shrink is stored as it is all the same.
package struct CompressionChoice: Sendable, Hashable {
    package let codec: Codec
    /// zstd's level; without meaning for other codecs.
    package let level: Int
    /// In words, for the transfer's display.
    package let reason: String

    package init(codec: Codec, level: Int, reason: String) {
        self.codec = codec
        self.level = level
        self.reason = reason
    }
}
