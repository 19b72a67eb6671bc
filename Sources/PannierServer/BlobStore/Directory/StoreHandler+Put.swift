import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import PannierCore

extension StoreHandler {
    /// Stores an object whole and durable, or leaves nothing.
    func put(
        _ presented: PresentedRequest, _ request: Request, on line: Line
    ) async throws -> Response {
        try verifier.verify(presented, required: SigV4Signer.putHeaders, now: clock())
        let blob = try Self.blob(of: presented)
        let upload = try Announced(presented)
        guard let ticket = uploads.take(for: blob.namespace) else { throw StoreError.slowDown }
        metrics.countStoreBody(1)
        defer {
            metrics.countStoreBody(-1)
            ticket.give()
        }
        let incoming = try await threads.runIfActive { try store.begin(blob, length: upload.length) }
        do {
            if presented.header("expect")?.lowercased() == "100-continue" { try await line.proceed() }
            try await receive(request.body, of: upload.length, into: incoming)
            try await threads.runIfActive { try incoming.seal(expecting: upload.sha256) }
            try await store.commit(incoming)
        } catch {
            // Where the threads are gone already, the deinitializer does it.
            try? await threads.runIfActive { incoming.discard() }
            throw error
        }
        metrics.countStorePut(bytes: upload.length)
        var headers = HTTPFields()
        headers[.eTag] = Self.tag(of: blob)
        if let name = HTTPField.Name(Announced.checksumName) {
            headers[name] = presented.header(Announced.checksumName)
        }
        return Response(status: .ok, headers: headers)
    }

    /// Writes the body piece by piece. A connection that is cut ends the body early, or throws; both leave nothing.
    ///
    /// Pieces are copied together: each keeps the buffer alive that it was read into, however few bytes it has of it.
    private func receive(_ body: RequestBody, of length: Int, into incoming: IncomingBlob) async throws {
        let deadline = ContinuousClock.now + Self.longestUpload(of: length)
        var collected = ByteBuffer()
        collected.reserveCapacity(min(length, Self.pieceBytes))
        for try await var piece in body {
            if ContinuousClock.now > deadline { throw StoreError.timedOut }
            while let part = piece.readSlice(
                length: min(piece.readableBytes, Self.pieceBytes - collected.readableBytes)),
                part.readableBytes > 0
            {
                collected.writeImmutableBuffer(part)
                guard collected.readableBytes == Self.pieceBytes else { continue }
                try await write(collected, to: incoming)
                collected.clear()
            }
        }
        try await write(collected, to: incoming)
    }

    private func write(_ piece: ByteBuffer, to incoming: IncomingBlob) async throws {
        guard piece.readableBytes > 0 else { return }
        try await threads.runIfActive { try piece.withUnsafeReadableBytes { try incoming.write($0) } }
    }
}

/// What the headers of a PUT promise; all of it is signed.
private struct Announced {
    static let checksumName = "x-amz-checksum-sha256"

    let length: Int
    let sha256: Fingerprint

    init(_ presented: PresentedRequest) throws(StoreError) {
        guard presented.header("if-none-match") == "*" else {
            throw .invalidRequest("A PUT needs If-None-Match: *, since no object is ever replaced.")
        }
        guard let text = presented.header("content-length"), let length = Int(text), length > 0 else {
            throw .missingLength
        }
        guard length <= Limits.packBytes else { throw .tooLarge }
        guard let checksum = presented.header(Self.checksumName), let data = Data(base64Encoded: checksum),
            let sha256 = Fingerprint(bytes: data)
        else { throw .invalidRequest("\(Self.checksumName) is not the base64 of 32 bytes.") }
        self.length = length
        self.sha256 = sha256
    }
}
