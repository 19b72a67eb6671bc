import Foundation

/// Random numbers that can be had again: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators) gives the same numbers for the same seed on every machine.
package struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The seed of `PANNIER_SEED`, else a new one; printed, so that a failure can be run again.
    package static func fromEnvironment(_ test: String = #function) -> SeededGenerator {
        let generator = SeededGenerator(seed: given ?? UInt64.random(in: 0...UInt64.max))
        print("\(test): \(generator)")
        return generator
    }

    /// Seeds of a property test, printed by the test as its arguments: `PANNIER_SEED` alone, else `count` new ones.
    package static func seeds(_ count: Int) -> [UInt64] {
        given.map { [$0] } ?? (0..<count).map { _ in UInt64.random(in: 0...UInt64.max) }
    }

    private static var given: UInt64? { ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap(UInt64.init) }

    package var description: String { "PANNIER_SEED=\(seed)" }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    package mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    package mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }

    /// Bytes that no compression makes smaller.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for start in stride(from: 0, to: count, by: 8) {
                withUnsafeBytes(of: next().littleEndian) { word in
                    for (offset, byte) in word.prefix(count - start).enumerated() { buffer[start + offset] = byte }
                }
            }
            initialized = count
        }
    }

    /// Up to 40 pieces: plain bytes, random bytes, and scalars that do harm.
    package mutating func hostileBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<number(below: 41) {
            switch number(below: 4) {
            case 0: bytes.append(UInt8.random(in: 0x20..<0x7F, using: &self))
            case 1: bytes.append(UInt8.random(in: 0...255, using: &self))
            case 2: bytes += Self.nasty[number(below: Self.nasty.count)].utf8
            default:
                guard let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) else { continue }
                bytes += String(Character(scalar)).utf8
            }
        }
        return bytes
    }

    private static let nasty = [
        "\u{1B}[2J", "\u{202E}", "\u{200D}", "\u{FE0F}", "👨‍👩‍👧", "🇩🇪", "\u{1F1E9}", "漢", "e\u{301}", "\u{301}\u{302}", "\n",
        "\u{9B}", "क्ष", "한", "\u{1160}", "\u{E0061}", "\\", "👍🏽", "\u{20E3}",
    ]
}
