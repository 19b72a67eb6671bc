package import PannierCore
internal import Synchronization

/// Wakes those who wait for the mirror to move on. Any number may wait.
package final class MirrorNews: Sendable {
    /// What was told last.
    package struct Latest: Sendable {
        /// Grows with everything told.
        package let number: Int
        /// Why the mirror could not be brought up to date; nil when nothing is known against it.
        package let problem: Problem?

        package init(number: Int, problem: Problem?) {
            self.number = number
            self.problem = problem
        }
    }

    private struct State {
        var latest = Latest(number: 0, problem: nil)
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var waits = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var latest: Latest { state.withLock { $0.latest } }

    /// The mirror changed, or a look at the server has ended.
    package func tell(_ problem: Problem? = nil) {
        let waiting = state.withLock { state in
            state.latest = Latest(number: state.latest.number + 1, problem: problem)
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns when more was told than `number`, or when the task is cancelled.
    package func wait(after number: Int) async {
        let key = state.withLock { state in
            state.waits += 1
            return state.waits
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.latest.number <= number, !Task.isCancelled else { return false }
                    state.waiting[key] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: key) }?.resume()
        }
    }
}
