import Foundation

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators): the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The seed of `PANNIER_SEED`, or a new one, printed so that a failure can be run again.
    static func fromEnvironment() -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("PANNIER_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Up to 40 pieces: plain bytes, random bytes, and scalars that do harm.
    mutating func hostileBytes() -> [UInt8] {
        let nasty: [String] = [
            "\u{1B}[2J", "\u{202E}", "\u{200D}", "\u{FE0F}", "👨‍👩‍👧", "🇩🇪", "\u{1F1E9}", "漢", "e\u{301}", "\u{301}\u{302}",
            "\n",
            "\u{9B}", "क्ष", "한", "\u{1160}", "\u{E0061}", "\\", "👍🏽", "\u{20E3}",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &self) {
            switch Int.random(in: 0..<4, using: &self) {
            case 0: bytes.append(UInt8.random(in: 0x20..<0x7F, using: &self))
            case 1: bytes.append(UInt8.random(in: 0...255, using: &self))
            case 2: bytes += nasty.randomElement(using: &self)!.utf8
            default:
                guard let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) else { continue }
                bytes += String(Character(scalar)).utf8
            }
        }
        return bytes
    }
}
