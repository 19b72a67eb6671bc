package import HTTPTypes
import PannierChunks
package import PannierCore

/// Tries whether a store enforces what is signed for it: what is promised to clients rests on that. Run at every start
/// and by `doctor`.
package struct BlobStoreProbe: Sendable {
    /// A request as a client would send it.
    package struct Trial: Sendable {
        package var method: HTTPRequest.Method
        package var url: String
        package var headers: [String: String]
        package var body: [UInt8]
    }

    package struct Reply: Sendable {
        package let status: Int
        package let body: [UInt8]

        package init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    /// The store failed, so that nothing can be said about what it enforces.
    package struct Unusable: Error, Hashable, CustomStringConvertible {
        package let status: Int
        /// Reading goes on when a disk is full, and so may a server.
        package var isFull: Bool { status == 507 }

        package var description: String {
            isFull
                ? "The store's disk is full: no upload is taken until there is space again; what is there is safe."
                : "The store could not be tried: it answered with \(status). Look at its log."
        }
    }

    package let signer: any BlobSigner
    package let send: @Sendable (Trial) async throws -> Reply
    package let clock: @Sendable () -> Milliseconds

    package init(
        signer: any BlobSigner, clock: @escaping @Sendable () -> Milliseconds,
        send: @escaping @Sendable (Trial) async throws -> Reply
    ) {
        self.signer = signer
        self.clock = clock
        self.send = send
    }

    /// - Returns: what the store does not enforce, in words; empty for a good one. The object it writes is the caller's
    ///   to remove.
    /// - Throws: ``Unusable``, or what sending throws.
    package func run(on blob: BlobName) async throws -> [String] {
        let body = RandomBytes.make(1_024)
        var failures: [String] = []
        func expect(_ what: String, _ trial: Trial, _ isRight: (Reply) -> Bool) async throws {
            let reply = try await send(trial)
            guard reply.status < 500 else { throw Unusable(status: reply.status) }
            if !isRight(reply) { failures.append("\(what) was answered with \(reply.status)") }
        }
        func refuses(_ reply: Reply) -> Bool { (400..<500).contains(reply.status) }
        let good = put(blob, body)
        var other = good
        other.body = body.reversed()
        try await expect("a wrong body", other, refuses)
        var short = good
        short.body = Array(body.dropLast())
        short.headers["content-length"] = String(short.body.count)
        try await expect("a wrong length", short, refuses)
        for name in ["x-amz-checksum-sha256", "if-none-match"] {
            var dropped = good
            dropped.headers[name] = nil
            try await expect("a PUT without its signed \(name)", dropped, refuses)
        }
        try await expect(
            "an expired URL", put(blob, body, age: Milliseconds(Limits.putSeconds) * 1_000 + 1_000), refuses)
        try await expect("a GET of what nobody stored", get(blob)) { $0.status == 404 || $0.status == 403 }
        try await expect("a good PUT", good) { $0.status == 200 }
        try await expect("the same PUT again", good, refuses)
        try await expect("a read after the write", get(blob)) { $0.status == 200 && $0.body == body }
        var forged = get(blob)
        forged.url = String(forged.url.dropLast()) + (forged.url.hasSuffix("0") ? "1" : "0")
        try await expect("a forged signature", forged, refuses)
        return failures
    }

    private func put(_ blob: BlobName, _ body: [UInt8], age: Milliseconds = 0) -> Trial {
        let signed = signer.put(
            namespace: blob.namespace, pack: blob.pack, length: body.count, sha256: SHA256Digest.of(body),
            now: clock() - age)
        return Trial(method: .put, url: signed.url, headers: signed.headers, body: body)
    }

    private func get(_ blob: BlobName) -> Trial {
        let signed = signer.get(namespace: blob.namespace, pack: blob.pack, now: clock())
        return Trial(method: .get, url: signed.url, headers: signed.headers, body: [])
    }
}
