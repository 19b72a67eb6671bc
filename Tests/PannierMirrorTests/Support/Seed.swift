import Foundation

/// Random numbers that can be had again: the seed is printed with every failure and taken from PANNIER_SEED.
struct Seed: RandomNumberGenerator, CustomStringConvertible {
    let start: UInt64
    private var state: UInt64

    /// - Parameter run: tells several runs of one test apart.
    init(run: Int = 0) {
        let given = ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap { UInt64($0) }
        self.init(start: given ?? UInt64.random(in: 1...UInt64(UInt32.max)) &+ UInt64(run))
    }

    init(start: UInt64) {
        self.start = start
        state = start
    }

    var description: String { "PANNIER_SEED=\(start)" }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
