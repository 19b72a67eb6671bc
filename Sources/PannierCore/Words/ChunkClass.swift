/// How large the chunks of a file are. A file keeps its class for life, or all of it would be sent anew.
package enum ChunkClass: String, Codable, Sendable, CaseIterable {
    case standard
    /// Four times as large, for a file that began with more than ``largeFile`` bytes.
    case large

    package static let largeFile: Int64 = 64 << 30

    /// The class of a new file.
    package init(ofNew size: Int64) { self = size > Self.largeFile ? .large : .standard }
}
