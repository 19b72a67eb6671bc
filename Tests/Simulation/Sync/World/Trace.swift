import PannierCore

/// What happened in a simulation: a number, and the words of it where somebody wants to read them.
package struct Trace {
    private(set) package var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Nil: nobody reads it.
    package var lines: [String]?

    init(isRead: Bool) { lines = isRead ? [] : nil }

    /// FNV-1a, by words.
    private mutating func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01B3 }

    mutating func note(_ time: Nanoseconds, _ facts: [Int], _ words: @autoclosure () -> String) {
        add(UInt64(bitPattern: time))
        for fact in facts { add(UInt64(bitPattern: Int64(fact))) }
        guard lines != nil else { return }
        let since = (time - SimulationPlan.start) / 1_000_000
        lines?.append("\(since / 1_000).\(String(since % 1_000 + 1_000).dropFirst()) \(words())")
    }

    mutating func note(_ bytes: [UInt8]) {
        for byte in bytes { add(UInt64(byte)) }
    }
}
