import Foundation
import SyncSimulation

/// Each mistake from several seeds on, until it is found: how many seeds that takes.
struct ManyMistakes {
    let arguments: Arguments
    let mistakes: [Mistake]

    private struct Result {
        var mistake: Mistake
        var find: MistakeSearch.Find?
    }

    func run() -> Int32 {
        let limit = Int(arguments.last - arguments.first) + 1
        // Starts far from each other: what one has tried no other tries. Mean worlds find more.
        let searches = mistakes.flatMap { mistake in
            (0..<arguments.starts).map {
                MistakeSearch(
                    mistake, from: SimulationPlan.firstMean + arguments.first + UInt64($0) * 1_000_000, limit: limit)
            }
        }
        let work = SharedWork<MistakeSearch, Result>(searches)
        SimulationThreads.runAndWait(arguments.threads) { databases in
            while let search = work.next() {
                work.add(Result(mistake: search.mistake, find: search.run(databases)))
                let own = work.results.filter { $0.mistake == search.mistake }
                if own.count == arguments.starts { tell(search.mistake, own) }
            }
        }
        let missed = mistakes.filter { mistake in work.results.contains { $0.mistake == mistake && $0.find == nil } }
        print("\(mistakes.count - missed.count) of \(mistakes.count) found from every start within \(limit) seeds")
        return missed.isEmpty ? 0 : 1
    }

    private func tell(_ mistake: Mistake, _ results: [Result]) {
        let counts = results.map { $0.find?.count ?? .max }.sorted()
        let words = counts.map { $0 == .max ? "–" : "\($0)" }
        let said = results.compactMap(\.find).max { $0.count > $1.count }
        let line =
            "\(mistake.rawValue): median \(words[words.count / 2]) of \(words.joined(separator: " "))"
            + (said.map { "; seed \($0.run.seed): \($0.run.broken ?? "")" } ?? "") + "\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }
}
