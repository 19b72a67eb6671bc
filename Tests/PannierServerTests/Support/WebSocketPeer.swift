import Foundation
import PannierCore
import Testing

/// The client's side of a push socket, over bytes.
struct WebSocketPeer {
    enum Frame: Equatable {
        case text(String)
        case ping
        case close(UInt16)
        case other(UInt8)
    }

    let connection: HTTPConnection

    static func handshake(token: String?, headers: [String: String] = [:]) -> [String: String] {
        var all = [
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        if let token { all["Authorization"] = "Bearer \(token)" }
        return all.merging(headers) { $1 }
    }

    /// Opens a socket for a device; the body ends before the connection does.
    static func with<Result: Sendable>(
        _ device: TestDevice, _ body: (WebSocketPeer) async throws -> Result
    ) async throws -> Result {
        try await HTTPConnection.with(port: device.server.port) { (connection) async throws in
            let host = "127.0.0.1:\(device.server.port)"
            try await connection.send(head("GET", "/v1/push", host: host, handshake(token: device.token)))
            let answer = try await connection.answer()
            try #require(answer.status == 101, "\(answer)")
            // RFC 6455, section 1.3: the answer to this very key.
            #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            return try await body(WebSocketPeer(connection: connection))
        }
    }

    func subscribe(_ views: [ViewID]) async throws {
        try await send(0x1, [UInt8](try WireJSON.encode(PushSubscription(subscribe: views))))
    }

    func send(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) async throws {
        let mask: [UInt8] = [1, 2, 3, 4]
        var bytes = [(isFinal ? 0x80 : 0) | opcode]
        if payload.count < 126 {
            bytes.append(0x80 | UInt8(payload.count))
        } else {
            bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        }
        bytes += mask
        bytes += payload.enumerated().map { $1 ^ mask[$0 % 4] }
        try await connection.send(bytes)
    }

    func frame() async throws -> Frame {
        let start = try await connection.take(2)
        var length = Int(start[1] & 0x7F)
        if length == 126 {
            let more = try await connection.take(2)
            length = Int(more[0]) << 8 | Int(more[1])
        }
        let payload = try await connection.take(length)
        switch start[0] & 0xF {
        case 1: return .text(String(decoding: payload, as: UTF8.self))
        case 8: return .close(payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : 0)
        case 9: return .ping
        default: return .other(start[0] & 0xF)
        }
    }

    /// The next look message; pings are answered on the way.
    func look() async throws -> [ViewID] {
        while true {
            switch try await frame() {
            case .ping: try await send(0xA, [])
            case .text(let text): return try WireJSON.decode(PushLook.self, from: Data(text.utf8)).look
            case let other:
                Issue.record("\(other) instead of a look")
                throw HTTPConnection.Ended()
            }
        }
    }
}
