import PannierCore

/// Decides how a file is stored: by its MIME type, by the magic of its first bytes, then by a trial on a sample.
package enum CompressionPolicy {
    static let level = 3
    /// Fewer bytes are not worth a trial: compressing them is one.
    private static let smallest = 4 << 10
    /// Bytes of each of the pieces that are tried: at the start, in the middle and at the end of the sample.
    private static let piece = 32 << 10
    /// A sample must lose a sixteenth of its bytes.
    private static let worthwhile = 15.0 / 16

    /// - Parameters:
    ///   - mimeType: may be empty, and may carry parameters.
    ///   - sample: the file's beginning; a whole chunk is good, less will do.
    package static func choose(mimeType: String, sample: UnsafeRawBufferPointer) -> CompressionChoice {
        if sample.isEmpty { return stored("empty") }
        if let kind = PackedKinds.named(byMIMEType: mimeType) { return stored("\(kind) is already compressed") }
        if let kind = PackedKinds.named(byMagicOf: sample) { return stored("\(kind) is already compressed") }
        if sample.count < smallest { return compressed("small") }
        guard let ratio = trial(sample) else { return stored("the trial failed") }
        let percent = max(0, Int((1 - ratio) * 100))
        return ratio <= worthwhile
            ? compressed("a sample shrinks by \(percent)%") : stored("a sample shrinks by only \(percent)%")
    }

    private static func stored(_ reason: String) -> CompressionChoice {
        CompressionChoice(codec: .none, level: 0, reason: "stored as it is: \(reason)")
    }

    private static func compressed(_ reason: String) -> CompressionChoice {
        CompressionChoice(codec: .zstd, level: level, reason: "zstd \(level): \(reason)")
    }

    /// Compressed size over plain size, at zstd's fastest ordinary level.
    private static func trial(_ sample: UnsafeRawBufferPointer) -> Double? {
        var compressor = ZstdCompressor()
        var scratch = ScratchBuffer()
        let target = scratch.bytes(piece + piece / 8)
        var plain = 0
        var packed = 0
        for range in pieces(of: sample.count) {
            // A piece that does not even fit grew by an eighth: noise.
            guard let attempt = try? compressor.compress(sample.slice(range), level: 1, into: target) else {
                return nil
            }
            plain += range.count
            packed += attempt
        }
        return Double(packed) / Double(plain)
    }

    static func pieces(of count: Int) -> [Range<Int>] {
        guard count > 3 * piece else {
            return stride(from: 0, to: count, by: piece).map { $0..<min($0 + piece, count) }
        }
        let middle = (count - piece) / 2
        return [0..<piece, middle..<middle + piece, count - piece..<count]
    }
}
