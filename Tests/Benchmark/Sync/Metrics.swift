import Foundation
import Glibc

/// The counters of a server on this machine.
struct Metrics {
    private let lines: [Substring]

    /// - Parameter address: `http://127.0.0.1:PORT`.
    static func page(of address: String) -> Metrics? {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { return nil }
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(connection) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request = Array("GET /v1/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
        guard status == 0, send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return nil
        }
        var (answer, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while case let count = recv(connection, &block, block.count, 0), count > 0 { answer += block.prefix(count) }
        return Metrics(lines: String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isNewline))
    }

    /// Of all lines of that name, whatever their labels.
    func sum(_ name: String) -> Int {
        lines.filter { $0.hasPrefix(name) }.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
            .reduce(0, +)
    }
}
