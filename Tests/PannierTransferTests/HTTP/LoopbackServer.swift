import Foundation
import Glibc
import Synchronization

/// An address of this machine where nobody listens. Its port is held as long as the tests run: that of a server that was
/// stopped may be given to the server of another test.
enum SilentPort {
    static let port: Int = {
        do {
            return try LoopbackSocket().port
        } catch {
            preconditionFailure("No port on the loopback interface: \(error)")
        }
    }()

    static var base: String { "http://127.0.0.1:\(port)" }
}

/// A socket bound to a free loopback port. Whoever makes it closes it.
private struct LoopbackSocket {
    let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }
}

/// A tiny HTTP/1.1 server on a free loopback port, one thread a connection, whose answers a test scripts byte by byte.
final class LoopbackServer: Sendable {
    /// A request as it arrived.
    struct Request: Sendable {
        var method: String
        var target: String
        var fields: [String: String]
        var body: [UInt8]
        /// Counts from 1 on each connection.
        var numberOnConnection: Int
    }

    let port: Int
    private let listener: Int32
    /// Descriptors of open connections, and how many there have been. A closed number may already be another's.
    private let connections = Mutex<(open: Set<Int32>, count: Int)>(([], 0))
    private let seen = Mutex<[Request]>([])
    private let isResetting = Mutex(false)
    private let handler: @Sendable (Request, LoopbackConnection) -> Void

    /// - Parameter handler: answers on the connection's own thread; the connection stays open for the next request
    ///   unless it closes it.
    init(_ handler: @escaping @Sendable (Request, LoopbackConnection) -> Void) throws {
        let socket = try LoopbackSocket()
        let descriptor = socket.descriptor
        guard listen(descriptor, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        listener = descriptor
        port = socket.port
        self.handler = handler
        Thread { [weak self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0, let self else { break }
                self.connections.withLock { connections in
                    connections.open.insert(accepted)
                    connections.count += 1
                }
                if self.isResetting.withLock({ $0 }) {
                    self.reset(accepted)
                } else {
                    Thread { self.serve(accepted) }.start()
                }
            }
            close(descriptor)
        }.start()
    }

    var base: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }
    var connectionCount: Int { connections.withLock { $0.count } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { connections in
            for descriptor in connections.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// From now on connections are broken after their first bytes.
    func resetsConnections() { isResetting.withLock { $0 = true } }

    private func reset(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 100)
        recv(descriptor, &buffer, buffer.count, 0)
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        connections.withLock { connections in
            connections.open.remove(descriptor)
            close(descriptor)
        }
    }

    private func serve(_ descriptor: Int32) {
        let connection = LoopbackConnection(descriptor)
        var number = 0
        while let request = connection.readRequest(number: number + 1) {
            number += 1
            seen.withLock { $0.append(request) }
            handler(request, connection)
        }
        connections.withLock { connections in
            connections.open.remove(descriptor)
            close(descriptor)
        }
    }
}

/// One accepted connection. Used by its own thread.
final class LoopbackConnection {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var isOpen = true

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func end() {
        isOpen = false
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count, isOpen {
            let count = bytes[done...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            done += count
        }
    }

    func answer(_ status: Int, _ body: [UInt8] = [], fields: [String: String] = [:]) {
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        write("HTTP/1.1 \(status) Said\r\nContent-Length: \(body.count)\r\n\(lines)\r\n")
        write(body)
    }

    /// Waits until the other side closes.
    func waitForClose() {
        while readMore() {}
    }

    /// Nil when the other side closed.
    fileprivate func readRequest(number: Int) -> LoopbackServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        while isOpen {
            if let position = pending.firstRange(of: end) {
                let head = String(decoding: pending[..<position.lowerBound], as: UTF8.self)
                pending.removeSubrange(..<position.upperBound)
                return readBody(of: head, number: number)
            }
            guard readMore() else { return nil }
        }
        return nil
    }

    private func readBody(of head: String, number: Int) -> LoopbackServer.Request? {
        var lines = head.components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ").map(String.init)
        var fields: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = fields["content-length"].flatMap(Int.init) ?? 0
        while pending.count < length {
            guard readMore() else { return nil }
        }
        let body = Array(pending[..<length])
        pending.removeSubrange(..<length)
        return .init(method: words[0], target: words[1], fields: fields, body: body, numberOnConnection: number)
    }

    private func readMore() -> Bool {
        guard isOpen else { return false }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        pending.append(contentsOf: buffer[..<count])
        return true
    }
}
