import Foundation
import SyncSimulation

/// `pannier-simulation`: many seeds, and how many an hour; one, with all that happened; or planted mistakes, and how many
/// seeds it takes to find them.
@main struct SimulationProgram {
    static func main() {
        let arguments = Arguments(CommandLine.arguments.dropFirst())
        if let seed = arguments.seed { exit(show(seed, arguments)) }
        if let mistakes = arguments.mistakes { exit(ManyMistakes(arguments: arguments, mistakes: mistakes).run()) }
        exit(ManySeeds(arguments: arguments).run())
    }

    private static func show(_ seed: UInt64, _ arguments: Arguments) -> Int32 {
        let mistake = arguments.mistakes?.first
        let run = SimulationRun.of(seed, SimulationDatabases(), mistake: mistake, isRead: arguments.isRead)
        for line in run.lines { print(line) }
        let again = SimulationRun.of(seed, SimulationDatabases(), mistake: mistake)
        print("seed \(seed): \(run.broken ?? "all held"); trace \(String(run.hash, radix: 16))")
        if again.hash != run.hash { print("a second run gave another trace: \(String(again.hash, radix: 16))") }
        return run.broken == nil && again.hash == run.hash ? 0 : 1
    }
}
