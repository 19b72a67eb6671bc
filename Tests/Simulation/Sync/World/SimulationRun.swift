import PannierCore
import SeededRandom

/// What came of one seed.
package struct SimulationRun: Sendable {
    package let seed: UInt64
    /// What happened, as a number.
    package let hash: UInt64
    /// Nil: all held.
    package let broken: String?
    /// What happened, in words, where somebody wants to read them.
    package let lines: [String]

    package static func of(
        _ seed: UInt64, _ databases: SimulationDatabases, mistake: Mistake? = nil, isRead: Bool = false
    ) -> SimulationRun {
        let identifiers = Identifiers(seed)
        return IdentifierSource.$current.withValue(IdentifierSource { identifiers.next() }) {
            do {
                let simulation = try Simulation(SimulationPlan(seed: seed, mistake: mistake), databases, isRead: isRead)
                var broken: String?
                do { try simulation.run() } catch { broken = "\(error)" }
                var lines = simulation.trace.lines ?? []
                if isRead, broken != nil { for machine in simulation.machines { lines += try machine.knowledge() } }
                return SimulationRun(seed: seed, hash: simulation.trace.hash, broken: broken, lines: lines)
            } catch {
                return SimulationRun(seed: seed, hash: 0, broken: "it could not begin: \(error)", lines: [])
            }
        }
    }

    /// Used by one thread, hence the unchecked sendability.
    private final class Identifiers: @unchecked Sendable {
        private var random: SeededGenerator

        init(_ seed: UInt64) { random = SeededGenerator(seed: seed ^ 0x1D) }

        func next() -> UInt64 { random.next() }
    }
}
