import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Testing

/// A store that answers presigned requests over HTTP.
struct StoreUnderTest: Sendable {
    let signer: SigV4Signer
    /// Where it listens, which may not be what its host name says.
    let port: Int
    /// The service's own side of it.
    let store: any BlobStore

    static let namespace = NamespaceID.random()

    func send(
        _ method: String, _ signed: SignedRequest, body: [UInt8] = [], headers: [String: String]? = nil
    ) async throws -> HTTPAnswer {
        try await request(
            method, port: port, target(signed), headers: headers ?? signed.headers, body: body,
            host: signer.endpoint.host)
    }

    func target(_ signed: SignedRequest) -> String {
        "/" + signed.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)[3]
    }

    func put(_ blob: BlobName, _ body: [UInt8], now: Milliseconds = Self.now) -> SignedRequest {
        signer.put(
            namespace: blob.namespace, pack: blob.pack, length: body.count, sha256: SHA256Digest.of(body), now: now)
    }

    func get(_ blob: BlobName, now: Milliseconds = Self.now) -> SignedRequest {
        signer.get(namespace: blob.namespace, pack: blob.pack, now: now)
    }

    static var now: Milliseconds { Milliseconds(Date().timeIntervalSince1970 * 1_000) }
}

/// What every store must do: one list of cases for the directory and, later, for S3.
enum BlobStoreCompatibility {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (StoreUnderTest, BlobName) async throws -> Void

