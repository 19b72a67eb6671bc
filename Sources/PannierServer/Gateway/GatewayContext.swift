package import Hummingbird
import NIOCore
import NIOHTTPTypes
import PannierCore

/// What accompanies one HTTP request.
package struct GatewayContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Told in every answer and in the log. Our own: Hummingbird's lives in the logger's metadata, where a handler that
    /// keeps none makes reading it a crash.
    let requestID = Hexadecimal.text(of: [UInt64.random(in: 0 ... .max)])

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    package var maxUploadSize: Int { GatewayLimits.requestBody }

    /// Answers `100 Continue`; to be called before anything else is answered.
    func proceed() async throws {
        try await channel.writeAndFlush(HTTPResponsePart.head(.init(status: .continue)))
    }

    var line: StoreHandler.Line {
        StoreHandler.Line(
            requestID: requestID, proceed: { try await proceed() },
            drained: { [channel] in try await OutboundProgressHandler.drained(channel) })
    }

    /// Whether the request came from this machine, was meant for it by name, and came through no proxy that says
    /// otherwise: one that adds no header still passes on the name that was asked for.
    func isLocal(_ request: Request) -> Bool {
        let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip"]
        guard !request.headers.contains(where: { forwarded.contains($0.name.canonicalName) }),
            let authority = request.head.authority,
            let asked = ListenAddress(authority) ?? ListenAddress("\(authority):80")
        else { return false }
        return asked.isLoopback && ListenAddress(host: address, port: 0).isLoopback
    }

    /// Where the request came from, for limits by address.
    var address: String { channel.remoteAddress?.ipAddress ?? "" }
}
