import Foundation
import PannierCore
import PannierServer
import Testing

/// Requests that are not taken as they are.
@Suite(.timeLimit(.minutes(5))) struct GatewayRequestTests {
    /// Whoever says by what past a change was thought of is not taken at a word that another past has given.
    @Test func aChangeOfAnotherPastIsRefused() async throws {
        try await TestServer.with { server in
            let alice = try await server.device("alice@example.org")
            let changes = try await alice.ask(
                "POST", "/v1/changes", GetChanges.Request(cursor: nil, limit: 9), as: ChangePage.self)
            let item = CreateNodes.Item(path: [try NodeName("new")], file: nil)
            let request = CreateNodes.Request(parent: alice.account.root, items: [item])
            func make(_ epoch: String) async throws -> HTTPAnswer {
                try await alice.call("POST", "/v1/nodes", request, key: "k", headers: ["Pannier-Epoch": epoch])
            }
            let refused = try await make("\(changes.epoch + 1)")
            #expect(refused.status == 409)
            #expect(try problem(refused).code == .epochChanged)
            #expect(try await make("soon").status == 400)
            let made = try await make("\(changes.epoch)")
            #expect(made.status == 200)
            #expect(try made.json(CreateNodes.Response.self).items[0].get().folder?.name.text == "new")
        }
    }

    @Test func anIdempotencyKeyIsForOneRequest() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            func make(_ name: String) throws -> CreateNodes.Request {
                .init(parent: alice.account.root, items: [.init(path: [try NodeName(name)], file: nil)])
            }
            let first = try await alice.call("POST", "/v1/nodes", try make("a"), key: "one")
            #expect(first.status == 200)
            #expect(try await alice.call("POST", "/v1/nodes", try make("a"), key: "one").body == first.body)
            let other = try await alice.call("POST", "/v1/nodes", try make("b"), key: "one")
            #expect(try problem(other).code == .idempotencyMismatch)
            for key in [nil, "", "not a key", String(repeating: "k", count: 65)] {
                let answer = try await alice.call("POST", "/v1/nodes", try make("c"), key: key)
                #expect(answer.status == 400, "\(key ?? "none")")
                #expect(try problem(answer).code == .badRequest)
            }
        }
    }

    @Test func aBodyThatIsNotUnderstoodIsExplained() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let bodies = ["", "{", "[]", "{\"parent\":1}", String(repeating: "[", count: 100_000)]
            for body in bodies {
                let answer = try await request(
                    "POST", port: server.port, "/v1/nodes",
                    headers: ["Authorization": "Bearer \(alice.token ?? "")", "Idempotency-Key": "k"],
                    body: Array(body.utf8))
                #expect(answer.status == 400, "\(body.prefix(20))")
                #expect(try problem(answer).code == .badRequest)
            }
            let named: [String: Any] = [
                "parent": "\(alice.account.root)", "items": [["path": ["a/b"]]],
            ]
            let answer = try await request(
                "POST", port: server.port, "/v1/nodes",
                headers: ["Authorization": "Bearer \(alice.token ?? "")", "Idempotency-Key": "k"],
                body: [UInt8](try JSONSerialization.data(withJSONObject: named)))
            #expect(try problem(answer).detail == "At items[0].path[0]: a name must not hold a slash.")
            #expect(try await alice.call("GET", "/v1/files/xyz").status == 404)
            let nothing = GetChanges.Request(cursor: nil, limit: 0)
            #expect(try await alice.call("POST", "/v1/changes", nothing).status == 400)
            #expect(try await alice.call("GET", "/v1/unknown").status == 404)
        }
    }

    @Test func aBodyOverFiveMebibytesIsRefused() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let headers = ["Authorization": "Bearer \(alice.token ?? "")", "Idempotency-Key": "k"]
            let host = "127.0.0.1:\(server.port)"
            try await HTTPConnection.with(port: server.port) { (connection) async throws in
                try await connection.send(
                    head("POST", "/v1/nodes", host: host, headers, length: Limits.requestBody + 1))
                let answer = try await connection.answer()
                #expect(answer.status == 413)
                #expect(try problem(answer).code == .tooLarge)
                #expect(answer.headers["connection"] == "close")
            }
            // Or without telling its length.
            try await HTTPConnection.with(port: server.port) { (connection) async throws in
                let chunked = headers.merging(["Transfer-Encoding": "chunked"]) { $1 }
                try await connection.send(head("POST", "/v1/nodes", host: host, chunked))
                let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
                for _ in 0..<5 { try await connection.send(Array("100000\r\n".utf8) + piece + Array("\r\n".utf8)) }
                try await connection.send("1\r\n \r\n")
                #expect(try await connection.answer().status == 413)
            }
        }
    }
}
