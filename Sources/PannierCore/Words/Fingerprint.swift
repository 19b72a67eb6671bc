/// The SHA-256 of some plain bytes: a chunk's identity, or a whole file's. Four words, so that hashing and comparing
/// one needs no heap.
package struct Fingerprint: Hashable, Sendable, Comparable {
    package let words: (UInt64, UInt64, UInt64, UInt64)

    package init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// Nil unless `bytes` holds exactly 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        let words = Hexadecimal.bigEndianWords(of: bytes)
        self.init(words[0], words[1], words[2], words[3])
    }

    /// The 32 bytes of the digest.
    package var bytes: [UInt8] { Hexadecimal.bigEndianBytes(of: [words.0, words.1, words.2, words.3]) }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    package static func < (left: Self, right: Self) -> Bool { left.words < right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Fingerprint: LosslessStringConvertible, Codable {
    package var description: String { Hexadecimal.text(of: [words.0, words.1, words.2, words.3]) }

    /// Nil unless `text` is 64 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard let words = Hexadecimal.words(of: text, count: 4) else { return nil }
        self.init(words[0], words[1], words[2], words[3])
    }

    package init(from decoder: any Decoder) throws {
        self = try decoder.losslessText(as: Self.self, expected: "64 lower-case hexadecimal digits")
    }

    package func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
