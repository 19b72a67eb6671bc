import NIOCore
import NIOPosix
package import PannierCore
import Synchronization

/// The way to an agent, over its Unix socket.
package final class SocketLink: EngineLink {
    private struct State {
        var waiting: [Int64: CheckedContinuation<EngineReply, any Error>] = [:]
        /// What has come of answers that are not complete.
        var parts: [Int64: [TransferState]] = [:]
        var last: Int64 = 0
        var isClosed = false
        /// Set when this end gave up on an agent that says nothing.
        var failure: Problem?
        /// When the other end was heard of last, and how it said that it stands.
        var heardAt = ContinuousClock.now
        var status: EngineStatus?
    }

    private let channel: any Channel
    private let state = Mutex(State())
    private let mailbox = EventMailbox()
    private let news: @Sendable (LinkNews) -> Void

    private init(channel: any Channel, news: @escaping @Sendable (LinkNews) -> Void) {
        self.channel = channel
        self.news = news
    }

    /// - Parameter news: is told how things stand every few seconds while somebody waits for an answer.
    /// - Throws: ``Problem`` `agentUnreachable` when no agent of this user listens there: passwords go this way.
    package static func connect(
        to path: String, news: @escaping @Sendable (LinkNews) -> Void = { _ in }
    ) async throws(Problem) -> SocketLink {
        let link: SocketLink
        let isOwn: Bool
        do {
            link = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let link = SocketLink(channel: channel, news: news)
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(ByteToMessageHandler(LineDecoder()))
                        try pipeline.addHandler(LinkHandler(link))
                        return link
                    }
                }
            isOwn = try await link.channel.isOfThisUser()
        } catch {
            throw .agentGone
        }
        guard isOwn else {
            await link.close()
            throw Problem(
                .agentUnreachable, "Somebody else listens at \(path).",
                detail: "Nothing was told to them. Set XDG_RUNTIME_DIR to a folder of your own.")
        }
        return link
    }

    /// - Throws: ``Problem``; `agentUnreachable` also when the agent says nothing at all for ``AgentSilence/longest``.
    package func send(_ command: EngineCommand) async throws -> EngineReply {
        try await watched { try await self.exchange(command) }
    }

    private func exchange(_ command: EngineCommand) async throws -> EngineReply {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        let line = try LineFraming.encode(.command(number: number, command))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isClosed { state.waiting[number] = continuation }
                    return !state.isClosed
                }
                guard isOpen else { return continuation.resume(throwing: failure) }
                // A failed write closes the channel, which ends all who wait.
                channel.writeAndFlush(line, promise: nil)
                if Task.isCancelled { end(number, with: .failure(Problem(.cancelled, "Cancelled."))) }
            }
        } onCancel: {
            end(number, with: .failure(Problem(.cancelled, "Cancelled.")))
        }
    }

    package var events: AsyncStream<EngineEvent> { AsyncStream { await self.nextEvent() } }

    /// The next event; nil when the agent has gone, or says nothing any more. One caller at a time.
    package func nextEvent() async -> EngineEvent? {
        try? await watched { await self.mailbox.next() }
    }

    // MARK: - Silence

    private var failure: Problem { state.withLock { $0.failure } ?? .agentGone }

    /// Waits for something of the agent, and ends the link when that says nothing at all for too long.
    private func watched<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await self.watch()
                return nil
            }
            defer { group.cancelAll() }
            // The watch ends when it has given up; what is waited for ends by that.
            while let value = try await group.next() {
                if let value { return value }
            }
            throw failure
        }
    }

    /// Asks how things stand again and again, until the task is cancelled or the agent has been silent for too long.
    private func watch() async {
        let begun = ContinuousClock.now
        var silence = AgentSilence(now: begun)
        var heardAt = begun
        while (try? await Task.sleep(for: AgentSilence.question)) != nil {
            let lastHeard = state.withLock { $0.heardAt }
            if lastHeard > heardAt {
                heardAt = lastHeard
                silence.heard()
            }
            switch silence.look(at: .now) {
            case .wait:
                let status = state.withLock { state in
                    defer { state.status = nil }
                    return state.status
                }
                if let status { news(.working(status, waited: .now - begun)) }
                ask()
            case .tell: news(.agentSilent(process: await process))
            case .giveUp:
                let problem = Problem.agentSilent(process: await process)
                state.withLock { $0.failure = problem }
                return await close()
            }
        }
    }

    /// The answer is for ``news``; that there is one is what counts.
    private func ask() {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        guard let line = try? LineFraming.encode(.command(number: number, .status)) else { return }
        channel.writeAndFlush(line, promise: nil)
    }

    private var process: Int32? { get async { try? await channel.peerProcess() } }

    /// Whether nothing comes over it any more.
    var hasEnded: Bool { state.withLock { $0.isClosed } }
    /// Why this end gave up on the agent; nil while it did not.
    var silence: Problem? { state.withLock { $0.failure } }

    package func close() async {
        // Closed already is closed.
        try? await channel.close()
    }

    fileprivate func receive(_ line: ByteBuffer) throws {
        let message = try LineFraming.decode(line)
        state.withLock { $0.heardAt = .now }
        switch message {
        case .reply(let number, let reply):
            if !end(number, with: .success(whole(reply, number))), case .status(let status) = reply {
                state.withLock { $0.status = status }
            }
        case .transfers(let number, let states):
            // Nobody waits any more for what was cancelled.
            state.withLock { if $0.waiting[number] != nil { $0.parts[number, default: []] += states } }
        case .problem(let number, let problem): end(number, with: .failure(problem))
        case .event(let event): mailbox.put(event)
        case .command: throw Problem(.badRequest, "An agent asks nothing.", status: 0)
        }
    }

    /// The reply with what came of it before.
    private func whole(_ reply: EngineReply, _ number: Int64) -> EngineReply {
        let before = state.withLock { $0.parts[number] }
        guard let before, case .transfers(let states) = reply else { return reply }
        return .transfers(before + states)
    }

    fileprivate func ended() {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.parts = [:]
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        let failure = failure
        for continuation in waiting { continuation.resume(throwing: failure) }
        mailbox.close()
    }

    /// - Returns: whether somebody waited for it.
    @discardableResult
    private func end(_ number: Int64, with result: Result<EngineReply, any Error>) -> Bool {
        let waiting = state.withLock { state in
            state.parts[number] = nil
            return state.waiting.removeValue(forKey: number)
        }
        waiting?.resume(with: result)
        return waiting != nil
    }
}

/// Passes lines on, on the channel's event loop.
private final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let link: SocketLink

    init(_ link: SocketLink) { self.link = link }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try link.receive(unwrapInboundIn(data))
        } catch {
            // What follows a line that makes no sense cannot be trusted either.
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension Problem {
    static let agentGone = Problem(
        .agentUnreachable, "The background agent cannot be reached.",
        detail: "Nothing is lost; transfers go on when it runs again.")
}
