package import PannierCore
package import PannierScreen
import Synchronization

/// Carries commands to the agent, and answers and events back into the mailbox. When the agent goes, it says so, and
/// connects again (which starts another agent) until it is cancelled; one that was stopped on purpose stays away until it
/// is asked for.
package final class Courier: Sendable {
    package struct Request: Sendable {
        package let ticket: Int
        package let command: EngineCommand
    }

    private let connect: @Sendable () async throws -> any EngineLink
    private let mailbox: Mailbox<Message>
    private let requests: AsyncStream<Request>
    private let inbox: AsyncStream<Request>.Continuation
    private let current = Mutex<(any EngineLink)?>(nil)
    private let starts: AsyncStream<Void>
    private let start: AsyncStream<Void>.Continuation

    package init(mailbox: Mailbox<Message>, connect: @escaping @Sendable () async throws -> any EngineLink) {
        self.mailbox = mailbox
        self.connect = connect
        (requests, inbox) = AsyncStream.makeStream()
        (starts, start) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// An agent that was stopped is wanted again. Does not block.
    package func startAgent() { start.yield() }

    /// Takes a command from the loop's thread. Does not block.
    package func send(_ command: EngineCommand, ticket: Int) { inbox.yield(Request(ticket: ticket, command: command)) }

    /// Works until its task is cancelled.
    @concurrent
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.stayConnected() }
            // Side by side: a slow answer keeps nobody waiting. The model asks for few things at a time.
            for await request in requests { group.addTask { await self.carry(request) } }
            group.cancelAll()
        }
    }

    private func carry(_ request: Request) async {
        let result: Result<EngineReply, Problem>
        do {
            guard let link = current.withLock({ $0 }) else { throw Self.gone }
            result = .success(try await link.send(request.command))
        } catch {
            result = .failure(Self.problem(of: error))
        }
        mailbox.post(.link(.answer(ticket: request.ticket, result)))
    }

    private func stayConnected() async {
        var tries = 0
        var wanted = starts.makeAsyncIterator()
        while !Task.isCancelled {
            do {
                let link = try await connect()
                _ = try await link.send(.subscribe)
                current.withLock { $0 = link }
                mailbox.post(.link(.opened))
                tries = 0
                if await hear(link) {
                    current.withLock { $0 = nil }
                    mailbox.post(.link(.stopped))
                    guard await wanted.next() != nil else { return }
                    continue
                }
                lose(Self.gone)
            } catch {
                lose(Self.problem(of: error))
            }
            // Nothing tells when an agent can be started again, so it is tried, less and less often.
            let pause = min(5_000, 100 << min(tries, 6))
            tries += 1
            do { try await Task.sleep(for: .milliseconds(pause)) } catch { return }
        }
    }

    /// Hands events on until they end.
    /// - Returns: whether the agent said that it was stopped.
    private func hear(_ link: any EngineLink) async -> Bool {
        var isStopping = false
        for await event in link.events {
            if case .stopping = event { isStopping = true } else { mailbox.post(.link(.event(event))) }
        }
        return isStopping
    }

    private func lose(_ problem: Problem) {
        current.withLock { $0 = nil }
        if !Task.isCancelled { mailbox.post(.link(.lost(problem))) }
    }

    private static var gone: Problem {
        Problem(
            .agentUnreachable, "The agent has gone.",
            detail: "Files and the queue are safe on the disk; it is being started again.")
    }

    private static func problem(of error: any Error) -> Problem {
        error as? Problem ?? Problem(.agentUnreachable, "The agent cannot be reached: \(error).")
    }
}
