import SyncSimulation
import Testing

/// Whole worlds of devices, people, faults and one service. What must hold in them is told where it is checked
/// (SyncSimulation, Checks); a seed that breaks is run again by `pannier-simulation --seed N --trace`.
@Suite struct SeedTests {
    /// Some run twice: the same seed makes the same world, whatever ran before it on the same databases.
    @Test(.timeLimit(.minutes(30))) func allHolds() async {
        let first = SeedNumbers.first
        let seeds = Array(first..<first + UInt64(SeedNumbers.seeds))
        let work = SharedWork<UInt64, (run: SimulationRun, again: SimulationRun?)>(seeds)
        await SimulationThreads.run(SeedNumbers.threads) { databases in
            while let seed = work.next() {
                let run = SimulationRun.of(seed, databases)
                work.add((run, isRepeated(seed) ? SimulationRun.of(seed, SimulationDatabases()) : nil))
            }
        }
        #expect(work.results.map(\.run.seed).sorted() == seeds)
        #expect(work.results.compactMap(\.again?.seed).sorted() == seeds.filter(isRepeated))
        for (run, again) in work.results.sorted(by: { $0.run.seed < $1.run.seed }) {
            #expect(run.broken == nil, "seed \(run.seed): \(run.broken ?? "")")
            if let again { #expect(run.hash == again.hash, "seed \(run.seed) makes two worlds") }
        }
    }

    private func isRepeated(_ seed: UInt64) -> Bool { seed % SeedNumbers.repeated == 0 }
}
