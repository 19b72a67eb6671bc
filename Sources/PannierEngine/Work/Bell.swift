import Synchronization

/// Wakes a loop. Holds at most one ring, however often it is rung. One waits at a time.
package final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() {
        let waiting = state.withLock { state in
            state.isRung = state.waiting == nil
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns at a ring, also one from before, or when the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard !state.isRung, !Task.isCancelled else { return false }
                    state.waiting = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
            state.withLock { $0.isRung = false }
        } onCancel: {
            ring()
        }
    }

    /// Returns at a ring or after `duration`, whichever comes first. Nil waits for a ring.
    package func wait(for duration: Duration?) async {
        guard let duration else { return await wait() }
        await withDiscardingTaskGroup { group in
            group.addTask {
                if (try? await Task.sleep(for: duration)) != nil { self.ring() }
            }
            await wait()
            group.cancelAll()
        }
    }
}