        init(_ name: String, _ run: @escaping @Sendable (StoreUnderTest, BlobName) async throws -> Void) {
            testDescription = name
            self.run = run
        }
    }

    static let cases: [Case] = writing + refusing + reading

    private static let writing = [
        Case("what is put is there") { (store, blob) async throws in
            let body = RandomBytes.make(300_000)
            #expect(try store.store.head(blob) == nil)
            #expect(try await store.send("PUT", store.put(blob, body), body: body).status == 200)
            #expect(try store.store.head(blob)?.length == body.count)
            let read = try await store.send("GET", store.get(blob))
            #expect(read.status == 200)
            #expect(read.body == body)
            try store.store.remove(blob)
            try store.store.remove(blob)
            #expect(try store.store.head(blob) == nil)
            #expect(try store.store.open(blob) == nil)
        },
        Case("one byte is an object") { (store, blob) async throws in
            #expect(try await store.send("PUT", store.put(blob, [7]), body: [7]).status == 200)
            #expect(try await store.send("GET", store.get(blob)).body == [7])
        },
        Case("nothing is replaced") { (store, blob) async throws in
            let put = store.put(blob, [1, 2, 3])
            #expect(try await store.send("PUT", put, body: [1, 2, 3]).status == 200)
            let again = try await store.send("PUT", put, body: [1, 2, 3])
            #expect([409, 412].contains(again.status))
            let other = try await store.send("PUT", store.put(blob, [4, 5]), body: [4, 5])
            #expect([409, 412].contains(other.status))
            #expect(try await store.send("GET", store.get(blob)).body == [1, 2, 3])
        },
        Case("of sixteen at once one wins") { (store, blob) async throws in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for byte in 0..<16 as Range<UInt8> {
                    let body = [UInt8](repeating: byte, count: 100_000)
                    group.addTask { try await store.send("PUT", store.put(blob, body), body: body).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1, "\(statuses)")
            #expect(statuses.allSatisfy { [200, 409, 412].contains($0) }, "\(statuses)")
        },
    ]

    private static let refusing = [
        Case("a wrong body leaves nothing") { (store, blob) async throws in
            let put = store.put(blob, [1, 2, 3])
            let answer = try await store.send("PUT", put, body: [1, 2, 4])
            #expect(answer.status == 400)
            #expect(answer.text.contains("<Code>BadDigest</Code>"))
            #expect(try store.store.head(blob) == nil)
        },
        Case("a wrong length is not what was signed") { (store, blob) async throws in
            var headers = store.put(blob, [1, 2, 3]).headers
            headers["content-length"] = "2"
            let answer = try await store.send("PUT", store.put(blob, [1, 2, 3]), body: [1, 2], headers: headers)
            #expect(answer.status == 403)
            #expect(answer.text.contains("<Code>SignatureDoesNotMatch</Code>"))
            #expect(try store.store.head(blob) == nil)
        },
        Case("a signed header that is left out is missed") { (store, blob) async throws in
            let put = store.put(blob, [1, 2, 3])
            for name in ["x-amz-checksum-sha256", "if-none-match"] {
                var headers = put.headers
                headers[name] = nil
                #expect(try await store.send("PUT", put, body: [1, 2, 3], headers: headers).status == 403)
            }
            #expect(try store.store.head(blob) == nil)
        },
        Case("an unsigned x-amz header is refused") { (store, blob) async throws in
            let put = store.put(blob, [1, 2, 3])
            let headers = put.headers.merging(["x-amz-acl": "public-read"]) { $1 }
            #expect(try await store.send("PUT", put, body: [1, 2, 3], headers: headers).status == 403)
        },
        Case("an expired URL is refused") { (store, blob) async throws in
            let old = StoreUnderTest.now - 901_000
            let put = store.put(blob, [1], now: old)
            let answer = try await store.send("PUT", put, body: [1])
            #expect(answer.status == 403)
            #expect(answer.text.contains("<Code>AccessDenied</Code>"))
            #expect(answer.text.contains("expired"))
            #expect(try await store.send("GET", store.get(blob, now: old)).status == 403)
        },
        Case("a URL is for one method and one object") { (store, blob) async throws in
            #expect(try await store.send("PUT", store.put(blob, [1]), body: [1]).status == 200)
            #expect(try await store.send("GET", store.put(blob, [1])).status == 403)
            #expect(try await store.send("HEAD", store.get(blob)).status == 403)
            let other = BlobName(namespace: blob.namespace, pack: .random())
            let moved = SignedRequest(
                url: store.get(blob).url.replacingOccurrences(of: "\(blob.pack)", with: "\(other.pack)"), headers: [:],
                expiresAt: 0)
            #expect(try await store.send("GET", moved).status == 403)
        },
        Case("a connection that is cut in the middle leaves nothing") { (store, blob) async throws in
            let body = RandomBytes.make(2 << 20)
            let put = store.put(blob, body)
            try await HTTPConnection.with(port: store.port) { (connection) async throws in
                try await connection.send(head("PUT", store.target(put), host: store.signer.endpoint.host, put.headers))
                try await connection.send(Array(body.prefix(1 << 20)))
                try await connection.cut()
            }
            // The very same request is good afterwards; had anything been stored it would meet a 412.
            #expect(try await store.send("PUT", put, body: body).status == 200)
        },
    ]

    private static let reading = [
        Case("ranges") { (store, blob) async throws in
            let body = RandomBytes.make(700_000)
            #expect(try await store.send("PUT", store.put(blob, body), body: body).status == 200)
            for (range, part) in [
                ("bytes=0-0", 0..<1), ("bytes=100-299999", 100..<300_000), ("bytes=600000-", 600_000..<700_000),
                ("bytes=-10", 699_990..<700_000), ("bytes=699999-800000", 699_999..<700_000),
            ] {
                let answer = try await store.send("GET", store.get(blob), headers: ["Range": range])
                #expect(answer.status == 206, "\(range)")
                #expect(answer.body == Array(body[part]), "\(range)")
                let expected = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(body.count)"
                #expect(answer.headers["content-range"] == expected)
            }
            let beyond = try await store.send("GET", store.get(blob), headers: ["Range": "bytes=700000-"])
            #expect(beyond.status == 416)
        },
        Case("what is not there") { (store, blob) async throws in
            let answer = try await store.send("GET", store.get(blob))
            #expect(answer.status == 404)
            #expect(answer.text.contains("<Code>NoSuchKey</Code>"))
            #expect(try store.store.open(blob) == nil)
        },
        Case("HEAD tells the length") { (store, blob) async throws in
            #expect(try await store.send("PUT", store.put(blob, [1, 2, 3]), body: [1, 2, 3]).status == 200)
            let signed = store.signer.presign("HEAD", "/\(blob)", lifetime: 60, now: StoreUnderTest.now)
            let answer = try await store.send("HEAD", signed)
            #expect(answer.status == 200)
            #expect(answer.headers["content-length"] == "3")
            #expect(answer.headers["etag"] != nil)
        },
        Case("the service reads at any place") { (store, blob) async throws in
            let body = RandomBytes.make(10_000)
            #expect(try await store.send("PUT", store.put(blob, body), body: body).status == 200)
            let reader = try #require(try store.store.open(blob))
            #expect(reader.length == body.count)
            var buffer = [UInt8](repeating: 0, count: 100)
            #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0, at: 5_000) } == 100)
            #expect(buffer == Array(body[5_000..<5_100]))
            #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0, at: 9_950) } == 50)
            #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0, at: 10_000) } == 0)
        },
    ]
}
