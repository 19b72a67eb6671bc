import Foundation
import Hummingbird
import NIOCore
import PannierCore

extension Problem {
    /// What a client is told of an error, whatever it is. Only ``Code/internalError`` is a surprise to us.
    package init(describing error: any Error, requestID: String) {
        switch error {
        case let problem as Problem: self = problem
        case let error as DecodingError: self = .malformed(error)
        case let error as NIOTooManyBytesError:
            let limit = error.maxBytes ?? GatewayLimits.requestBody
            self = Problem(.tooLarge, "The body of this request must not be larger than \(limit) bytes.")
        case let error as HTTPError where error.status == .notFound:
            self = Problem(.notFound, "There is no such route.")
        case let error as SystemCallError where error.isDiskFull: self = .serverDiskFull
        case MetadataError.diskFull: self = .serverDiskFull
        case MetadataError.busy:
            self = Problem(.unavailable, "The database is busy.", detail: "Try again in a moment.", retryAfter: 1)
        case is CancellationError:
            self = Problem(
                .unavailable, "The server is stopping.", detail: "Nothing is lost; try again in a moment.",
                retryAfter: 2)
        default:
            self = Problem(
                .internalError, "The server failed.",
                detail: "What was stored before is safe. The server's log says more under the request id \(requestID).")
        }
    }

    static let serverDiskFull = Problem(
        .storageFull, "The server's disk is full.",
        detail: "Nothing of this request was stored, and what was stored before is safe. Free space on the server.")

    private static func malformed(_ error: DecodingError) -> Problem {
        let (context, reason): (DecodingError.Context, String) =
            switch error {
            case .dataCorrupted(let context): (context, context.debugDescription)
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .typeMismatch(_, let context): (context, context.debugDescription)
            case .valueNotFound(_, let context): (context, "a value is missing")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "it is not understood")
            }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return Problem(
            .badRequest, "The request is not understood.",
            detail: path.isEmpty ? "\(reason)." : "At \(path.drop { $0 == "." }): \(reason).")
    }
}
