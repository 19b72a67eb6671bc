import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request was answered before its body was read, when much of that body is still to come:
/// otherwise the server would read, and throw away, whatever a client likes to send.
///
/// The answer says `Connection: close`; the sending side closes after it, and the rest a moment later, since closing at
/// once resets the connection and may take the answer from the client. What comes in that moment is thrown away. Also
/// says so where the request asked for it.
final class EarlyAnswerHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A rest of this many bytes is read, and the connection kept.
    private static let keptRest = 1 << 20
    private static let linger: TimeAmount = .seconds(2)

    /// Bytes of the request's body that have not come yet; nil between requests.
    private var rest: Int?
    private var isEnding = false
    /// The client, or the upgrade filter, wants this to be the last request.
    private var isLast = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let length = head.headerFields[.contentLength].flatMap(Int.init)
            rest = length ?? (head.headerFields[.transferEncoding] == nil ? 0 : .max)
            isLast = head.headerFields[.connection]?.lowercased() == "close"
        case .body(let piece):
            if let known = rest, known != .max { rest = known - piece.readableBytes }
        case .end:
            rest = nil
        }
        if !isEnding { context.fireChannelRead(data) }
    }

    /// Whoever stands behind this handler may have stopped reading; what is thrown away is read here.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isEnding { context.read() }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            if let rest, rest > Self.keptRest {
                isEnding = true
            }
            if isEnding || isLast { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isEnding:
            let channel = context.channel
            context.writeAndFlush(data).whenComplete { _ in
                channel.close(mode: .output, promise: nil)
                channel.eventLoop.scheduleTask(in: Self.linger) { channel.close(promise: nil) }
            }
            context.read()
            promise?.succeed()
        default:
            context.write(data, promise: promise)
        }
    }
}
