import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite(.timeLimit(.minutes(5))) struct GatewayTests {
    // MARK: Files

    @Test func aFileGoesUpAndComesDown() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(Array("Swift on Linux. ".utf8) + RandomBytes.make(9_500))
            let node = try await alice.upload("file.txt", file)
            #expect(node.name.text == "file.txt")
            #expect(node.content?.sha256 == SHA256Digest.of(file.plain))
            #expect(try await alice.download(node.id) == file.plain)
            let found = try await alice.ask("GET", "/v1/files/\(node.id)", as: Node.self)
            #expect(found == node)
            // Nothing readable lies in the folder.
            for name in try files(below: "\(server.folder)/packs") {
                let bytes = try Data(contentsOf: URL(filePath: "\(server.folder)/packs/\(name)"))
                #expect(bytes.range(of: Data("Swift on Linux".utf8)) == nil)
            }
        }
    }

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

    @Test func aCopyComesDownToo() async throws {
        try await TestServer.with { server in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(3_500))
            let node = try await alice.upload("file", file)
            let item = CopyNodes.Item(node: node.id, parent: alice.account.root, name: try NodeName("copy"))
            let request = CopyNodes.Request(items: [item])
            let answer = try await alice.ask("POST", "/v1/nodes/copy", request, key: "copy", as: NodeResults.self)
            let copy = try answer.items[0].get()
            #expect(try await alice.download(copy.id) == file.plain)
            // Sent again it is not copied again.
            let again = try await alice.ask("POST", "/v1/nodes/copy", request, key: "copy", as: NodeResults.self)
            #expect(try again.items[0].get() == copy)
        }
    }

    @Test func theSameContentIsNotSentTwice() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(5_000))
            _ = try await alice.upload("one", file)
            let (upload, missing) = try await alice.open("two", file)
            #expect(missing == [])
            let node = try await alice.commit(upload, file).items[0].get().node
            #expect(try await alice.download(node.id) == file.plain)
            // Another account has to send it, whatever it knows.
            let bob = try await server.device("bob@example.org")
            #expect(try await bob.open("three", file).1.count == file.chunks.count)
        }
    }

    @Test func aPackThatIsNotThereIsMissing() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(3_000))
            let (upload, _) = try await alice.open("file", file)
            let pack = try await alice.openPack(file)
            #expect(try problem(try await alice.describe(pack.pack, file)).code == .packMissing)
            // And nothing can be committed on it.
            guard case .problem(let refusal) = try await alice.commit(upload, file).items[0] else {
                Issue.record("committed without its bytes")
                return
            }
            #expect(refusal.code == .chunksMissing)
            #expect(try await alice.send("PUT", pack.put, body: file.pack.bytes).status == 200)
            #expect(try await alice.describe(pack.pack, file).status == 200)
            // Once verified, it is answered at once and for ever.
            #expect(try await alice.describe(pack.pack, file).status == 200)
        }
    }

    @Test func aPackThatHoldsSomethingElseIsRefused() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(3_000))
            _ = try await alice.open("file", file)
            let pack = try await alice.openPack(file)
            #expect(try await alice.send("PUT", pack.put, body: file.pack.bytes).status == 200)
            let claim = DescribePack.Request(chunks: Array(file.pack.chunks.dropLast()))
            let answer = try await alice.call("PATCH", "/v1/packs/\(pack.pack)", claim)
            #expect(try problem(answer).code == .manifestMismatch)
            #expect(try await alice.describe(pack.pack, file).status == 200)
        }
    }

    @Test func aPackThatIsNotOneIsDamagedForGood() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(3_000))
            let garbage = RandomBytes.make(4_000)
            let request = OpenPacks.Request(
                namespace: alice.account.namespace,
                packs: [
                    .init(
                        key: Hexadecimal.text(of: file.pack.key.bytes), length: garbage.count,
                        sha256: SHA256Digest.of(garbage))
                ])
            let opened = try await alice.ask("POST", "/v1/packs", request, key: "p", as: OpenPacks.Response.self)
            let pack = try opened.items[0].get()
            #expect(try await alice.send("PUT", pack.put, body: garbage).status == 200)
            let answer = try await alice.describe(pack.pack, file)
            #expect(answer.status == 422)
            #expect(try problem(answer).code == .packDamaged)
            #expect(try problem(try await alice.describe(pack.pack, file)).code == .packDamaged)
        }
    }

    /// What rots in the store is found by its readers, and sent again by whoever still has it.
    @Test(arguments: ["altered", "cut", "gone"]) func aPackThatRottedIsReplaced(_ harm: String) async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(5_000))
            let node = try await alice.upload("file", file)
            _ = try await alice.upload("other", try SealedFile(RandomBytes.make(2_000)))
            let request = GetContent.Request(items: [.init(file: node.id)])
            let pack = try await alice.ask("POST", "/v1/content", request, as: GetContent.Response.self).packs[0].pack
            let check = CheckPack.Request(
                file: node.id, version: try #require(node.content).version, entry: file.chunks.count - 1)
            func isDamaged() async throws -> Bool {
                try await alice.ask("POST", "/v1/packs/\(pack)/check", check, as: CheckPack.Response.self).isDamaged
            }
            #expect(try await isDamaged() == false)
            #expect(try await alice.open("again", file).1 == [])

            let folder = "\(server.folder)/packs"
            let path = try #require(try files(below: folder).first { $0.hasSuffix("\(pack)") })
            let object = URL(filePath: "\(folder)/\(path)")
            switch harm {
            case "altered":
                var bytes = try Data(contentsOf: object)
                bytes[bytes.startIndex + 2_000] ^= 1
                try bytes.write(to: object)
            case "cut": try Data(contentsOf: object).dropLast(100).write(to: object)
            default: try FileManager.default.removeItem(at: object)
            }
            #expect(try await isDamaged())
            #expect(try await isDamaged())
            guard
                case .problem(let refusal) = try await alice.ask(
                    "POST", "/v1/content", request, as: GetContent.Response.self
                ).items[0]
            else {
                Issue.record("a damaged file was told")
                return
            }
            #expect(refusal.code == .packDamaged)
            // Sent again under any name, all files that hold it can be read again.
            _ = try await alice.upload("once more", file)
            #expect(try await alice.download(node.id) == file.plain)
        }
    }

    /// A pack that was found damaged is not given up for good: somebody may put back what was there.
    @Test(arguments: ["altered", "cut", "gone"]) func aPackThatIsWholeAgainIsToldAgain(_ harm: String) async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let file = try SealedFile(RandomBytes.make(5_000))
            let node = try await alice.upload("file", file)
            _ = try await alice.upload("other", try SealedFile(RandomBytes.make(2_000)))
            let request = GetContent.Request(items: [.init(file: node.id)])
            let pack = try await alice.ask("POST", "/v1/content", request, as: GetContent.Response.self).packs[0].pack
            let folder = "\(server.folder)/packs"
            let path = try #require(try files(below: folder).first { $0.hasSuffix("\(pack)") })
            let object = URL(filePath: "\(folder)/\(path)")
            let whole = try Data(contentsOf: object)
            switch harm {
            case "altered":
                var bytes = whole
                bytes[2_000] ^= 1
                try bytes.write(to: object)
            case "cut": try whole.dropLast(100).write(to: object)
            default: try FileManager.default.removeItem(at: object)
            }
            let check = CheckPack.Request(file: node.id, version: try #require(node.content).version, entry: 0)
            let answer = try await alice.ask(
                "POST", "/v1/packs/\(pack)/check", check, as: CheckPack.Response.self)
            #expect(answer.isDamaged)
            for _ in 0..<2 {
                let items = try await alice.ask("POST", "/v1/content", request, as: GetContent.Response.self).items
                #expect(try refusal { try items[0].get() } == .packDamaged)
            }
            try whole.write(to: object)
            #expect(try await alice.download(node.id) == file.plain)
            // Its chunks count as being there again.
            #expect(try await alice.open("again", file).1 == [])
        }
    }

    /// A disk that is not mounted must not make a server give up everything on it.
    @Test func nothingIsGivenUpWhereNothingIsFound() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let bob = try await server.device("bob@example.org")
            let file = try SealedFile(RandomBytes.make(5_000))
            let node = try await alice.upload("file", file)
            let request = GetContent.Request(items: [.init(file: node.id)])
            let pack = try await alice.ask("POST", "/v1/content", request, as: GetContent.Response.self).packs[0].pack
            let version = try #require(node.content).version
            let check = CheckPack.Request(file: node.id, version: version, entry: 0)
            let space = "\(server.folder)/packs/\(alice.account.namespace)"
            try FileManager.default.moveItem(atPath: space, toPath: space + ".away")
            let answer = try await alice.call("POST", "/v1/packs/\(pack)/check", check)
            #expect(try problem(answer).code == .packMissing)
            try FileManager.default.moveItem(atPath: space + ".away", toPath: space)
            #expect(try await alice.download(node.id) == file.plain)
            // Nobody else makes the server read it, nor anyone for a piece that lies elsewhere.
            #expect(try await bob.call("POST", "/v1/packs/\(pack)/check", check).status == 404)
            let beyond = CheckPack.Request(file: node.id, version: version, entry: 5)
            #expect(try await alice.call("POST", "/v1/packs/\(pack)/check", beyond).status == 404)
            #expect(try await alice.call("POST", "/v1/packs/\(PackID.random())/check", check).status == 404)
        }
    }

    // MARK: Who may

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

    @Test func anOlderContentIsCurrentAgain() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            let (old, new) = (try SealedFile(RandomBytes.make(3_000)), try SealedFile(RandomBytes.make(2_000)))
            let first = try await alice.upload("f", old)
            let second = try await alice.upload("f", new)
            #expect(second.content?.conflicts == 1, "it was sent without a word of the first")
            let path = "/v1/files/\(first.id)"
            let newest = try await alice.ask("GET", "\(path)/versions?limit=1", as: FileVersions.self)
            let after = try #require(newest.after)
            #expect(newest.versions.map(\.id) == [after] && after == second.content?.version)
            let rest = try await alice.ask("GET", "\(path)/versions?after=\(after)", as: FileVersions.self)
            #expect(rest.versions.map(\.conflict) == [.open] && rest.after == nil)
            #expect(try await alice.call("GET", "\(path)/versions?limit=many").status == 400)
            let request = RestoreVersion.Request(version: rest.versions[0].id, current: after)
            let restored = try await alice.ask("POST", "\(path)/restore", request, key: "r", as: Node.self)
            #expect(try await alice.ask("POST", "\(path)/restore", request, key: "r", as: Node.self) == restored)
            #expect(
                try problem(try await alice.call("POST", "\(path)/restore", request, key: "s")).code == .changedSince)
            #expect(try await alice.download(first.id) == old.plain)
            #expect(try await alice.ask("GET", "\(path)/versions", as: FileVersions.self).versions.count == 3)
        }
    }

    @Test func whatIsCurrentIsKept() async throws {
        try await TestServer.with { (server) async throws in
            let alice = try await server.device("alice@example.org")
            _ = try await alice.upload("f", try SealedFile(RandomBytes.make(3_000)))
            let node = try await alice.upload("f", try SealedFile(RandomBytes.make(2_000)))
            let request = SettleConflicts.Request(version: try #require(node.content).version)
            let path = "/v1/files/\(node.id)/conflicts/settle"
            for _ in 0..<2 {
                let kept = try await alice.ask("POST", path, request, as: Node.self)
                #expect(kept.content?.conflicts == 0 && kept.content?.version == node.content?.version)
            }
        }
    }

    // MARK: Signing in and out

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

    // MARK: Bad requests

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

    // MARK: Around it

    @Test func healthMetricsAndDocument() async throws {
        try await TestServer.with { (server) async throws in
            let health = try await request("GET", port: server.port, "/v1/health")
            #expect(health.status == 200)
            #expect(health.headers["x-request-id"]?.count == 16)
            let alice = try await server.device("alice@example.org")
            _ = try await alice.upload("file", try SealedFile(RandomBytes.make(2_000)))
            let metrics = try await request("GET", port: server.port, "/v1/metrics").text
            #expect(metrics.contains("pannier_api_requests_total{route=\"POST /v1/nodes\"} 1\n"))
            #expect(metrics.contains("pannier_store_puts_total 1\n"))
            #expect(metrics.contains("pannier_push_sockets 0\n"))
            let proxied = try await request(
                "GET", port: server.port, "/v1/metrics", headers: ["X-Forwarded-For": "203.0.113.7"])
            #expect(proxied.status == 404)
            let named = try await request(
                "GET", port: server.port, "/v1/metrics", host: "files.example.org")
            #expect(named.status == 404, "a proxy without such a header passes the name on")
            let document = try await request("GET", port: server.port, "/v1/openapi.json")
            #expect(document.body == Route.document)
        }
    }
}
