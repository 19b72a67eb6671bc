import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import PannierCore

extension StoreHandler {
    /// Hands a trial to this handler, without a network in between.
    func reply(to trial: BlobStoreProbe.Trial) async throws -> BlobStoreProbe.Reply {
        let parts = trial.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw StoreError.noSuchKey }
        var head = HTTPRequest(
            method: trial.method, scheme: String(parts[0].dropLast()), authority: String(parts[2]), path: "/\(parts[3])"
        )
        for (name, value) in trial.headers {
            guard let name = HTTPField.Name(name) else { continue }
            head.headerFields[name] = value
        }
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: trial.body)))
        let response = try await respond(to: request, on: Line(requestID: "probe", proceed: {}, drained: {}))
        let collected = Collected()
        try await response.body.write(CollectingWriter(collected: collected))
        return BlobStoreProbe.Reply(status: response.status.code, body: collected.value ?? [])
    }

    /// Runs the probe against this handler, and removes what it wrote.
    package func probe() async throws -> [String] {
        let signer = SigV4Signer(
            endpoint: StoreEndpoint(scheme: "http", host: "probe.invalid", path: StoreEndpoint.directoryPath),
            access: verifier.access, region: verifier.region)
        // No account has the namespace of zeros.
        let blob = BlobName(namespace: NamespaceID(high: 0, low: 0), pack: .random())
        // What the probe sends is nobody's traffic.
        let uncounted = StoreHandler(
            store: store, verifier: verifier, threads: threads, metrics: Metrics(), clock: clock, logger: logger)
        let probe = BlobStoreProbe(signer: signer, clock: clock) { try await uncounted.reply(to: $0) }
        let result: Result<[String], any Error>
        do { result = .success(try await probe.run(on: blob)) } catch { result = .failure(error) }
        try await threads.runIfActive { try store.remove(blob) }
        return try result.get()
    }
}

private typealias Collected = Box<[UInt8]>

private struct CollectingWriter: ResponseBodyWriter {
    let collected: Collected

    mutating func write(_ buffer: ByteBuffer) async throws {
        collected.value = (collected.value ?? []) + Array(buffer.readableBytesView)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
