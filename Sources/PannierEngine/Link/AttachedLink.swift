package import PannierCore
import Synchronization

/// A link that outlives its agent: when that dies, another is started, and what was subscribed to goes on. Ends for good
/// only when the agent says that it stops, or when none can be started.
package final class AttachedLink: EngineLink {
    private struct State {
        var link: SocketLink?
        var isSubscribed = false
        var hasStopped = false
        var failure: Problem?
    }

    private let starter: AgentStarter
    private let news: @Sendable (LinkNews) -> Void
    private let state = Mutex(State())
    private let turn = AsyncTurn()

    /// - Parameter news: is told how things stand every few seconds while somebody waits for an answer.
    package init(_ starter: AgentStarter, news: @escaping @Sendable (LinkNews) -> Void = { _ in }) {
        self.starter = starter
        self.news = news
    }

    /// Why the events ended; nil while they go on, and when the agent was stopped on purpose.
    package var failure: Problem? { state.withLock { $0.failure } }

    /// Sends a command. When the agent dies before it answers, the command goes to the next one if it may be repeated.
    package func send(_ command: EngineCommand) async throws -> EngineReply {
        if case .subscribe = command { state.withLock { $0.isSubscribed = true } }
        for _ in 1..<Self.attempts {
            let link = try await connected()
            do {
                return try await link.send(command)
            } catch let problem as Problem where problem == .agentGone && command.mayBeRepeated {
                forget(link)
            } catch {
                if link.hasEnded { forget(link) }
                throw error
            }
        }
        return try await connected().send(command)
    }

    package var events: AsyncStream<EngineEvent> { AsyncStream { await self.nextEvent() } }

    private func nextEvent() async -> EngineEvent? {
        while !Task.isCancelled {
            if state.withLock({ $0.hasStopped }) { return nil }
            let link: SocketLink
            do throws(Problem) {
                link = try await connected()
            } catch {
                state.withLock { $0.failure = error }
                return nil
            }
            if let event = await link.nextEvent() {
                if case .stopping = event { state.withLock { $0.hasStopped = true } }
                return event
            }
            // Whoever listened has had enough; the link is as good as before.
            if Task.isCancelled { return nil }
            if let silence = link.silence {
                state.withLock { $0.failure = silence }
                return nil
            }
            forget(link)
        }
        return nil
    }

    /// Agents that are started in a row before it is given up: one that dies while it is greeted is no reason to end.
    private static let attempts = 5

    /// The living link, or a new one; one caller connects, the others wait for it.
    private func connected() async throws(Problem) -> SocketLink {
        await turn.take()
        defer { turn.give() }
        if let link = state.withLock({ $0.link }) { return link }
        let begun = ContinuousClock.now
        for attempt in 1...Self.attempts {
            do throws(Problem) {
                return try await connect()
            } catch {
                // What has taken this long takes as long the next time.
                guard error.code == .agentUnreachable, attempt < Self.attempts, !Task.isCancelled,
                    ContinuousClock.now - begun < Self.patience
                else { throw error }
            }
        }
        throw .agentGone
    }

    /// How long connecting may have taken for it to be tried once more.
    private static let patience = Duration.seconds(5)

    private func connect() async throws(Problem) -> SocketLink {
        let link = try await starter.connect(news: news)
        if state.withLock({ $0.isSubscribed }) {
            do {
                _ = try await link.send(.subscribe)
            } catch {
                throw error as? Problem ?? .agentGone
            }
        }
        state.withLock { $0.link = link }
        return link
    }

    private func forget(_ link: SocketLink) {
        state.withLock { if $0.link === link { $0.link = nil } }
    }

    package func close() async {
        let link = state.withLock { state in
            state.hasStopped = true
            return state.link
        }
        await link?.close()
    }
}
