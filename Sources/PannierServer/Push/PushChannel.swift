package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import PannierCore

/// One port for both: HTTP as Hummingbird does it, and the push socket where a connection's first request asks for it.
///
/// The pipeline is built by hand around swift-nio's typed upgrade handler. Whatever comes out of the negotiation, the
/// connection is handled in the server's own task for it.
package struct PushChannel: ServerChildChannel, HTTPChannelHandler {
    package let responder: HTTPChannelHandler.Responder
    let gate: PushGate
    let hub: PushHub
    let timing: ConnectionTiming

    package init(
        responder: @escaping HTTPChannelHandler.Responder, gate: PushGate, hub: PushHub, timing: ConnectionTiming
    ) {
        self.responder = responder
        self.gate = gate
        self.hub = hub
        self.timing = timing
    }

    typealias HTTP = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Outcome: Sendable {
        case http(HTTP)
        case push(Frames, PushSeat)
        /// Answered already; the connection is closing.
        case refused
    }

    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
        let outcome: EventLoopFuture<Outcome>
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let outcome = try negotiate(channel, logger)
            // A connection that never says what it wants, or says it byte by byte, does not stay.
            let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(timing.negotiation)) {
                channel.close(promise: nil)
            }
            outcome.whenComplete { _ in deadline.cancel() }
            return Value(channel: channel, outcome: outcome)
        }
    }

    package func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .push(let channel, let seat):
                let session = PushSession(channel: channel, seat: seat, gate: gate, timing: timing, logger: logger)
                await session.run()
            case .refused: break
            }
        } catch {
            // The connection went before it was decided what it is.
            logger.trace("A connection ended early.", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Negotiation, on the channel's event loop

    private func negotiate(_ channel: any Channel, _ logger: Logger) throws -> EventLoopFuture<Outcome> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = GatewayLimits.headerField
        limits.maxHeaderListSize = GatewayLimits.headerList
        limits.maxHeaderFieldCount = GatewayLimits.headerCount
        let encoder = HTTPResponseEncoder()
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
        let filter = UpgradeFilter()
        let isCandidate = NIOLoopBound(filter, eventLoop: channel.eventLoop)
        let decided = Box<PushGate.Decision>()
        let upgrader = NIOTypedHTTPServerUpgradeHandler<Outcome>(
            httpEncoder: encoder, extraHTTPHandlers: [decoder, filter],
            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                upgraders: [webSocket(decided)],
                notUpgradingCompletionHandler: { channel in
                    // Decided by the filter, not by what the client wrote: a candidate that is not upgraded is refused.
                    isCandidate.value.isCandidate ? refuse(channel, decided.value) : http(channel, logger)
                }))
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, filter, upgrader])
        return upgrader.upgradeResultFuture
    }

    private func webSocket(_ decided: Box<PushGate.Decision>) -> NIOTypedWebSocketServerUpgrader<Outcome> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: PushSession.messageBytes,
            shouldUpgrade: { channel, head in
                let promise = channel.eventLoop.makePromise(of: HTTPHeaders?.self)
                promise.completeWithTask {
                    let decision = await gate.decide(on: head)
                    decided.value = decision
                    guard case .welcome = decision else { return nil }
                    return HTTPHeaders()
                }
                return promise.futureResult
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard case .welcome(let caller, let hash)? = decided.value else { return .refused }
                    try channel.pipeline.syncOperations.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64,
                            maxAccumulatedFrameSize: PushSession.messageBytes))
                    let frames = try Frames(wrappingChannelSynchronously: channel)
                    return .push(frames, hub.join(caller, tokenHash: hash))
                }
            })
    }

    private func http(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Outcome> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(OutboundProgressHandler(patience: TimeAmount(timing.progress)))
            try pipeline.addHandler(EarlyAnswerHandler())
            try pipeline.addHandler(
                HTTPConnectionStateHandler(idleTimeout: timing.request, logger: logger))
            return .http(
                try HTTP(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    private func refuse(_ channel: any Channel, _ decision: PushGate.Decision?) -> EventLoopFuture<Outcome> {
        var problem = Problem(.badRequest, "This is not a WebSocket handshake of version 13.")
        if case .refused(let reason)? = decision { problem = reason }
        let body = ByteBuffer(bytes: (try? WireJSON.encode(problem)).map(Array.init) ?? [])
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: problem.status),
            headers: [
                "content-type": "application/problem+json", "content-length": String(body.readableBytes),
                "connection": "close",
            ])
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        return channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            .flatMap { channel.close() }
            .flatMapErrorThrowing { _ in }
            .map { .refused }
    }
}
