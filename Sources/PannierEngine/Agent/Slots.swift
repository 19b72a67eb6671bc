import Synchronization

/// Lets so many pass; the next one waits. One waits at a time.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiting: CheckedContinuation<Bool, Never>?
        var hasEnded = false
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Returns when one is free, which is taken, or when no more are given: after ``end()``, or when the task is cancelled.
    /// - Returns: whether one was taken.
    func wait() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let mayPass = enter(continuation) { continuation.resume(returning: mayPass) }
            }
        } onCancel: {
            end()
        }
    }

    /// - Returns: nil when it waits.
    private func enter(_ continuation: CheckedContinuation<Bool, Never>) -> Bool? {
        state.withLock { state in
            if state.hasEnded { return false }
            guard state.free > 0 else {
                state.waiting = continuation
                return nil
            }
            state.free -= 1
            return true
        }
    }

    func signal() {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            if state.waiting == nil { state.free += 1 }
            return state.waiting
        }
        waiting?.resume(returning: true)
    }

    /// No more are given, also to whoever waits.
    func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: false)
    }
}
