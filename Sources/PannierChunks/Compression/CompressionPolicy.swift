import PannierCore

/// Decides how a file is stored: by its MIME type, by the magic of its first bytes, then by a trial on a sample.
package enum CompressionPolicy {
    package static let level = 3
    /// Fewer bytes are not worth a trial: compressing them is one.
    private static let smallest = 4 << 10
    /// Bytes of each of the pieces that are tried: at the start, in the middle and at the end of the sample.
    private static let piece = 32 << 10
    /// Share of its bytes that a sample must lose.
    private static let worthwhile = 1.0 / 16

    /// - Parameters:
    ///   - mimeType: may be empty, and may carry parameters.
    ///   - sample: the file's beginning; a whole chunk is good, less will do.
    package static func choose(mimeType: String, sample: UnsafeRawBufferPointer) -> CompressionChoice {
        if sample.isEmpty { return stored("empty") }
        if let kind = PackedKinds.named(byMIMEType: mimeType) { return stored("\(kind) is already compressed") }
        if let kind = PackedKinds.named(byMagicOf: sample) { return stored("\(kind) is already compressed") }
        if sample.count < smallest { return compressed("small") }
        do throws(ChunkError) {
            let saved = try trial(sample)
            let percent = Int(saved * 100)
            return saved >= worthwhile
                ? compressed("a sample shrinks by \(percent)%") : stored("a sample shrinks by only \(percent)%")
        } catch {
            return stored("the trial failed: \(error)")
        }
    }

    private static func stored(_ reason: String) -> CompressionChoice {
        CompressionChoice(codec: .none, level: 0, reason: "stored as it is: \(reason)")
    }

    private static func compressed(_ reason: String) -> CompressionChoice {
        CompressionChoice(codec: .zstd, level: level, reason: "zstd \(level): \(reason)")
    }

    /// Share of the sample's bytes that zstd's fastest ordinary level saves.
    private static func trial(_ sample: UnsafeRawBufferPointer) throws(ChunkError) -> Double {
        var compressor = ZstdCompressor()
        var scratch = ScratchBuffer()
        var plain = 0
        var packed = 0
        for range in pieces(of: sample.count) {
            plain += range.count
            // What does not fit where it came from would not be stored compressed.
            let target = scratch.bytes(range.count)
            packed += try compressor.compress(sample.slice(range), level: 1, into: target) ?? range.count
        }
        return 1 - Double(packed) / Double(plain)
    }

    package static func pieces(of count: Int) -> [Range<Int>] {
        guard count > 3 * piece else {
            return stride(from: 0, to: count, by: piece).map { $0..<min($0 + piece, count) }
        }
        let middle = (count - piece) / 2
        return [0..<piece, middle..<middle + piece, count - piece..<count]
    }
}
