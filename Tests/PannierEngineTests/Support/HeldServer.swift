import Glibc
import PannierCore
import PannierTransfer
import Testing

/// Takes requests on this machine and answers none of them.
final class HeldServer: Sendable {
    private let listening: Int32
    let address: String

    /// A request that waits for its answer.
    struct Request: Sendable {
        fileprivate let connection: Int32
        /// All of it, as it came.
        let text: String

        /// Ends the connection: it is never answered.
        func drop() { close(connection) }
    }

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        listening = descriptor
        self.address = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    deinit { close(listening) }

    /// The next one that comes; waits for it.
    func next() async throws -> Request {
        let listening = listening
        return try await BlockingThread.run { () throws(Problem) in
            let connection = accept(listening, nil, nil)
            guard connection >= 0 else { throw Problem(.internalError, "Nobody can connect: \(errno).") }
            return Request(connection: connection, text: Self.text(on: connection))
        }
    }

    private static func text(on connection: Int32) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isWhole(text) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    /// Its body is as long as its header says.
    private static func isWhole(_ text: String) -> Bool {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let field = parts[0].lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = field.flatMap { Int($0.drop { $0 != " " }.dropFirst()) } ?? 0
        return parts[1].utf8.count >= length
    }
}
