import Foundation

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }
}

/// Seeds of a property test: `PANNIER_SEED` names the only one to run, `PANNIER_SEEDS` how many.
enum Seeds {
    static func some(_ count: Int) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["PANNIER_SEED"].flatMap(UInt64.init) { return [seed] }
        return Array(0..<(environment["PANNIER_SEEDS"].flatMap(UInt64.init) ?? UInt64(count)))
    }
}
