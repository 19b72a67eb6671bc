import SyncSimulation
import Testing

/// The simulation finds what it is there for: mistakes that are planted in it. Looked for in worlds of which a third are out for
/// one thing: in the others some are found only after thousands.
@Suite struct MistakeTests {
    @Test(.timeLimit(.minutes(30))) func plantedMistakesAreFound() async {
        let mistakes = Mistake.sample
        let work = SharedWork<Mistake, (mistake: Mistake, find: MistakeSearch.Find?)>(mistakes)
        await SimulationThreads.run(SeedNumbers.threads) { databases in
            while let mistake = work.next() {
                let first = SimulationPlan.firstMean + SeedNumbers.first
                let search = MistakeSearch(mistake, from: first, limit: SeedNumbers.mistakeLimit)
                work.add((mistake, search.run(databases)))
            }
        }
        #expect(work.results.count == mistakes.count)
        for (mistake, find) in work.results { #expect(find != nil, "\(mistake) was not found") }
    }
}
