package import PannierCore
import Synchronization

/// The one loop that asks for changes. Everyone else rings its bell: push, the regular poll, commands that wait for what
/// they did to show.
package final class FeedLoop: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// Of the last one that waited.
        var number = 0
        var hasEnded = false
    }

    private let bell = Bell()
    private let state = Mutex(State())

    package init() {}

    /// Look now, or again when a look is under way.
    package func look() { bell.ring() }

    /// Returns when a look that began after this call has ended.
    /// - Throws: ``Problem``: why it failed; `cancelled` as soon as the task is cancelled.
    package func refresh() async throws(Problem) {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait(number, $0) }
            } onCancel: {
                state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(throwing: Self.cancelled)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.internalError, "\(error)", status: 0)
        }
    }

    private func wait(_ number: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        let refusal = state.withLock { state -> Problem? in
            // A cancellation from before it waits has found nobody to tell.
            if Task.isCancelled { return Self.cancelled }
            if state.hasEnded { return .agentGone }
            state.waiting[number] = continuation
            return nil
        }
        if let refusal { continuation.resume(throwing: refusal) } else { bell.ring() }
    }

    private static let cancelled = Problem(.cancelled, "Cancelled.")

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
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
    }
}
