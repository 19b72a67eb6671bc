import HummingbirdCore
import NIOCore
import PannierCore
import Synchronization

/// Bounds the bytes of request bodies that are held at once, in all and for one device: the sum of what connections may
/// send is far more than the server has.
final class BodyBudget: Sendable {
    static let all = 48 << 20
    static let one = 16 << 20

    private struct Held {
        var all = 0
        var byToken: [[UInt8]: Int] = [:]
    }

    private let held = Mutex(Held())

    /// The whole body of a request, within the bounds of its route. What it takes is given back when `Body` is let go.
    /// - Throws: `NIOTooManyBytesError`, or ``Problem`` for one that drips in or has no room just now.
    func collect(_ body: RequestBody, atMost limit: Int, for tokenHash: [UInt8]?) async throws -> Body {
        let deadline = ContinuousClock.now + GatewayLimits.bodyTime
        let collected = Body(budget: self, token: tokenHash ?? [])
        for try await piece in body {
            guard collected.bytes.readableBytes + piece.readableBytes <= limit else {
                throw NIOTooManyBytesError(maxBytes: limit)
            }
            guard ContinuousClock.now < deadline else {
                throw Problem(
                    .badRequest, "The request's body took too long.", detail: "Nothing was done.", status: 408)
            }
            try collected.append(piece)
        }
        return collected
    }

    fileprivate func take(_ count: Int, for token: [UInt8]) throws(Problem) {
        let hasRoom = held.withLock { held in
            let own = held.byToken[token, default: 0] + count
            guard held.all + count <= Self.all, own <= Self.one else { return false }
            held.all += count
            held.byToken[token] = own
            return true
        }
        guard hasRoom else {
            throw Problem(
                .unavailable, "The server has too many requests at once.", detail: "Nothing was done.", retryAfter: 1)
        }
    }

    fileprivate func give(_ count: Int, for token: [UInt8]) {
        held.withLock { held in
            held.all -= count
            let own = held.byToken[token, default: 0] - count
            held.byToken[token] = own > 0 ? own : nil
        }
    }

    /// Used by the one task that answers the request.
    final class Body {
        private(set) var bytes = ByteBuffer()
        private let budget: BodyBudget
        private let token: [UInt8]

        fileprivate init(budget: BodyBudget, token: [UInt8]) {
            self.budget = budget
            self.token = token
        }

        fileprivate func append(_ piece: ByteBuffer) throws(Problem) {
            try budget.take(piece.readableBytes, for: token)
            bytes.writeImmutableBuffer(piece)
        }

        deinit { budget.give(bytes.readableBytes, for: token) }
    }
}
