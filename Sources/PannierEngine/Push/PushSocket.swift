import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
package import PannierCore

/// Opens one push socket and listens until it ends.
package struct PushSocket: Sendable {
    /// What the socket tells its owner. Called one at a time.
    package struct Reports: Sendable {
        /// The socket stands; the views to hear of are asked for now and at every ring.
        package var opened: @Sendable () async -> Void
        package var look: @Sendable () async -> Void
        /// Milliseconds of one round trip.
        package var latency: @Sendable (Int) async -> Void
        /// A ping is not answered; it may still be.
        package var silent: @Sendable () async -> Void
        package init(
            opened: @escaping @Sendable () async -> Void, look: @escaping @Sendable () async -> Void,
            latency: @escaping @Sendable (Int) async -> Void, silent: @escaping @Sendable () async -> Void
        ) {
            self.opened = opened
            self.look = look
            self.latency = latency
            self.silent = silent
        }
    }

    typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    let address: PushAddress
    let token: String
    let reports: Reports

    /// Until the socket stands, the upgrade included.
    static let openingSeconds = 15
    /// Between two pings: with ``pongSeconds``, a server that has fallen silent is known as such within 15 seconds.
    static let pingSeconds = 10
    /// How long an answer to a ping may take before it is told.
    static let pongSeconds = 5
    /// A socket that was silent for so long is dead.
    static let deadSeconds = 30
    /// Largest message that is taken.
    static let messageBytes = 1 << 20

    package init(address: PushAddress, token: String, reports: Reports) {
        self.address = address
        self.token = token
        self.reports = reports
    }

    /// Returns when the socket has ended, or throws why it could not be opened.
    /// - Parameter views: the views to hear of; asked when the socket opens and whenever `subscription` rings.
    package func run(subscription: Bell, views: @escaping @Sendable () async -> [ViewID]) async throws {
        guard let frames = try await open() else { throw PushRefused() }
        let heard = LastHeard()
        try await frames.executeThenClose { inbound, outbound in
            await reports.opened()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await listen(inbound, outbound, heard) }
                group.addTask { try await ping(outbound, heard) }
                group.addTask {
                    while !Task.isCancelled {
                        try await say(PushSubscription(subscribe: await views()), outbound)
                        await subscription.wait()
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    // MARK: - Talking

    private func listen(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, _ heard: LastHeard
    ) async throws {
        for try await frame in inbound {
            heard.now()
            switch frame.opcode {
            case .text:
                // Whatever it names, the feed says what changed; only that it is a look counts.
                _ = try WireJSON.decode(PushLook.self, from: Data(frame.unmaskedData.readableBytesView))
                await reports.look()
            case .ping: try await send(.pong, frame.unmaskedData, outbound)
            case .pong: if let latency = heard.answered() { await reports.latency(latency) }
            case .connectionClose: return try await send(.connectionClose, frame.unmaskedData, outbound)
            default: return
            }
        }
    }

    private func ping(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, _ heard: LastHeard) async throws {
        var isTold = false
        while heard.silence < .seconds(Self.deadSeconds) {
            heard.asked()
            try await send(.ping, ByteBuffer(), outbound)
            try await Task.sleep(for: .seconds(Self.pongSeconds))
            if heard.isWaiting, !isTold { await reports.silent() }
            isTold = heard.isWaiting
            try await Task.sleep(for: .seconds(Self.pingSeconds - Self.pongSeconds))
        }
    }

    private func say(
        _ subscription: PushSubscription, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws {
        try await send(.text, ByteBuffer(bytes: WireJSON.encode(subscription)), outbound)
    }

    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data))
    }

    // MARK: - Opening

    /// Nil when the server answers, but opens no socket.
    private func open() async throws -> Frames? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        let tls = try address.isSecure ? NIOSSLContext(configuration: configuration) : nil
        let outcome: EventLoopFuture<Frames?> = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(Int64(Self.openingSeconds)))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture { try negotiate(channel, tls) }
            }
        return try await outcome.get()
    }

    private func negotiate(_ channel: any Channel, _ tls: NIOSSLContext?) throws -> EventLoopFuture<Frames?> {
        if let tls {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: address.serverName)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        let upgrader = NIOTypedWebSocketClientUpgrader<Frames?>(
            maxFrameSize: Self.messageBytes,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64,
                            maxAccumulatedFrameSize: Self.messageBytes))
                    return try Frames(wrappingChannelSynchronously: channel)
                }
            })
        let configuration = NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: head, upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in channel.close().map { nil } })
        let outcome = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: configuration))
        // A server that takes the connection and says nothing does not hold us.
        let deadline = channel.eventLoop.scheduleTask(in: .seconds(Int64(Self.openingSeconds))) {
            channel.close(promise: nil)
        }
        outcome.whenComplete { _ in deadline.cancel() }
        return outcome
    }

    private var head: HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: .GET, uri: address.path,
            headers: ["Host": address.authority, "Authorization": "Bearer \(token)"])
    }
}

/// The server answered, but not with a socket: a refused token, a proxy that knows no WebSockets. The feed's own
/// requests find out which.
struct PushRefused: Error {}
