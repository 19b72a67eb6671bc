import Glibc
import HTTPTypes
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

    /// The other end of the connection.
    private var address: String { channel.remoteAddress?.ipAddress ?? "" }

    /// Where the request came from, for limits by address: of a proxy on this machine, what it says last in
    /// `X-Forwarded-For`. Whoever else sends that header is not believed. IPv6 addresses count by their /64, which is what
    /// one customer has.
    func origin(of request: Request) -> String {
        guard ListenAddress(host: address, port: 0).isLoopback, let name = HTTPField.Name("X-Forwarded-For"),
            let last = request.headers[values: name].last?.split(separator: ",").last
        else { return Self.network(of: address) }
        return Self.network(of: String(last.filter { $0 != " " }))
    }

    /// The /64 of an IPv6 address; any other text as it is.
    static func network(of address: String) -> String {
        guard case .v6(let parsed)? = try? SocketAddress(ipAddress: address, port: 0) else { return address }
        return withUnsafeBytes(of: parsed.address.sin6_addr) { Hexadecimal.text(of: Array($0.prefix(8))) }
    }
}
