internal import Glibc

/// Where a host's name leads, as far as the name itself says it: nobody is asked.
enum HostPlace: Equatable {
    /// This very machine.
    case loopback
    /// No place at all (0.0.0.0/8, ::), or only the next cable (169.254/16, fe80::/10), where machines in a data centre
    /// keep their secrets.
    case nowhere
    /// A name, or any other number.
    case elsewhere

    /// - Parameter host: as it stands in a URL, IPv6 in brackets. Numbers in every spelling that a resolver takes.
    init(_ host: String) {
        let bare = host.hasSuffix(".") ? String(host.dropLast()) : host
        if bare.hasPrefix("[") {
            var address = in6_addr()
            let isRead = inet_pton(AF_INET6, String(bare.dropFirst().dropLast()), &address) == 1
            self = isRead ? Self.place(sixteen: withUnsafeBytes(of: address) { Array($0) }) : .nowhere
            return
        }
        var address = in_addr()
        // Takes 127.1, 0x7f000001 and 2130706433 too, as libcurl does.
        if inet_aton(bare, &address) == 1 {
            self = Self.place(four: withUnsafeBytes(of: address) { Array($0) })
        } else {
            let name = bare.lowercased()
            self = name == "localhost" || name.hasSuffix(".localhost") ? .loopback : .elsewhere
        }
    }

    private static func place(four: [UInt8]) -> HostPlace {
        switch (four[0], four[1]) {
        case (127, _): .loopback
        case (0, _), (169, 254): .nowhere
        default: .elsewhere
        }
    }

    private static func place(sixteen: [UInt8]) -> HostPlace {
        let front = sixteen[..<10].allSatisfy { $0 == 0 }
        // IPv4 in IPv6: ::ffff:a.b.c.d, and the older ::a.b.c.d, of which :: and ::1 are two.
        if front, sixteen[10...11].allSatisfy({ $0 == 0xFF }) { return place(four: Array(sixteen[12...])) }
        if front, sixteen[10...11].allSatisfy({ $0 == 0 }) {
            return sixteen[12...].elementsEqual([0, 0, 0, 1]) ? .loopback : place(four: Array(sixteen[12...]))
        }
        return sixteen[0] == 0xFE && sixteen[1] & 0xC0 == 0x80 ? .nowhere : .elsewhere
    }
}
