import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import PannierCore
import Synchronization

/// A push server for one test: takes a token, remembers what was subscribed, and says “look” when told to.
final class PushServer: Sendable {
    typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    private struct State {
        var subscriptions: [[ViewID]] = []
        var open: [ObjectIdentifier: any Channel] = [:]
        var handshakes: [HTTPRequestHead] = []
        var isDeaf = false
    }

    private let state = Mutex(State())
    private let listener: NIOAsyncChannel<EventLoopFuture<Frames?>, Never>
    let token = "the token"

    var port: Int { listener.channel.localAddress?.port ?? 0 }
    var subscriptions: [[ViewID]] { state.withLock { $0.subscriptions } }
    var openCount: Int { state.withLock { $0.open.count } }
    var handshakes: [HTTPRequestHead] { state.withLock { $0.handshakes } }

    /// Whether pings are answered with nothing.
    var isDeaf: Bool {
        get { state.withLock { $0.isDeaf } }
        set { state.withLock { $0.isDeaf = newValue } }
    }

    init() async throws {
        let shared = Relay()
        let token = token
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketServerUpgrader<Frames?>(
                        shouldUpgrade: { channel, head in
                            shared.server.withLock { $0 }?.state.withLock { $0.handshakes.append(head) }
                            let isWelcome = head.headers["Authorization"] == ["Bearer \(token)"]
                            return channel.eventLoop.makeSucceededFuture(isWelcome ? HTTPHeaders() : nil)
                        },
                        upgradePipelineHandler: { channel, _ in
                            channel.eventLoop.makeCompletedFuture { try Frames(wrappingChannelSynchronously: channel) }
                        })
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                        configuration: .init(
                            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                                upgraders: [upgrader],
                                notUpgradingCompletionHandler: { channel in channel.close().map { nil } })))
                }
            }
        shared.server.withLock { $0 = self }
    }

    private final class Relay: Sendable {
        let server = Mutex<PushServer?>(nil)
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await listener.executeThenClose { incoming in
            try await withThrowingDiscardingTaskGroup { group in
                for try await outcome in incoming {
                    group.addTask {
                        guard let frames = try? await outcome.get() else { return }
                        try? await self.serve(frames)
                    }
                }
            }
        }
    }

    private func serve(_ frames: Frames) async throws {
        let id = ObjectIdentifier(frames.channel)
        state.withLock { $0.open[id] = frames.channel }
        defer { state.withLock { _ = $0.open.removeValue(forKey: id) } }
        try await frames.executeThenClose { inbound, outbound in
            for try await frame in inbound {
                switch frame.opcode {
                case .text:
                    let said = try WireJSON.decode(
                        PushSubscription.self, from: Data(frame.unmaskedData.readableBytesView))
                    state.withLock { $0.subscriptions.append(said.subscribe) }
                case .ping where isDeaf: continue
                case .ping:
                    try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
                default: return
                }
            }
        }
    }

    func say(_ text: String) async throws {
        for channel in state.withLock({ Array($0.open.values) }) {
            try await channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
        }
    }

    /// The connections break.
    func drop() async {
        for channel in state.withLock({ Array($0.open.values) }) { try? await channel.close() }
    }
}
