package import PannierCore
import Synchronization

/// The one loop that asks for changes. Everyone else rings its bell: push, the regular poll, commands that wait for what
/// they did to show.
package final class FeedLoop: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// Those for whom the look that is under way was begun.
        var begun: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// Of the last one that waited.
        var number = 0
        /// Why the look that is under way does not come to its end.
        var obstacle: Problem?
        var hasEnded = false
        /// Something was changed lately, or somebody watches.
        var isFresh = true

        mutating func remove(_ number: Int) -> CheckedContinuation<Void, any Error>? {
            waiting.removeValue(forKey: number) ?? begun.removeValue(forKey: number)
        }
    }

    private let bell = Bell()
    private let state = Mutex(State())

    package init() {}

    /// Look now, or again when a look is under way.
    package func look() { bell.ring() }

    /// How long it waits after the looks to come. It looks at once when it has been waiting for longer than that.
    package func set(isFresh: Bool) {
        let wasFresh = state.withLock { state in
            defer { state.isFresh = isFresh }
            return state.isFresh
        }
        if isFresh, !wasFresh { look() }
    }

    /// Somebody waits for the look that is under way.
    package var isAwaited: Bool { state.withLock { !$0.begun.isEmpty } }

    /// Returns when a look that began after this call has ended.
    /// - Throws: ``Problem``: why it failed, or why it does not come to its end; `cancelled` as soon as the task is
    ///   cancelled.
    package func refresh() async throws(Problem) {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait(number, $0) }
            } onCancel: {
                state.withLock { $0.remove(number) }?.resume(throwing: Self.cancelled)
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
            if let obstacle = state.obstacle { return obstacle }
            state.waiting[number] = continuation
            return nil
        }
        if let refusal { continuation.resume(throwing: refusal) }
        bell.ring()
    }

    /// The look that is under way waits for a server that says nothing: until it has ended, nobody waits with it.
    package func fail(_ problem: Problem) {
        let (waiting, begun) = state.withLock { state in
            state.obstacle = problem
            defer { (state.waiting, state.begun) = ([:], [:]) }
            return (state.waiting, state.begun)
        }
        for continuation in [waiting, begun].flatMap(\.values) { continuation.resume(throwing: problem) }
    }

    private static let cancelled = Problem(.cancelled, "Cancelled.")

    /// Runs until the task is cancelled.
    /// - Parameters:
    ///   - paced: is told after each look how often they come now, in milliseconds.
    ///   - pull: one look; the loop never calls it twice at a time.
    package func run(
        paced: @Sendable (Milliseconds) async -> Void = { _ in }, _ pull: @Sendable () async -> Problem?
    ) async {
        var pace = FeedPace()
        while !Task.isCancelled {
            begin()
            let problem = await pull()
            end(with: problem)
            let isFresh = state.withLock { $0.isFresh }
            let wait = pace.wait(after: problem, isFresh: isFresh, random: .random(in: 0...1))
            await paced(pace.interval)
            await bell.wait(for: wait.map { .milliseconds($0) })
        }
        state.withLock { $0.hasEnded = true }
        begin()
        end(with: .agentGone)
    }

    private func begin() {
        state.withLock { state in
            state.begun.merge(state.waiting) { $1 }
            state.waiting = [:]
        }
    }

    /// Tells those who waited for the look that has ended.
    private func end(with problem: Problem?) {
        let begun = state.withLock { state in
            state.obstacle = nil
            defer { state.begun = [:] }
            return state.begun
        }
        for continuation in begun.values {
            if let problem { continuation.resume(throwing: problem) } else { continuation.resume() }
        }
    }
}
