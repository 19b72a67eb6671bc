import SyncSimulation
import Testing

/// The simulation finds what it is there for: mistakes that are planted in it.
@Suite struct MistakeTests {
    @Test(.timeLimit(.minutes(30))) func plantedMistakesAreFound() async {
        let mistakes = Mistake.sample
        let work = SharedWork<Mistake, (mistake: Mistake, find: MistakeSearch.Find?)>(mistakes)
        await SimulationThreads.run(SeedNumbers.threads) { databases in
            while let mistake = work.next() {
                let search = MistakeSearch(mistake, from: SeedNumbers.first, limit: SeedNumbers.mistakeLimit)
                work.add((mistake, search.run(databases)))
            }
        }
        #expect(work.results.count == mistakes.count)
        for (mistake, find) in work.results { #expect(find != nil, "\(mistake) was not found") }
    }
}
