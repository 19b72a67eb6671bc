import Foundation
package import PannierCore
import PannierTransfer

/// Where a push socket is opened.
package struct PushAddress: Sendable, Hashable {
    package let host: String
    package let port: Int
    package let isSecure: Bool
    /// What the `Host` field says.
    package let authority: String
    package let path: String

    /// - Parameter server: as ``ServerAddress`` spells it.
    package init(server: String) throws(Problem) {
        let address = try ServerAddress(parsing: server)
        guard let components = URLComponents(string: address.text), let name = components.host else {
            throw Problem(.badRequest, "“\(server)” is not the address of a server.", status: 0)
        }
        host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
        isSecure = address.isSecure
        port = components.port ?? (address.isSecure ? 443 : 80)
        authority = address.host
        path = components.percentEncodedPath + "/v1/push"
    }

    /// TLS names no addresses.
    var serverName: String? {
        let isAddress = host.contains(":") || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
        return isAddress ? nil : host
    }
}
