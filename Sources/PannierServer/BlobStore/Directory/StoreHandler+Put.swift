import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import PannierCore

extension StoreHandler {
    /// Stores an object whole and durable, or leaves nothing.
    func put(
        _ presented: PresentedRequest, _ request: Request, proceed: @Sendable () async throws -> Void
    ) async throws -> Response {
        try verifier.verify(presented, required: SigV4Signer.putHeaders, now: clock())
        let blob = try Self.blob(of: presented)
        let upload = try Announced(presented)
        guard let ticket = transfers.take() else { throw StoreError.slowDown }
        defer { ticket.give() }
        let incoming = try await threads.runIfActive { try store.begin(blob, length: upload.length) }
        do {
            if presented.header("expect")?.lowercased() == "100-continue" { try await proceed() }
            try await receive(request.body, into: incoming)
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
    private func receive(_ body: RequestBody, into incoming: IncomingBlob) async throws {
        let deadline = ContinuousClock.now + Self.longestUpload
        var pieces: [ByteBuffer] = []
        var collected = 0
        for try await piece in body {
            pieces.append(piece)
            collected += piece.readableBytes
            guard collected >= Self.pieceBytes else { continue }
            try await write(pieces, to: incoming)
            pieces.removeAll(keepingCapacity: true)
            collected = 0
            if ContinuousClock.now > deadline { throw StoreError.timedOut }
        }
        try await write(pieces, to: incoming)
    }

    private func write(_ pieces: [ByteBuffer], to incoming: IncomingBlob) async throws {
        guard !pieces.isEmpty else { return }
        try await threads.runIfActive {
            for piece in pieces { try piece.withUnsafeReadableBytes { try incoming.write($0) } }
        }
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
