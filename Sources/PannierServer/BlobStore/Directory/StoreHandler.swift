import Foundation
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import NIOPosix
import PannierChunks
package import PannierCore

/// Answers the presigned requests to the directory store under ``StoreEndpoint/directoryPath``: PUT, GET with one range
/// and HEAD, like S3 does. Bodies stream through buffers of a fixed size; the disk is touched on `threads` alone.
package struct StoreHandler: Sendable {
    /// Bytes that are collected before they go to a thread that writes them; also how many are read at once.
    static let pieceBytes = 256 << 10
    /// Longest time one PUT of so many bytes may take: a minute, and 8 KiB a second.
    static func longestUpload(of bytes: Int) -> Duration { .seconds(60 + bytes / (8 << 10)) }

    package let store: DirectoryBlobStore
    package let verifier: SigV4Verifier
    package let threads: NIOThreadPool
    package let metrics: Metrics
    package let clock: @Sendable () -> Milliseconds
    package let logger: Logger
    let uploads: TransferLimit
    let downloads: TransferLimit

    /// - Parameter transfers: how many bodies may be on their way at once, in either direction.
    package init(
        store: DirectoryBlobStore, verifier: SigV4Verifier, threads: NIOThreadPool, metrics: Metrics,
        transfers: Int = 128, clock: @escaping @Sendable () -> Milliseconds, logger: Logger
    ) {
        self.store = store
        self.verifier = verifier
        self.threads = threads
        self.metrics = metrics
        uploads = TransferLimit(transfers, perNamespace: transfers / 4)
        downloads = TransferLimit(transfers, perNamespace: transfers / 2)
        self.clock = clock
        self.logger = logger
    }

    /// The connection a request came on.
    struct Line: Sendable {
        /// Told in errors.
        let requestID: String
        /// Answers `100 Continue`; called at most once, before the body is read, when the request asks for it.
        let proceed: @Sendable () async throws -> Void
        /// Ends when the client has taken what was written so far.
        let drained: @Sendable () async throws -> Void
    }

    func respond(to request: Request, on line: Line) async throws -> Response {
        let presented = PresentedRequest(request.head)
        do {
            switch request.method {
            case .put: return try await put(presented, request, on: line)
            case .get: return try await get(presented, on: line, isHead: false)
            case .head: return try await get(presented, on: line, isHead: true)
            default: throw StoreError(405, "MethodNotAllowed", "The store takes PUT, GET and HEAD.")
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return refusal(of: error, presented, line.requestID)
        }
    }

    // MARK: GET and HEAD

    private func get(_ presented: PresentedRequest, on line: Line, isHead: Bool) async throws -> Response {
        try verifier.verify(presented, required: ["host"], now: clock())
        let blob = try Self.blob(of: presented)
        guard let reader = try await threads.runIfActive({ try store.open(blob) }) else { throw StoreError.noSuchKey }
        let range: ByteRange
        if let condition = presented.header("if-range"), condition != Self.tag(of: blob) {
            range = .whole
        } else {
            range = ByteRange(presented.header("range"), length: reader.length)
        }
        var headers = Self.headers(of: blob)
        switch range {
        case .unsatisfiable:
            throw StoreError.invalidRange
        case .whole:
            return try body(of: reader, 0..<reader.length, .ok, headers, of: blob.namespace, isHead ? nil : line)
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(reader.length)"
            return try body(of: reader, part, .partialContent, headers, of: blob.namespace, isHead ? nil : line)
        }
    }

    /// - Parameter line: nil for a HEAD, which has no body.
    private func body(
        of reader: any BlobReader, _ part: Range<Int>, _ status: HTTPResponse.Status, _ headers: HTTPFields,
        of namespace: NamespaceID, _ line: Line?
    ) throws -> Response {
        var headers = headers
        headers[.contentLength] = String(part.count)
        guard let line else { return Response(status: status, headers: headers) }
        guard let ticket = downloads.take(for: namespace) else { throw StoreError.slowDown }
        metrics.countStoreGet()
        let (threads, metrics) = (threads, metrics)
        let body = ResponseBody(contentLength: part.count) { writer in
            metrics.countStoreBody(1)
            defer {
                metrics.countStoreBody(-1)
                ticket.give()
            }
            var offset = part.lowerBound
            while offset < part.upperBound {
                let count = min(Self.pieceBytes, part.upperBound - offset)
                let piece = try await threads.runIfActive { [offset] in
                    try reader.piece(at: offset, count: count)
                }
                try await writer.write(piece)
                try await line.drained()
                metrics.countStoreGet(bytes: count)
                offset += count
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    private static func headers(of blob: BlobName) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = "application/octet-stream"
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = tag(of: blob)
        // A pack never changes and its name is never used again.
        headers[.cacheControl] = "private, max-age=31536000, immutable"
        return headers
    }

    static func tag(of blob: BlobName) -> String { "\"\(blob.pack)\"" }

    // MARK: Names and refusals

    /// The object a request is about; the only spelling is the one that is signed here.
    static func blob(of presented: PresentedRequest) throws(StoreError) -> BlobName {
        let prefix = StoreEndpoint.directoryPath + "/"
        guard presented.path.hasPrefix(prefix), let blob = BlobName(String(presented.path.dropFirst(prefix.count)))
        else { throw .noSuchKey }
        return blob
    }

    private func refusal(of error: any Error, _ presented: PresentedRequest, _ requestID: String) -> Response {
        let answer = StoreError(describing: error)
        if answer.status >= 500 {
            logger.error(
                "The store failed.",
                metadata: ["request": "\(requestID)", "path": "\(presented.path)", "error": "\(error)"])
        }
        var headers = HTTPFields()
        headers[.contentType] = "application/xml"
        if answer.status == 503 { headers[.retryAfter] = "1" }
        let text = answer.xml(resource: String(presented.path), requestID: requestID)
        let status = HTTPResponse.Status(code: answer.status)
        if presented.method == "HEAD" { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension PresentedRequest {
    init(_ head: HTTPRequest) {
        self.init(
            method: head.method.rawValue, target: head.path ?? "",
            headers: [("host", head.authority ?? "")]
                + head.headerFields.map { ($0.name.canonicalName, $0.value) })
    }
}

extension StoreError {
    /// What a client is told of an error that came up in the store.
    package init(describing error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case BlobWriteError.lengthMismatch: self = .incompleteBody
        case BlobWriteError.checksumMismatch: self = .badDigest
        case BlobWriteError.alreadyThere: self = .alreadyThere
        case BlobWriteError.beingWritten: self = .beingWritten
        case let error as SystemCallError where error.isDiskFull: self = .storageFull
        default: self = .internalError
        }
    }
}

extension BlobReader {
    /// Exactly `count` bytes. The file was that long when it was opened; one that is shorter now was cut by someone.
    fileprivate func piece(at offset: Int, count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            let piece = UnsafeMutableRawBufferPointer(rebasing: target[..<count])
            return try read(into: piece, at: offset)
        }
        guard buffer.readableBytes == count else { throw StoreError.internalError }
        return buffer
    }
}
