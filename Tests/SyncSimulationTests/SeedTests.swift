import SyncSimulation
import Testing

/// Whole worlds of devices, people, faults and one service. What must hold in them is told where it is checked
/// (SyncSimulation, Checks); a seed that breaks is run again by `pannier-simulation --seed N --trace`.
@Suite struct SeedTests {
    @Test(.timeLimit(.minutes(30))) func allHolds() async {
        let first = SeedNumbers.first
        let work = SharedWork<UInt64, SimulationRun>(Array(first..<first + UInt64(SeedNumbers.seeds)))
        await SimulationThreads.run(SeedNumbers.threads) { databases in
            while let seed = work.next() { work.add(SimulationRun.of(seed, databases)) }
        }
        #expect(work.results.count == SeedNumbers.seeds)
        for run in work.results.sorted(by: { $0.seed < $1.seed }) {
            #expect(run.broken == nil, "seed \(run.seed): \(run.broken ?? "")")
        }
    }

    /// The same seed makes the same world, whatever ran before it on the same databases.
    @Test(.timeLimit(.minutes(30))) func aSeedTwiceIsTheSameTwice() async {
        let first = SeedNumbers.first
        let seeds = (first..<first + UInt64(SeedNumbers.seeds)).filter { $0 % SeedNumbers.repeated == 0 }
        let work = SharedWork<UInt64, (SimulationRun, SimulationRun)>(seeds)
        await SimulationThreads.run(SeedNumbers.threads) { databases in
            while let seed = work.next() {
                work.add((SimulationRun.of(seed, databases), SimulationRun.of(seed, SimulationDatabases())))
            }
        }
        #expect(work.results.count == seeds.count)
        for (one, other) in work.results { #expect(one.hash == other.hash, "seed \(one.seed)") }
    }
}
