import NIOCore
import NIOPosix
package import PannierCore
import Synchronization

/// The way to an agent, over its Unix socket.
package final class SocketLink: EngineLink {
    private struct State {
        var waiting: [Int64: CheckedContinuation<EngineReply, any Error>] = [:]
        var last: Int64 = 0
        var isClosed = false
    }

    private let channel: any Channel
    private let state = Mutex(State())
    private let mailbox = EventMailbox()

    private init(channel: any Channel) { self.channel = channel }

    /// - Throws: ``Problem`` `agentUnreachable` when no agent of this user listens there: passwords go this way.
    package static func connect(to path: String) async throws(Problem) -> SocketLink {
        let link: SocketLink
        let isOwn: Bool
        do {
            link = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let link = SocketLink(channel: channel)
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

    package func send(_ command: EngineCommand) async throws -> EngineReply {
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
                guard isOpen else { return continuation.resume(throwing: Problem.agentGone) }
                // A failed write closes the channel, which ends all who wait.
                channel.writeAndFlush(line, promise: nil)
                if Task.isCancelled { end(number, with: .failure(Problem(.cancelled, "Cancelled."))) }
            }
        } onCancel: {
            end(number, with: .failure(Problem(.cancelled, "Cancelled.")))
        }
    }

    package var events: AsyncStream<EngineEvent> {
        let mailbox = mailbox
        return AsyncStream { await mailbox.next() }
    }

    /// The next event; nil when the agent has gone. One caller at a time.
    package func nextEvent() async -> EngineEvent? { await mailbox.next() }

    package func close() async {
        // Closed already is closed.
        try? await channel.close()
    }

    fileprivate func receive(_ line: ByteBuffer) throws {
        switch try LineFraming.decode(line) {
        case .reply(let number, let reply): end(number, with: .success(reply))
        case .problem(let number, let problem): end(number, with: .failure(problem))
        case .event(let event): mailbox.put(event)
        case .command: throw Problem(.badRequest, "An agent asks nothing.", status: 0)
        }
    }

    fileprivate func ended() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(throwing: Problem.agentGone) }
        mailbox.close()
    }

    private func end(_ number: Int64, with result: Result<EngineReply, any Error>) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(with: result)
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
