import Glibc

/// Where the server listens.
package struct ListenAddress: Sendable, Hashable, LosslessStringConvertible {
    package let host: String
    /// 0: any free one.
    package let port: Int

    /// `HOST:PORT`; an IPv6 address stands in brackets.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains("/") else { return nil }
        self.host = String(host)
        self.port = port
    }

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { "\(hostText):\(port)" }

    /// The host as URLs have it.
    var hostText: String { host.contains(":") ? "[\(host)]" : host }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || isLoopbackV4 }

    private var isLoopbackV4: Bool {
        var address = in_addr()
        guard inet_pton(AF_INET, host, &address) == 1 else { return false }
        return UInt32(bigEndian: address.s_addr) >> 24 == 127
    }
}

/// What URLs of this server begin with, as its clients see it: a scheme, a host, perhaps a port, and nothing else.
package struct PublicURL: Sendable, Hashable, LosslessStringConvertible {
    package let scheme: String
    /// As the Host header has it: without the scheme's own port.
    package let host: String

    init(scheme: String, host: String) {
        self.scheme = scheme
        self.host = host
    }

    package init?(_ text: String) {
        guard let scheme = ["http", "https"].first(where: { text.hasPrefix($0 + "://") }) else { return nil }
        var host = text.dropFirst(scheme.count + 3)
        if host.hasSuffix("/") { host = host.dropLast() }
        let standardPort = scheme == "http" ? ":80" : ":443"
        if host.hasSuffix(standardPort) { host = host.dropLast(standardPort.count) }
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
            case UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
            default: false
            }
        }
        guard !host.isEmpty, isPlain else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
    }

    package var description: String { "\(scheme)://\(host)" }

    /// Whether passwords and tokens on their way to this address can be read by nobody: TLS, or this machine itself.
    package var isSafe: Bool {
        let address = ListenAddress(host) ?? ListenAddress("\(host):0")
        return scheme == "https" || address?.isLoopback == true
    }
}
