import Synchronization

/// When the other end was heard of last, and how long its answer to a ping took.
final class LastHeard: Sendable {
    private struct State {
        var heard = ContinuousClock.now
        var asked: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    func now() { state.withLock { $0.heard = .now } }
    /// An older question stays open: its answer has taken that long.
    func asked() { state.withLock { $0.asked = $0.asked ?? .now } }

    /// Whether a ping is not answered, and nothing else has come since.
    var isWaiting: Bool {
        state.withLock { state in state.asked.map { $0 > state.heard } ?? false }
    }

    var silence: Duration { .now - state.withLock { $0.heard } }

    /// Milliseconds since the ping that this answers; nil when none is open.
    func answered() -> Int? {
        let asked = state.withLock { state in
            defer { state.asked = nil }
            return state.asked
        }
        return asked.map { Int((ContinuousClock.now - $0) / .milliseconds(1)) }
    }
}
