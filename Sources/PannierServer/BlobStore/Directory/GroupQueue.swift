import NIOPosix
import Synchronization

/// Collects jobs while one group is being worked on, and then does all that came meanwhile as the next group: what
/// costs the same for one as for many (a folder's fsync) is paid once a group.
///
/// `perform` runs on one thread of its own, one group at a time, in the order of submission.
package final class GroupQueue<Job: Sendable>: Sendable {
    private struct State {
        var waiting: [Job] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let thread: NIOThreadPool
    private let perform: @Sendable ([Job]) -> Void

    package init(perform: @escaping @Sendable ([Job]) -> Void) {
        self.perform = perform
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    package func submit(_ job: Job) {
        let mustStart = state.withLock { state in
            state.waiting.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { thread.submit { _ in self.drain() } }
    }

    private func drain() {
        while true {
            let group = state.withLock { state in
                defer { state.waiting = [] }
                state.isRunning = !state.waiting.isEmpty
                return state.waiting
            }
            if group.isEmpty { return }
            perform(group)
        }
    }

    /// Does what is waiting, then ends the thread. Nothing may be submitted any more.
    package func shutDown() async throws { try await thread.shutdownGracefully() }
}
