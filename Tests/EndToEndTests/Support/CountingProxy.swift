import Foundation
import Synchronization

/// Stands between client and server, counts what passes, and can cut the line. One thread accepts, two a connection
/// copy; all end with `stop()`.
final class CountingProxy: Sendable {
    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let up = Atomic<Int64>(0)
    private let down = Atomic<Int64>(0)
    private let isCut = Atomic<Bool>(false)
    private let open = Mutex<Set<Int32>>([])

    /// Bytes that went from clients to the server, and back.
    var bytesUp: Int64 { up.load(ordering: .relaxed) }
    var bytesDown: Int64 { down.load(ordering: .relaxed) }

    init(to target: UInt16) throws {
        self.target = target
        (listener, port) = try Sockets.listen()
        Thread.detachNewThread { [self] in accept() }
    }

    /// Ends every connection and takes no new ones until `mend()`.
    func cut() {
        isCut.store(true, ordering: .sequentiallyConsistent)
        open.withLock { for socket in $0 { shutdown(socket, Int32(SHUT_RDWR)) } }
    }

    func mend() { isCut.store(false, ordering: .sequentiallyConsistent) }

    func stop() {
        cut()
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            if client < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            guard !isCut.load(ordering: .sequentiallyConsistent), let server = Sockets.connect(to: target) else {
                close(client)
                continue
            }
            open.withLock { $0.formUnion([client, server]) }
            let halves = Atomic2()
            Thread.detachNewThread { [self] in pump(client, server, counting: .up, halves) }
            Thread.detachNewThread { [self] in pump(server, client, counting: .down, halves) }
        }
    }

    private enum Way { case up, down }

    private func pump(_ from: Int32, _ to: Int32, counting way: Way, _ halves: Atomic2) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        copying: while true {
            let count = recv(from, &buffer, buffer.count, 0)
            if count <= 0 { break }
            switch way {
            case .up: up.add(Int64(count), ordering: .relaxed)
            case .down: down.add(Int64(count), ordering: .relaxed)
            }
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes {
                    send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                if written <= 0 { break copying }
                sent += written
            }
        }
        shutdown(to, Int32(SHUT_WR))
        guard halves.secondIsDone() else { return }
        open.withLock { $0.subtract([from, to]) }
        close(from)
        close(to)
    }
}

/// Tells the second of two that it is the second.
private final class Atomic2: Sendable {
    private let count = Atomic<Int>(0)
    func secondIsDone() -> Bool { count.add(1, ordering: .sequentiallyConsistent).newValue == 2 }
}

enum Sockets {
    /// Listens on a free loopback port.
    static func listen() throws -> (socket: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw Missed(what: "no free port: \(String(cString: strerror(errno)))") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let (listener, port) = try listen()
        close(listener)
        return port
    }

    static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: port)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return nil
    }

    /// Body of a plain GET on loopback; nil when nobody answers.
    static func get(_ path: String, port: UInt16) -> String? {
        guard let descriptor = connect(to: port) else { return nil }
        defer { close(descriptor) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return nil
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n") else { return nil }
        return String(text[head.upperBound...])
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
