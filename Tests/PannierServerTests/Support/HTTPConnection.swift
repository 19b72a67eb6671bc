import Foundation
import Glibc
import NIOCore
import NIOPosix
import Testing

/// An answer as it came over the wire.
struct HTTPAnswer: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body))
    }
}

/// One TCP connection of bytes, so that a test can say exactly what it wants and stop where it wants.
final class HTTPConnection {
    struct Ended: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel
    private var received: [UInt8] = []

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ channel: any Channel
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.channel = channel
    }

    static func with<Result: Sendable>(
        port: Int, _ body: (HTTPConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(HTTPConnection(inbound, outbound, channel.channel))
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Cuts the connection as a lost peer does: with a reset.
    func cut() async throws {
        let options = try #require(channel as? any SocketOptionProvider)
        try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    /// Takes `count` bytes, waiting for them.
    /// - Throws: ``Ended`` when the peer closes before.
    func take(_ count: Int) async throws -> [UInt8] {
        while received.count < count { try await more() }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    /// Reads one answer; a body is there when its length is told, and `isHead` is false.
    func answer(isHead: Bool = false) async throws -> HTTPAnswer {
        let end = Array("\r\n\r\n".utf8)
        while received.firstRange(of: end) == nil { try await more() }
        let head = received.firstRange(of: end)!
        let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        received.removeFirst(head.upperBound)
        let status = try #require(lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) })
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = isHead ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        return HTTPAnswer(status: status, headers: headers, body: try await take(length))
    }

    /// Waits until the peer closes; what still comes is thrown away.
    func end() async throws { while (try? await more()) != nil {} }

    private func more() async throws {
        guard let piece = try await inbound.next(isolation: #isolation) else { throw Ended() }
        received += Array(piece.readableBytesView)
    }
}

/// Sends one request on a connection of its own.
func request(
    _ method: String, port: Int, _ target: String, headers: [String: String] = [:], body: [UInt8] = [],
    host: String? = nil
) async throws -> HTTPAnswer {
    try await HTTPConnection.with(port: port) { (connection) async throws in
        try await connection.send(head(method, target, host: host ?? "127.0.0.1:\(port)", headers, length: body.count))
        if !body.isEmpty { try await connection.send(body) }
        return try await connection.answer(isHead: method == "HEAD")
    }
}

/// A request's head; `Content-Length` is added where the headers have none and there is a body.
func head(
    _ method: String, _ target: String, host: String, _ headers: [String: String] = [:], length: Int = 0
) -> String {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)"]
    lines += headers.map { "\($0.key): \($0.value)" }
    if length > 0, !headers.keys.contains(where: { $0.lowercased() == "content-length" }) {
        lines.append("Content-Length: \(length)")
    }
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
}
