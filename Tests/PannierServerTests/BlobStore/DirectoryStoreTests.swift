import Foundation
import HTTPTypes
import NIOPosix
import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite struct DirectoryStoreTests {
    /// A running server's store, seen from outside and inside.
    private func withStore(
        timing: ConnectionTiming = ConnectionTiming(),
        _ body: @escaping @Sendable (StoreUnderTest, TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(timing: timing) { (server) async throws in
            let keys = try #require(try KeyFile.read(in: try Descriptor.folder(server.folder)))
            let endpoint = StoreEndpoint(
                scheme: "http", host: "127.0.0.1:\(server.port)", path: StoreEndpoint.directoryPath)
            let store = StoreUnderTest(
                signer: SigV4Signer(endpoint: endpoint, access: keys.store), port: server.port,
                store: server.service.blobs)
            try await body(store, server)
        }
    }

    @Test(arguments: BlobStoreCompatibility.cases) func compatibility(_ one: BlobStoreCompatibility.Case) async throws {
        try await withStore { (store, server) async throws in
            try await one.run(store, BlobName(namespace: StoreUnderTest.namespace, pack: .random()))
            // A connection that was cut is heard of a moment later.
            let end = ContinuousClock.now + .seconds(30)
            while try files(below: "\(server.folder)/packs/tmp") != [], ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try files(below: "\(server.folder)/packs/tmp") == [])
        }
    }

    @Test func theProbeFindsNothing() async throws {
        try await withStore { (store, _) async throws in
            let probe = BlobStoreProbe(signer: store.signer, clock: { StoreUnderTest.now }) { trial in
                let signed = SignedRequest(url: trial.url, headers: trial.headers, expiresAt: 0)
                let answer = try await store.send(trial.method.rawValue, signed, body: trial.body)
                return BlobStoreProbe.Reply(status: answer.status, body: answer.body)
            }
            #expect(try await probe.run(on: BlobName(namespace: .random(), pack: .random())) == [])
        }
    }

    /// A store that takes everything, as some do, is found out.
    @Test func theProbeFindsAStoreThatEnforcesNothing() async throws {
        let signer = SigV4Signer(
            endpoint: StoreEndpoint(scheme: "http", host: "h", path: ""), access: ServerKeys.make().store)
        let probe = BlobStoreProbe(signer: signer, clock: { 1_700_000_000_000 }) { _ in .init(status: 200, body: []) }
        let found = try await probe.run(on: BlobName(namespace: .random(), pack: .random()))
        #expect(found.count == 9, "\(found)")
    }

    @Test func aPutThatExpectsIsToldToGoOn() async throws {
        try await withStore { (store, _) async throws in
            let body = RandomBytes.make(1_000)
            let put = store.put(BlobName(namespace: .random(), pack: .random()), body)
            let headers = put.headers.merging(["Expect": "100-continue"]) { $1 }
            try await HTTPConnection.with(port: store.port) { (connection) async throws in
                try await connection.send(head("PUT", store.target(put), host: store.signer.endpoint.host, headers))
                #expect(try await connection.answer().status == 100)
                try await connection.send(body)
                #expect(try await connection.answer().status == 200)
                // And is refused before its body is sent, when it is not good.
                let again = headers.merging(["Expect": "100-continue"]) { $1 }
                try await connection.send(head("PUT", store.target(put), host: store.signer.endpoint.host, again))
                #expect(try await connection.answer().status == 412)
            }
        }
    }

    /// Whoever takes nothing of what they asked for does not keep a place that others wait for.
    @Test(.timeLimit(.minutes(5))) func aClientThatDoesNotReadIsLetGo() async throws {
        try await withStore(timing: ConnectionTiming(progress: .milliseconds(300))) { (store, server) async throws in
            let blob = BlobName(namespace: .random(), pack: .random())
            // More than the buffers of both kernels take.
            let body = RandomBytes.make(48 << 20)
            #expect(try await store.send("PUT", store.put(blob, body), body: body).status == 200)
            func isOpen() async throws -> Bool {
                try await request("GET", port: server.port, "/v1/metrics").text.contains("\npannier_store_bodies 1\n")
            }
            try await HTTPConnection.with(port: store.port) { (connection) async throws in
                let get = store.get(blob)
                try await connection.send(head("GET", store.target(get), host: store.signer.endpoint.host, get.headers))
                _ = try await connection.take(100_000)
                while try await isOpen() {}
            }
        }
    }

    @Test func methodsAndNamesThatAreNone() async throws {
        try await withStore { (store, server) async throws in
            let names = ["/store/x/y", "/store/", "/store", "/store/../keys", "/store/\(NamespaceID.random())"]
            for name in names {
                let signed = store.signer.presign("GET", "/x", lifetime: 60, now: StoreUnderTest.now)
                let query = signed.url.drop { $0 != "?" }
                let answer = try await request("GET", port: server.port, name + query)
                #expect(answer.status == 403 || answer.status == 404, "\(name)")
            }
            #expect(try await request("DELETE", port: server.port, "/store/a/b").status == 404)
            let wellSigned = store.signer.presign("GET", "/../keys", lifetime: 60, now: StoreUnderTest.now)
            #expect(try await store.send("GET", wellSigned).status == 404)
        }
    }

    @Test func tooLargeIsRefusedBeforeItIsSent() async throws {
        try await withStore { (store, _) async throws in
            let blob = BlobName(namespace: .random(), pack: .random())
            let put = store.signer.put(
                namespace: blob.namespace, pack: blob.pack, length: Limits.packBytes + 1,
                sha256: Fingerprint(0, 0, 0, 0),
                now: StoreUnderTest.now)
            try await HTTPConnection.with(port: store.port) { (connection) async throws in
                try await connection.send(head("PUT", store.target(put), host: store.signer.endpoint.host, put.headers))
                let answer = try await connection.answer()
                #expect(answer.status == 400)
                #expect(answer.text.contains("EntityTooLarge"))
                // Nobody waits for 64 MiB that are not wanted.
                try await connection.end()
            }
        }
    }

    @Test func aStartRemovesWhatACrashLeft() async throws {
        try await withFolder { (folder) async throws in
            let packs = "\(folder)/packs"
            try FileManager.default.createDirectory(atPath: "\(packs)/tmp", withIntermediateDirectories: true)
            try Data([1]).write(to: URL(filePath: "\(packs)/tmp/left"))
            let store = try DirectoryBlobStore(folder: packs, logger: TestServer.quiet) { _ in }
            #expect(try files(below: packs) == [])
            try await store.shutDown()
        }
    }

    @Test func theEventComesAfterTheObjectIsDurable() async throws {
        try await withFolder { (folder) async throws in
            let (events, event) = AsyncStream.makeStream(of: BlobName.self)
            let store = try DirectoryBlobStore(folder: "\(folder)/packs", logger: TestServer.quiet) { event.yield($0) }
            let threads = NIOThreadPool(numberOfThreads: 4)
            threads.start()
            let keys = ServerKeys.make()
            let handler = StoreHandler(
                store: store, verifier: SigV4Verifier(access: keys.store), threads: threads, metrics: Metrics(),
                clock: { StoreUnderTest.now }, logger: TestServer.quiet)
            #expect(try await handler.probe() == [])
            var found = events.makeAsyncIterator()
            #expect(await found.next()?.namespace == NamespaceID(high: 0, low: 0))
            try await store.shutDown()
            try await threads.shutdownGracefully()
        }
    }
}
