import Foundation
import Logging
import NIOCore
import NIOWebSocket
import PannierCore
import ServiceLifecycle
import Synchronization

/// One open push socket. Four tasks: one listens, one speaks (and alone decides what may be heard), one watches the
/// clock, and the ends of any ends all.
struct PushSession: Sendable {
    /// Largest message in either direction, in bytes: a subscription of some thousand views.
    static let messageBytes = 1 << 18

    private let channel: PushChannel.Frames
    private let seat: PushSeat
    private let gate: PushGate
    private let timing: ConnectionTiming
    private let logger: Logger
    private let deadline: SharedDeadline

    private final class SharedDeadline: Sendable {
        let value: Mutex<PushDeadline>
        init(_ timing: ConnectionTiming) { value = Mutex(PushDeadline(silence: timing.silence, now: .now)) }
    }

    init(channel: PushChannel.Frames, seat: PushSeat, gate: PushGate, timing: ConnectionTiming, logger: Logger) {
        self.channel = channel
        self.seat = seat
        self.gate = gate
        self.timing = timing
        self.logger = logger
        deadline = SharedDeadline(timing)
    }

    func run() async {
        defer { seat.leave() }
        do {
            try await channel.executeThenClose { inbound, outbound in
                // Without this the server would wait for ever for a socket that has no reason to close.
                try await withGracefulShutdownHandler {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await listen(inbound, outbound) }
                        group.addTask { try await speak(outbound) }
                        group.addTask { try await watchClock() }
                        defer { group.cancelAll() }
                        try await group.next()
                    }
                } onGracefulShutdown: {
                    seat.close()
                }
            }
        } catch {
            logger.trace("A push socket ended.", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Listening

    private func listen(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws {
        for try await frame in inbound {
            deadline.value.withLock { $0.heard(at: .now) }
            switch frame.opcode {
            case .text:
                guard
                    let subscription = try? WireJSON.decode(
                        PushSubscription.self, from: Data(frame.unmaskedData.readableBytesView))
                else { return try await close(outbound, .dataInconsistentWithMessage) }
                seat.subscribe(subscription.subscribe)
            case .ping:
                try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
            case .pong: break
            case .connectionClose: return try await close(outbound, .normalClosure)
            default: return try await close(outbound, .unacceptableData)
            }
        }
    }

    // MARK: Speaking

    private func speak(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) async throws {
        var wanted: [ViewID] = []
        for await _ in seat.bells {
            let marks = seat.take()
            if marks.isClosing { return try await close(outbound, .goingAway) }
            if marks.mustPing { try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())) }
            var look = marks.look
            if let subscription = marks.subscription { wanted = subscription }
            if marks.subscription != nil || marks.mustRecheck {
                guard let (_, visible) = try await gate.authority(seat.tokenHash) else {
                    return try await close(outbound, .policyViolation)
                }
                let views = visible.intersection(wanted)
                seat.hear(of: views)
                look.formIntersection(views)
                // Whatever changed before the subscription was in force is looked at once, so that nothing is missed.
                if marks.subscription != nil { look = views }
            }
            if marks.mustRecheck { try await say([], outbound) }
            if !look.isEmpty { try await say(look.sorted(), outbound) }
        }
    }

    private func say(_ views: [ViewID], _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) async throws {
        let text = try WireJSON.encode(PushLook(look: views))
        try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: text)))
    }

    private func close(
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, _ code: WebSocketErrorCode
    ) async throws {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
    }

    // MARK: The clock

    /// Pings, and closes the channel when nothing came for too long; whoever waits for the peer then ends.
    private func watchClock() async throws {
        while true {
            try await Task.sleep(for: min(timing.ping, timing.silence))
            switch deadline.value.withLock({ $0.action(at: .now) }) {
            case .ping: seat.ping()
            case .close: return try await channel.channel.close()
            }
        }
    }
}
