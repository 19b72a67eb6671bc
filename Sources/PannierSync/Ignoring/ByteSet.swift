/// Some of the 256 bytes.
struct ByteSet: Hashable, Sendable {
    private var bits = SIMD4<UInt64>(repeating: 0)

    func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    mutating func insert(_ byte: UInt8) { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    mutating func insert(_ bytes: ClosedRange<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    mutating func insert(_ others: ByteSet) { bits |= others.bits }

    mutating func remove(_ byte: UInt8) { bits[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63)) }

    /// All others.
    var inverted: ByteSet {
        var other = self
        other.bits = ~bits
        return other
    }
}

extension ByteSet {
    /// A class between `[:` and `:]`, of ASCII alone, as git has them: its `space` knows neither vertical tab nor form
    /// feed.
    /// - Returns: nil when there is no such class.
    init?(named name: ArraySlice<UInt8>) {
        guard let ranges = Self.classes[String(decoding: name, as: UTF8.self)] else { return nil }
        for range in ranges { insert(range) }
    }

    private static let digits: ClosedRange<UInt8> = 0x30...0x39
    private static let uppers: ClosedRange<UInt8> = 0x41...0x5A
    private static let lowers: ClosedRange<UInt8> = 0x61...0x7A

    private static let classes: [String: [ClosedRange<UInt8>]] = [
        "alnum": [digits, uppers, lowers], "alpha": [uppers, lowers], "blank": [0x20...0x20, 0x09...0x09],
        "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": [digits], "graph": [0x21...0x7E], "lower": [lowers],
        "print": [0x20...0x7E], "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
        "space": [0x09...0x0A, 0x0D...0x0D, 0x20...0x20], "upper": [uppers],
        "xdigit": [digits, 0x41...0x46, 0x61...0x66],
    ]
}
