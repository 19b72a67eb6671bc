package import PannierCore
import Synchronization

/// The one loop that asks for changes. Everyone else rings its bell: push, the regular poll, commands that wait for what
/// they did to show.
package final class FeedLoop: Sendable {
    private struct State {
        var waiting: [CheckedContinuation<Void, any Error>] = []
        var hasEnded = false
    }

    private let bell = Bell()
    private let state = Mutex(State())

    package init() {}

    /// Look now, or again when a look is under way.
    package func look() { bell.ring() }

    /// Returns when a look that began after this call has ended.
    /// - Throws: ``Problem``: why it failed.
    package func refresh() async throws(Problem) {
        do {
            try await withCheckedThrowingContinuation { continuation in
                let isRunning = state.withLock { state in
                    if !state.hasEnded { state.waiting.append(continuation) }
                    return !state.hasEnded
                }
                if isRunning { bell.ring() } else { continuation.resume(throwing: Problem.agentGone) }
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.internalError, "\(error)", status: 0)
        }
    }

    /// Runs until the task is cancelled.
    /// - Parameter pull: one look; the loop never calls it twice at a time.
    package func run(_ pull: @Sendable () async -> Problem?) async {
        var pace = FeedPace()
        while !Task.isCancelled {
            let waiting = takeWaiting()
            let problem = await pull()
            for continuation in waiting {
                if let problem { continuation.resume(throwing: problem) } else { continuation.resume() }
            }
            let wait = pace.wait(after: problem, random: .random(in: 0...1))
            await bell.wait(for: wait.map { .milliseconds($0) })
        }
        state.withLock { $0.hasEnded = true }
        for continuation in takeWaiting() { continuation.resume(throwing: Problem.agentGone) }
    }

    private func takeWaiting() -> [CheckedContinuation<Void, any Error>] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}
