import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Testing

/// Who may, and signing in and out.
@Suite(.timeLimit(.minutes(5))) struct GatewayAccessTests {
    @Test(arguments: Route.all.filter { $0.access == .device }.map(\.label))
    func nothingWithoutAToken(_ label: String) async throws {
        try await Self.nothing(label, token: nil)
        try await Self.nothing(label, token: "pn1_" + Base64URL.text(of: RandomBytes.make(32)))
    }

    private static func nothing(_ label: String, token: String?) async throws {
        let parts = label.split(separator: " ")
        let path = String(parts[1]).replacing("{id}", with: "\(NodeID.random())").replacing(
            "{grant}", with: "\(ViewID.random())")
        guard path != "/v1/push" else { return }
        try await TestServer.with { (server) async throws in
            let nobody = TestDevice(server: server, token: token, account: nil)
            let answer = try await nobody.call(String(parts[0]), path, ["x": 1], key: "k")
            // A body may be looked at before the token is, but never more than that.
            #expect(answer.status == 401 || token != nil && answer.status == 400, "\(answer.text)")
        }
    }

    @Test func nobodySeesWhatIsNotTheirs() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let bob = try await server.device("bob@example.org")
            let file = try SealedFile(RandomBytes.make(3_000))
            let node = try await alice.upload("secret", file)
            let none = NodeID.random()
            for path in ["/v1/files/%", "/v1/files/%/versions", "/v1/files/%/shares", "/v1/files/%/changes"] {
                let body = path.hasSuffix("changes") ? GetChanges.Request(cursor: nil, limit: 1) : nil
                let method = body == nil ? "GET" : "POST"
                let foreign = try await bob.call(method, path.replacing("%", with: "\(node.id)"), body)
                let missing = try await bob.call(method, path.replacing("%", with: "\(none)"), body)
                #expect(foreign.status == 404, "\(path)")
                #expect(foreign.body == missing.body, "not allowed must look like not there: \(path)")
            }
            let pack = try await alice.openPack(file)
            #expect(try await bob.describe(pack.pack, file).status == 404)
        }
    }

    @Test func sharingOpensTheFileAndTakingBackClosesIt() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let bob = try await server.device("bob@example.org")
            let file = try SealedFile(RandomBytes.make(3_000))
            let node = try await alice.upload("shared", file)
            let request = CreateShares.Request(emails: ["bob@example.org"], role: .viewer)
            let path = "/v1/files/\(node.id)/shares"
            let grant = try #require(
                try await alice.ask("POST", path, request, key: "s", as: Grants.self).grants.first)
            #expect(try await alice.ask("GET", path, as: Grants.self).grants == [grant])
            let seen = try await bob.ask("GET", "/v1/shared", as: SharedWithMe.self)
            #expect(seen.items.map(\.node.id) == [node.id])
            #expect(try await bob.download(node.id) == file.plain)
            for _ in 0..<2 {
                #expect(try await alice.call("DELETE", "\(path)/\(grant.id)", key: "d").status == 204, "as before")
            }
            #expect(try await alice.call("DELETE", "\(path)/\(grant.id)", key: "e").status == 404)
            #expect(try await bob.call("GET", "/v1/files/\(node.id)").status == 404)
            #expect(try await bob.ask("GET", "/v1/shared", as: SharedWithMe.self).items == [])
        }
    }

    @Test func aTokenIsKeptAsItsHashOnlyAndDiesAtOnce() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let token = try #require(alice.token)
            #expect(token.wholeMatch(of: /pn1_[A-Za-z0-9_-]{43}/) != nil)
            #expect(try await alice.ask("GET", "/v1/account", as: Account.self).email == "alice@example.org")
            for name in ["pannier.sqlite", "pannier.sqlite-wal"] {
                let bytes = try Data(contentsOf: URL(filePath: "\(server.folder)/\(name)"))
                #expect(bytes.range(of: Data(token.utf8)) == nil)
            }
            #expect(try await alice.call("DELETE", "/v1/devices/current").status == 204)
            let answer = try await alice.call("GET", "/v1/account")
            #expect(try problem(answer).code == .tokenInvalid)
            #expect(answer.headers["www-authenticate"] == "Bearer")
        }
    }

    @Test func aWrongPasswordAndAnUnknownAddressLookTheSame() async throws {
        try await TestServer.with { (server) async throws in
            try await server.addUser("alice@example.org")
            let anyone = TestDevice(server: server, token: nil, account: nil)
            var answers: [HTTPAnswer] = []
            for email in ["alice@example.org", "nobody@example.org"] {
                let request = SignIn.Request(email: email, password: "wrong password", device: "d")
                answers.append(try await anyone.call("POST", "/v1/devices", request))
            }
            #expect(answers.map(\.status) == [401, 401])
            #expect(answers[0].body == answers[1].body)
        }
    }

    @Test func guessingIsSlowedDown() async throws {
        try await TestServer.with { (server) async throws in
            try await server.addUser("alice@example.org")
            let anyone = TestDevice(server: server, token: nil, account: nil)
            let wrong = SignIn.Request(email: "alice@example.org", password: "wrong password", device: "d")
            for _ in 0..<10 { #expect(try await anyone.call("POST", "/v1/devices", wrong).status == 401) }
            let answer = try await anyone.call("POST", "/v1/devices", wrong)
            #expect(answer.status == 429)
            #expect(answer.headers["retry-after"] != nil)
            // Others are not held up, nor the same person elsewhere: behind a proxy all come from its address.
            _ = try await server.device("bob@example.org")
            for (origin, status) in [("203.0.113.7", 401), ("spoofed, 203.0.113.7", 401), ("2001:db8::1", 401)] {
                let answer = try await anyone.call(
                    "POST", "/v1/devices", wrong, headers: ["X-Forwarded-For": origin])
                #expect(answer.status == status)
            }
            for index in 2...11 {
                _ = try await anyone.call(
                    "POST", "/v1/devices", wrong, headers: ["X-Forwarded-For": "2001:db8::\(index)"])
            }
            let neighbour = try await anyone.call(
                "POST", "/v1/devices", wrong, headers: ["X-Forwarded-For": "2001:db8::ffff"])
            #expect(neighbour.status == 429, "one customer has a whole /64")
        }
    }
}
