internal import PannierCore
internal import PannierHTTP

/// What the service may have this machine do with a signed request. The service is believed about files, and no further:
/// one that is broken into, or broken, must not have requests sent to places that only this machine can reach.
///
/// - The scheme is https. Plain http, and this machine itself, are for a service that is on this machine, too: the same
///   rule as for the address of the service (``ServerAddress``).
/// - No name or password stands before the host, and nothing that two readers of URLs could read differently.
/// - The host is no number that leads nowhere or only to the next cable (``HostPlace``).
/// - Only headers that a store has a use for are sent.
enum StoreAddress {
    /// Headers sent besides `x-amz-…`. The host and the length are libcurl's own to send, from the URL and the body.
    private static let headers: Set<String> = ["content-type", "content-md5", "if-none-match"]
    private static let ownHeaders: Set<String> = ["host", "content-length"]

    /// Host and port of a URL that requests may be sent to.
    /// - Throws: ``Problem`` `serverUntrusted`, which says why.
    static func check(_ url: String, for service: ServerAddress) throws(Problem) -> String {
        guard let parts = Parts(url) else { throw refusal("is no address of a store", url) }
        guard parts.scheme == "https" || parts.scheme == "http" else {
            throw refusal("is neither https nor http", url)
        }
        let place = HostPlace(parts.host)
        if place == .nowhere { throw refusal("leads to \(parts.host), where no store can be", url) }
        if place == .loopback, !service.isLoopback {
            throw refusal("leads to this machine, and the server is on another one", url)
        }
        guard parts.scheme == "https" || ServerAddress.isLoopback(parts.host) else {
            throw refusal("is not encrypted", url)
        }
        return parts.authority
    }

    /// The signed headers, in a fixed order.
    /// - Throws: ``Problem`` `serverUntrusted` for one that no store has a use for.
    static func fields(_ signed: SignedRequest) throws(Problem) -> [HTTPField] {
        var fields: [HTTPField] = []
        for (name, value) in signed.headers.sorted(by: { $0.key < $1.key }) {
            let lower = name.lowercased()
            if ownHeaders.contains(lower) { continue }
            guard headers.contains(lower) || isAmazon(lower) else {
                throw Problem(
                    .serverUntrusted,
                    "The server wants a header sent to the object store that is none of its: “\(name)”.",
                    detail: advice)
            }
            fields.append(HTTPField(name, value))
        }
        return fields
    }

    private static func isAmazon(_ name: String) -> Bool {
        name.hasPrefix("x-amz-") && name.utf8.allSatisfy { Parts.letters.contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func refusal(_ why: String, _ url: String) -> Problem {
        // Without the query: a signature is nobody's business.
        let short = url.prefix { $0 != "?" }.prefix(200)
        return Problem(
            .serverUntrusted, "The server names an object store that is not to be trusted: “\(short)” \(why).",
            detail: advice)
    }

    private static let advice =
        "Nothing was sent there, and nothing is lost. Whoever runs the server should check its `--public-url`; then "
        + "`pannier resume`."
}

/// Scheme and host of a URL, cut where every reader cuts. There is none for what readers disagree about: a user's name,
/// escapes in the host, backslashes, blanks.
private struct Parts {
    let scheme: String
    /// With the port.
    let authority: String
    /// IPv6 in brackets.
    let host: String

    static let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let nameBytes = letters.union("ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_".utf8)
    private static let numberBytes = Set("0123456789abcdefABCDEF:.".utf8)

    init?(_ url: String) {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            let mark = url.firstRange(of: "://")
        else { return nil }
        scheme = url[..<mark.lowerBound].lowercased()
        authority = String(url[mark.upperBound...].prefix { !"/?#".contains($0) })
        let isNumber = authority.hasPrefix("[")
        let end = isNumber ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
        host = String(authority[..<(end ?? authority.endIndex)])
        let name = isNumber ? host.dropFirst().dropLast() : host[...]
        let port = authority[(end ?? authority.endIndex)...]
        guard !name.isEmpty, name.utf8.allSatisfy((isNumber ? Self.numberBytes : Self.nameBytes).contains),
            !isNumber || host.hasSuffix("]"),
            port.isEmpty || (port.hasPrefix(":") && UInt16(port.dropFirst()) != nil)
        else { return nil }
    }
}
