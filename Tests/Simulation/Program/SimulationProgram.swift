import Foundation
import Synchronization
import SyncSimulation

/// `pannier-simulation`: many seeds, and how many an hour; or one, with all that happened.
@main struct SimulationProgram {
    static func main() {
        let arguments = Arguments(CommandLine.arguments.dropFirst())
        if let seed = arguments.seed { exit(show(seed, arguments.isRead)) }
        exit(Many(arguments).run())
    }

    private static func show(_ seed: UInt64, _ isRead: Bool) -> Int32 {
        let run = SimulationRun.of(seed, SimulationDatabases(), isRead: isRead)
        for line in run.lines { print(line) }
        let again = SimulationRun.of(seed, SimulationDatabases())
        print("seed \(seed): \(run.broken ?? "all held"); trace \(String(run.hash, radix: 16))")
        if again.hash != run.hash { print("a second run gave another trace: \(String(again.hash, radix: 16))") }
        return run.broken == nil && again.hash == run.hash ? 0 : 1
    }
}

struct Arguments {
    var seed: UInt64?
    var isRead = false
    var first: UInt64 = 0
    var last: UInt64 = 999
    var threads = 2
    /// Failures after which no more seeds are begun.
    var failures = 1

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        func number(_ text: String?) -> UInt64 {
            guard let number = text.flatMap({ UInt64($0) }) else {
                print("usage: pannier-simulation [--seed N [--trace]] [--seeds A..B] [--threads N] [--failures N]")
                exit(64)
            }
            return number
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--seed": seed = number(rest.popFirst())
            case "--trace": isRead = true
            case "--seeds":
                let parts = (rest.popFirst() ?? "").components(separatedBy: "..")
                (first, last) = (number(parts.first), number(parts.last))
            case "--threads": threads = Int(number(rest.popFirst()))
            case "--failures": failures = Int(number(rest.popFirst()))
            default: _ = number(nil)
            }
        }
    }
}

/// Seeds on several threads.
final class Many: Sendable {
    private struct State {
        var next: UInt64
        var done = 0
        var broken: [SimulationRun] = []
    }

    private let arguments: Arguments
    private let state: Mutex<State>

    init(_ arguments: Arguments) {
        self.arguments = arguments
        state = Mutex(State(next: arguments.first))
    }

    func run() -> Int32 {
        let begin = Date()
        let group = DispatchGroup()
        for _ in 0..<arguments.threads {
            let thread = Thread {
                self.work()
                group.leave()
            }
            thread.stackSize = 16 << 20
            group.enter()
            thread.start()
        }
        group.wait()
        let (done, broken) = state.withLock { ($0.done, $0.broken) }
        let seconds = Date().timeIntervalSince(begin)
        print(
            "\(done) seeds in \(Int(seconds * 10)) tenths of a second: \(Int(Double(done) / seconds * 3_600)) an hour")
        return broken.isEmpty ? 0 : 1
    }

    private func work() {
        let databases = SimulationDatabases()
        while let seed = take() {
            let run = SimulationRun.of(seed, databases)
            state.withLock { state in
                state.done += 1
                guard let broken = run.broken else { return }
                state.broken.append(run)
                FileHandle.standardOutput.write(Data("seed \(run.seed): \(broken)\n".utf8))
            }
        }
    }

    private func take() -> UInt64? {
        state.withLock { state in
            guard state.next <= arguments.last, state.broken.count < arguments.failures else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
