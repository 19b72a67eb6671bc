import SyncSimulation
import Testing

/// Seeds that have found something once find nothing any more.
@Suite struct CorpusTests {
    @Test(.timeLimit(.minutes(30))) func whatWasMendedStaysMended() async {
        let work = SharedWork<CorpusSeed, (found: String, run: SimulationRun)>(CorpusSeed.all)
        await SimulationThreads.run(SeedNumbers.threads) { databases in
            while let entry = work.next() {
                work.add((entry.found, SimulationRun.of(entry.seed, databases)))
            }
        }
        #expect(work.results.count == CorpusSeed.all.count)
        for (found, run) in work.results {
            #expect(run.broken == nil, "seed \(run.seed), which once found that \(found): \(run.broken ?? "")")
        }
    }
}
