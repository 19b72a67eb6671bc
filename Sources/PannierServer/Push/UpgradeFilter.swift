import NIOCore
import NIOHTTP1

/// Lets exactly one request be upgraded: a bodiless `GET /v1/push` that comes first on its connection. From all others it
/// takes the Upgrade header away, since the upgrade handler behind it loses the head of a request whose upgrade nobody
/// takes (swift-nio, NIOTypedHTTPServerUpgradeHandler).
///
/// Also closes a connection that has said nothing yet when the server quiesces: no other handler does by then.
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    static let path = "/v1/push"

    /// Whether the first request asks for the upgrade. Read on the channel's event loop.
    private(set) var isCandidate = false
    private var hasSpoken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        let isFirst = !hasSpoken
        hasSpoken = true
        if isFirst, Self.isPush(head) {
            isCandidate = true
        } else {
            Self.strip(&head)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !hasSpoken {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// NIO's parser stops for good behind a request that asks for an upgrade, whether it is taken or not (HTTPDecoder,
    /// `stopParsing`), so such a request must be the last of its connection.
    private static func strip(_ head: inout HTTPRequestHead) {
        let connection = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
        let endsParsing = head.headers.contains(name: "Upgrade") && connection.contains("upgrade")
        head.headers.remove(name: "Upgrade")
        head.headers.remove(name: "HTTP2-Settings")
        if endsParsing || head.method == .CONNECT { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    }

    /// The Connection header must name the upgrade too: only then does the parser stop after this request, so that no
    /// further HTTP part can reach handlers that expect frames.
    static func isPush(_ head: HTTPRequestHead) -> Bool {
        let hasBody =
            head.headers.contains(name: "Transfer-Encoding")
            || head.headers["Content-Length"].contains { $0 != "0" }
        let upgrades = head.headers[canonicalForm: "Upgrade"].map { $0.lowercased() }
        let connection = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
        return head.method == .GET && head.uri.prefix { $0 != "?" } == path && !hasBody
            && head.version == .http1_1 && upgrades == ["websocket"] && connection.contains("upgrade")
    }
}
