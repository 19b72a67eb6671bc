package import PannierCore

/// Whether and when to try again: the one place that decides it. A value, so that it is tested without waiting.
package struct RetryPolicy: Sendable, Hashable {
    package enum Decision: Sendable, Hashable {
        case giveUp
        case tryAgain(in: Milliseconds)
    }

    /// Milliseconds before the second try; doubled for every later one up to `longest`.
    package let first: Milliseconds
    package let longest: Milliseconds
    /// Tries in all; nil tries for as long as the problem may pass.
    package let attempts: Int?
    /// Tries that may end in a fault of the service (`internalError`): it may be this very request that it cannot bear.
    package let faults: Int

    package init(first: Milliseconds, longest: Milliseconds, attempts: Int?, faults: Int = Self.wholeFaults) {
        self.first = first
        self.longest = longest
        self.attempts = attempts
        self.faults = faults
    }

    package static let wholeFaults = 5
    /// For parts of a request that was tried as a whole before.
    static let partFaults = 2

    /// The same, with another number of faults.
    func bearing(_ faults: Int) -> RetryPolicy {
        RetryPolicy(first: first, longest: longest, attempts: attempts, faults: faults)
    }

    /// Somebody is waiting: a hiccup is bridged, a server that is gone is said at once.
    package static let interactive = RetryPolicy(first: 150, longest: 1_000, attempts: 3)
    /// Work on the disk's queue: it waits for as long as it takes.
    package static let transfer = RetryPolicy(first: 500, longest: 20_000, attempts: nil)

    /// - Parameters:
    ///   - attempt: tries made so far, from 1.
    ///   - faults: those of them that ended in `internalError`.
    ///   - random: 0 to 1; spreads the tries of many clients over the second half of the delay.
    package func decide(after problem: Problem, attempt: Int, faults: Int = 0, random: Double) -> Decision {
        guard problem.isTransient, faults < self.faults else { return .giveUp }
        if let attempts, attempt >= attempts { return .giveUp }
        let doubled = first << Milliseconds(min(max(attempt - 1, 0), 20))
        let delay = Milliseconds(Double(min(doubled, longest)) * (0.5 + random / 2))
        return .tryAgain(in: max(delay, problem.retryDelay))
    }

    /// Runs `body` until it succeeds or the policy gives up.
    /// - Parameters:
    ///   - waiting: is told of every wait before it begins.
    ///   - body: is given the number of the try, from 1.
    /// - Throws: the last problem; `cancelled` when the task is cancelled during a wait.
    package func run<Value: Sendable>(
        waiting: (Problem, Milliseconds) -> Void = { _, _ in },
        _ body: (Int) async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        var attempt = 1
        var faults = 0
        while true {
            do throws(Problem) {
                return try await body(attempt)
            } catch {
                if error.code == .internalError { faults += 1 }
                switch decide(after: error, attempt: attempt, faults: faults, random: .random(in: 0...1)) {
                case .giveUp: throw error
                case .tryAgain(let delay):
                    waiting(error, delay)
                    guard (try? await Task.sleep(for: .milliseconds(delay))) != nil else {
                        throw Problem(.cancelled, "Cancelled.")
                    }
                    attempt += 1
                }
            }
        }
    }
}
