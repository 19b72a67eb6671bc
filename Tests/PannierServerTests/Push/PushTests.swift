import Foundation
import PannierCore
import PannierServer
import Testing

@Suite(.timeLimit(.minutes(5))) struct PushTests {
    private func makeFolder(_ device: TestDevice, _ name: String) async throws -> NodeID {
        let request = CreateNodes.Request(
            parent: device.account.root, items: [.init(path: [try NodeName(name)], file: nil)])
        let answer = try await device.ask("POST", "/v1/nodes", request, key: name, as: CreateNodes.Response.self)
        return try #require(try answer.items[0].get().folder?.id)
    }

    private func ownView(_ device: TestDevice) -> ViewID {
        ViewID(high: device.account.namespace.high, low: device.account.namespace.low)
    }

    // MARK: Who gets in

    @Test(arguments: [nil, "pn1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "nonsense"])
    func aBadTokenIs401(_ token: String?) async throws {
        try await TestServer.with { (server) async throws in
            let answer = try await request(
                "GET", port: server.port, "/v1/push", headers: WebSocketPeer.handshake(token: token))
            #expect(answer.status == 401)
            #expect(try problem(answer).code == .tokenInvalid)
            #expect(answer.headers["connection"] == "close")
        }
    }

    @Test func aForeignOriginIs403() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            for (origin, status) in [
                ("https://evil.example.org", 403), ("null", 403), ("http://127.0.0.1:\(server.port)", 101),
            ] {
                let headers = WebSocketPeer.handshake(token: alice.token, headers: ["Origin": origin])
                let answer = try await request("GET", port: server.port, "/v1/push", headers: headers)
                #expect(answer.status == status, "\(origin)")
            }
        }
    }

    @Test func whatIsNoHandshakeIs400() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            for (name, value) in [("Sec-WebSocket-Version", "12"), ("Sec-WebSocket-Key", "")] {
                var headers = WebSocketPeer.handshake(token: alice.token)
                headers[name] = value.isEmpty ? nil : value
                let answer = try await request("GET", port: server.port, "/v1/push", headers: headers)
                #expect(answer.status == 400, "\(name)")
            }
        }
    }

    // MARK: Requests that only look like it

    /// An upgrade that nobody takes must not cost the request its head.
    @Test func upgradesThatAreNotOursAreAnsweredNormally() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let h2c = [
                "Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABkAAQAoAAAAAIAAAAA",
            ]
            // The parser reads nothing behind such a request, so its connection must end.
            let put = try await request(
                "PUT", port: server.port, "/v1/nothing", headers: h2c, body: Array("hello".utf8))
            #expect(put.status == 404)
            #expect(put.headers["connection"] == "close")
            try await HTTPConnection.with(port: server.port) { (connection) async throws in
                let host = "127.0.0.1:\(server.port)"
                try await connection.send(head("GET", "/v1/health", host: host))
                #expect(try await connection.answer().status == 200)
                try await connection.send(head("GET", "/v1/health", host: host, h2c))
                let answer = try await connection.answer()
                #expect(answer.status == 200)
                #expect(answer.headers["connection"] == "close")
                try await connection.end()
            }
            // On the push route itself, but not as a handshake that comes first and without a body.
            let handshake = WebSocketPeer.handshake(token: alice.token)
            for (method, body) in [("POST", []), ("GET", [1 as UInt8])] {
                let answer = try await request(method, port: server.port, "/v1/push", headers: handshake, body: body)
                #expect(answer.status == (method == "POST" ? 404 : 426), "\(method)")
            }
            try await HTTPConnection.with(port: server.port) { (connection) async throws in
                let host = "127.0.0.1:\(server.port)"
                try await connection.send(head("GET", "/v1/health", host: host))
                #expect(try await connection.answer().status == 200)
                try await connection.send(head("GET", "/v1/push", host: host, handshake))
                let answer = try await connection.answer()
                #expect(answer.status == 426)
                try await connection.end()
            }
        }
    }

    /// Without `Connection: Upgrade` the parser goes on to what follows, which no WebSocket handler may ever see.
    @Test func aHandshakeThatTheParserDoesNotSeeIsNone() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            var headers = WebSocketPeer.handshake(token: alice.token)
            headers["Connection"] = nil
            try await HTTPConnection.with(port: server.port) { (connection) async throws in
                let host = "127.0.0.1:\(server.port)"
                try await connection.send(
                    head("GET", "/v1/push", host: host, headers) + head("GET", "/v1/health", host: host))
                #expect(try await connection.answer().status == 426)
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    @Test func whatFollowsAHandshakeAtOnceIsTakenAsFrames() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await HTTPConnection.with(port: server.port) { (connection) async throws in
                let host = "127.0.0.1:\(server.port)"
                try await connection.send(
                    head("GET", "/v1/push", host: host, WebSocketPeer.handshake(token: alice.token))
                        + head("GET", "/v1/health", host: host, ["X": String(repeating: "x", count: 1_000)]))
                #expect(try await connection.answer().status == 101)
                try await connection.end()
            }
            #expect(try await request("GET", port: server.port, "/v1/health").status == 200)
        }
    }

    // MARK: Messages

    @Test func aChangeSaysLook() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let view = ownView(alice)
            try await WebSocketPeer.with(alice) { (peer) async throws in
                try await peer.subscribe([view, .random()])
                // In force from here on: what changed before is to be looked at once.
                #expect(try await peer.look() == [view])
                _ = try await makeFolder(alice, "docs")
                #expect(try await peer.look() == [view])
                #expect(server.service.pushSockets == 1)
            }
        }
    }

    @Test func othersHearNothing() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let bob = try await server.device("bob@example.org")
            try await WebSocketPeer.with(bob) { (peer) async throws in
                try await peer.subscribe([ownView(alice), ownView(bob)])
                #expect(try await peer.look() == [ownView(bob)])
                _ = try await makeFolder(alice, "secret")
                _ = try await makeFolder(bob, "own")
                #expect(try await peer.look() == [ownView(bob)])
            }
        }
    }

    @Test func sharingAndTakingBackAreTold() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let bob = try await server.device("bob@example.org")
            let folder = try await makeFolder(alice, "ours")
            try await WebSocketPeer.with(bob) { (peer) async throws in
                try await peer.subscribe([ownView(bob)])
                #expect(try await peer.look() == [ownView(bob)])
                let request = CreateShares.Request(emails: ["bob@example.org"], role: .viewer)
                let path = "/v1/files/\(folder)/shares"
                let grants = try await alice.ask("POST", path, request, key: "s", as: Grants.self)
                #expect(try await peer.look() == [], "the set of views has changed")
                let grant = try #require(grants.grants.first?.id)
                try await peer.subscribe([ownView(bob), grant])
                #expect(try await peer.look() == [ownView(bob), grant].sorted())
                let inside = CreateNodes.Request(parent: folder, items: [.init(path: [try NodeName("a")], file: nil)])
                _ = try await alice.ask("POST", "/v1/nodes", inside, key: "n", as: CreateNodes.Response.self)
                #expect(try await peer.look() == [grant])
                _ = try await makeFolder(alice, "elsewhere")
                #expect(try await alice.call("DELETE", "\(path)/\(grant)", key: "d").status == 204)
                #expect(try await peer.look() == [])
                // Revoked: not heard of any more, even though it is still subscribed.
                let more = CreateNodes.Request(parent: folder, items: [.init(path: [try NodeName("b")], file: nil)])
                _ = try await alice.ask("POST", "/v1/nodes", more, key: "m", as: CreateNodes.Response.self)
                _ = try await makeFolder(bob, "own")
                #expect(try await peer.look() == [ownView(bob)])
            }
        }
    }

    @Test func aMessageMayComeInPieces() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in
                let text = [UInt8](try WireJSON.encode(PushSubscription(subscribe: [ownView(alice)])))
                try await peer.send(0x1, Array(text.prefix(10)), isFinal: false)
                try await peer.send(0x0, Array(text.dropFirst(10)))
                #expect(try await peer.look() == [ownView(alice)])
                try await peer.send(0x9, [1, 2])
                #expect(try await peer.frame() == .other(0xA))
            }
        }
    }

    @Test func nonsenseEndsTheSocket() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in
                try await peer.send(0x1, Array("[]".utf8))
                #expect(try await peer.frame() == .close(1007))
                try await peer.connection.end()
            }
            try await WebSocketPeer.with(alice) { (peer) async throws in
                try await peer.send(0x2, [1])
                #expect(try await peer.frame() == .close(1003))
            }
            try await WebSocketPeer.with(alice) { (peer) async throws in
                try await peer.send(0x8, [])
                #expect(try await peer.frame() == .close(1000))
                try await peer.connection.end()
            }
        }
    }

    // MARK: Ends

    @Test func aDeviceThatSignsOutLosesItsSocket() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in
                #expect(try await alice.call("DELETE", "/v1/devices/current").status == 204)
                #expect(try await peer.frame() == .close(1008))
                try await peer.connection.end()
            }
        }
    }

    @Test func aPersonWhoIsRemovedLosesTheirSockets() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in
                _ = await server.service.perform(.removeUser(email: "alice@example.org"))
                #expect(try await peer.frame() == .close(1008))
            }
        }
    }

    @Test func aSilentConnectionIsClosed() async throws {
        let timing = ConnectionTiming(negotiation: .milliseconds(200))
        try await TestServer.with(timing: timing) { (server) async throws in
            for text in ["", "GET /v1/he"] {
                let start = ContinuousClock.now
                try await HTTPConnection.with(port: server.port) { (connection) async throws in
                    // On a busy machine the deadline may come first.
                    if !text.isEmpty { try? await connection.send(text) }
                    try await connection.end()
                }
                #expect(ContinuousClock.now - start >= .milliseconds(190))
            }
        }
    }

    @Test func aSocketThatDoesNotAnswerIsClosed() async throws {
        let timing = ConnectionTiming(ping: .milliseconds(100), silence: .milliseconds(300))
        try await TestServer.with(timing: timing) { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in try await peer.connection.end() }
        }
        let patient = ConnectionTiming(ping: .milliseconds(100), silence: .seconds(3_600))
        try await TestServer.with(timing: patient) { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in
                #expect(try await peer.frame() == .ping)
            }
        }
    }

    @Test func aSocketThatIsHeardOfStays() {
        let start = ContinuousClock.now
        var deadline = PushDeadline(silence: .seconds(60), now: start)
        #expect(deadline.action(at: start + .seconds(25)) == .ping)
        deadline.heard(at: start + .seconds(26))
        #expect(deadline.action(at: start + .seconds(75)) == .ping)
        #expect(deadline.action(at: start + .seconds(86)) == .close)
        deadline.heard(at: start + .seconds(87))
        #expect(deadline.action(at: start + .seconds(88)) == .ping)
    }

    /// No deadline helps here: when this test ends within its own, nobody waited for one.
    @Test func stoppingEndsOpenSocketsAtOnce() async throws {
        let never = Duration.seconds(3_600)
        let timing = ConnectionTiming(negotiation: never, request: never, progress: never, ping: never, silence: never)
        try await TestServer.with(timing: timing, patience: never) { (server) async throws in
            let alice = try await server.device("alice@example.org")
            try await WebSocketPeer.with(alice) { (peer) async throws in
                try await WebSocketPeer.with(alice) { (other) async throws in
                    try await HTTPConnection.with(port: server.port) { (silent) async throws in
                        try await other.subscribe([ownView(alice)])
                        _ = try await other.look()
                        await server.service.stop()
                        #expect(try await peer.frame() == .close(1001))
                        #expect(try await other.frame() == .close(1001))
                        try await silent.end()
                    }
                }
            }
        }
    }
}
