import Synchronization

/// Work that goes to its end in a task of its own, however long that takes: a disk that does not answer may keep it for ever.
/// Whoever waits for it may go on without it. With a limit, one waits at a time.
final class LastingWork<Value: Sendable>: Sendable {
    private final class Outcome: Sendable {
        let value = Mutex<Value?>(nil)
        let over = Bell()
    }

    private let outcome: Outcome
    private let task: Task<Value, Never>

    init(_ body: @escaping @Sendable () async -> Value) {
        let outcome = Outcome()
        self.outcome = outcome
        task = Task {
            let value = await body()
            outcome.value.withLock { $0 = value }
            outcome.over.ring()
            return value
        }
    }

    var value: Value { get async { await task.value } }

    /// - Returns: nil: it has not come to its end within that time, or whoever waited was cancelled. It goes on.
    func value(within duration: Duration) async -> Value? {
        if let value = outcome.value.withLock({ $0 }) { return value }
        await outcome.over.wait(for: duration)
        return outcome.value.withLock { $0 }
    }
}
