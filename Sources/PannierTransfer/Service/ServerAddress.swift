internal import Foundation
package import PannierCore

/// Where a File Service answers: https, or http on this very machine. Anything else would show passwords and tokens to
/// the network, so there is no way to make one.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at the end; routes are appended to it.
    package let text: String
    /// Host and port as people read them, for messages.
    package let host: String
    package let isSecure: Bool
    /// Whether it is on this very machine.
    package let isLoopback: Bool

    package var description: String { text }

    /// Reads what a person typed; without a scheme, https is meant, or http for loopback.
    /// - Throws: ``Problem`` with code `badRequest` for what is no address, `serverUntrusted` for plain http to
    ///   another machine.
    package init(parsing typed: String) throws(Problem) {
        let trimmed = typed.trimmingCharacters(in: .whitespaces)
        let components = URLComponents(string: trimmed.contains("://") ? trimmed : "https://" + trimmed)
        guard let components, let name = components.host, !name.isEmpty, components.user == nil,
            components.password == nil, components.query == nil, components.fragment == nil
        else {
            throw Problem(
                .badRequest, "“\(typed)” is not the address of a server.",
                detail: "It looks like https://files.example.com.", status: 0)
        }
        isLoopback = Self.isLoopback(name)
        let isGuessed = !trimmed.contains("://")
        let scheme = isGuessed && isLoopback ? "http" : components.scheme?.lowercased() ?? ""
        guard scheme == "https" || scheme == "http" else {
            throw Problem(.badRequest, "“\(typed)” is neither an https nor an http address.", status: 0)
        }
        guard scheme == "https" || isLoopback else {
            throw Problem(
                .serverUntrusted, "“\(typed)” would send the password unencrypted over the network.",
                detail: "Use https. Plain http is only taken for a server on this machine.", status: 0)
        }
        let bare = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
        let bracketed = bare.contains(":") ? "[\(bare)]" : bare
        host = bracketed + (components.port.map { ":\($0)" } ?? "")
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        text = "\(scheme)://\(host)\(path)"
        isSecure = scheme == "https"
    }

    /// Whether a host's name can only mean this machine.
    static func isLoopback(_ host: String) -> Bool {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if bare.lowercased() == "localhost" || bare == "::1" { return true }
        let octets = bare.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && octets[0] == 127 && octets.allSatisfy { $0 != nil }
    }
}
