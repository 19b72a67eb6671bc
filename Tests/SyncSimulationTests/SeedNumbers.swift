import Foundation

/// How much is simulated: in a plain run little, with PANNIER_FULL all. `PANNIER_SEED` says from which seed on.
enum SeedNumbers {
    static let isFull = ProcessInfo.processInfo.environment["PANNIER_FULL"] != nil
    /// As many as the machine has cores for; the other tests have the rest.
    static let threads = isFull ? max(1, ProcessInfo.processInfo.activeProcessorCount) : 1

    /// Worlds that are run once.
    static let seeds = isFull ? 4_000 : 200
    /// One in so many of them is run a second time.
    static let repeated: UInt64 = 10
    /// From each on, a mistake is looked for in so many worlds.
    static let mistakeLimit = isFull ? 10_000 : 1_000

    static let first: UInt64 = ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap(UInt64.init) ?? 0
}
