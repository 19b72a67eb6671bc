/// Looks for a planted mistake: seed after seed, until one of them finds it.
package struct MistakeSearch: Sendable {
    package let mistake: Mistake
    /// The first one.
    package let start: UInt64
    /// Seeds after which it gives up.
    package let limit: Int

    package struct Find: Sendable {
        /// How many seeds there were until then, the last of them among it.
        package let count: Int
        /// What was said.
        package let run: SimulationRun
    }

    package init(_ mistake: Mistake, from start: UInt64, limit: Int) {
        self.mistake = mistake
        self.start = start
        self.limit = limit
    }

    /// A seed that breaks without the mistake finds nothing.
    /// - Returns: nil: none of them has found it.
    package func run(_ databases: SimulationDatabases) -> Find? {
        for count in 1...limit {
            let seed = start + UInt64(count - 1)
            let run = SimulationRun.of(seed, databases, mistake: mistake)
            guard run.broken != nil, SimulationRun.of(seed, databases).broken == nil else { continue }
            return Find(count: count, run: run)
        }
        return nil
    }
}
