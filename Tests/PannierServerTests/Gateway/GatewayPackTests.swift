import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Testing

/// Packs on their way to the store, and what may become of them there.
@Suite(.timeLimit(.minutes(5))) struct GatewayPackTests {
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
}
