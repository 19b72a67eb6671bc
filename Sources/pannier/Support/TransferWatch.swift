import Dispatch
import Foundation
import PannierCore
import PannierEngine

/// Follows transfers until they are over, through as many agents as it takes.
struct TransferWatch: Sendable {
    let link: AttachedLink
    /// The transfers to follow; nil follows all that are not over, and those that come meanwhile.
    let ids: Set<TransferID>?

    /// - Parameter show: is given all followed states, in the order of the queue, after each change.
    /// - Returns: how they ended.
    func run(_ show: ([TransferState]) throws -> Void) async throws -> [TransferState] {
        let (news, teller) = AsyncStream.makeStream(of: News.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { [link] in
                for await event in link.events { teller.yield(.event(event)) }
                teller.finish()
            }
            // A transfer that waits tells nothing; that it waits is to be said all the same.
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(1))
                    teller.yield(.second)
                }
            }
            return try await follow(news, show)
        }
    }

    private enum News: Sendable {
        case event(EngineEvent)
        case second
    }

    private func follow(
        _ news: AsyncStream<News>, _ show: ([TransferState]) throws -> Void
    ) async throws -> [TransferState] {
        var followed: [TransferID: TransferState] = [:]
        var order: [TransferID] = ids.map { Array($0).sorted() } ?? []
        var cleared: Set<TransferID> = []
        _ = try await link.send(.subscribe)
        for await one in news {
            guard case .event(let event) = one else {
                try show(order.compactMap { followed[$0] })
                continue
            }
            switch event {
            case .transfers(let states):
                for state in states where isFollowed(state, known: followed[state.id] != nil) {
                    if !order.contains(state.id) { order.append(state.id) }
                    followed[state.id] = state
                }
            case .transfersCleared(let ids): cleared.formUnion(ids)
            case .status(let status): try Self.check(status)
            case .stopping: throw Self.stopped
            default: continue
            }
            let states = order.compactMap { followed[$0] }
            try show(states)
            if try await isOver(states, order.filter { !cleared.contains($0) }) { return states }
        }
        throw link.failure ?? Self.stopped
    }

    private func isFollowed(_ state: TransferState, known: Bool) -> Bool {
        ids?.contains(state.id) ?? (known || !state.state.isOver)
    }

    /// When all are followed, one may have come whose first event is still on its way: the agent is asked.
    private func isOver(_ states: [TransferState], _ waiting: [TransferID]) async throws -> Bool {
        let over = Set(states.filter(\.state.isOver).map(\.id))
        guard waiting.allSatisfy(over.contains) else { return false }
        guard ids == nil else { return true }
        guard case .transfers(let all) = try await link.send(.transfers) else { throw Problem.otherVersion }
        return all.allSatisfy(\.state.isOver)
    }

    /// Without a sign-in nothing moves.
    private static func check(_ status: EngineStatus) throws {
        if status.connection == .signedOut {
            throw status.problem ?? Problem.nobodySignedIn
        }
    }

    private static let stopped = Problem(
        .agentUnreachable, "The agent was stopped.", detail: "The transfer goes on when it runs again.")
}

/// Ctrl-C leaves; the transfer stays.
enum Interruption {
    /// From now on Ctrl-C prints `message` and ends the program with 130.
    static func says(_ message: String) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT)
        source.setEventHandler {
            Report.paragraph(message)
            exit(ExitStatus.interrupted.rawValue)
        }
        source.resume()
        return source
    }
}
