import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Testing

/// Files go up and come down, and what is told beside them.
@Suite(.timeLimit(.minutes(5))) struct GatewayTests {
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
