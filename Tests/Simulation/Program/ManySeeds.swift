import Foundation
import SyncSimulation

/// Seeds on several threads, and how many an hour.
struct ManySeeds {
    let arguments: Arguments

    func run() -> Int32 {
        let begin = Date()
        let work = SharedWork<UInt64, SimulationRun>(Array(arguments.first...arguments.last))
        let failures = arguments.failures
        SimulationThreads.runAndWait(arguments.threads) { databases in
            while let seed = work.next() {
                let run = SimulationRun.of(seed, databases)
                work.add(run)
                guard let broken = run.broken else { continue }
                FileHandle.standardOutput.write(Data("seed \(run.seed): \(broken)\n".utf8))
                if work.results.count(where: { $0.broken != nil }) >= failures { work.end() }
            }
        }
        let seconds = Date().timeIntervalSince(begin)
        let count = work.results.count
        print(
            "\(count) seeds in \(Int(seconds * 10)) tenths of a second: \(Int(Double(count) / seconds * 3_600)) an hour"
        )
        return work.results.contains { $0.broken != nil } ? 1 : 0
    }
}

extension SimulationThreads {
    static func runAndWait(_ count: Int, _ body: @escaping @Sendable (SimulationDatabases) -> Void) {
        let end = DispatchSemaphore(value: 0)
        run(count, body, ended: { end.signal() })
        end.wait()
    }
}
