import NIOCore
import NIOHTTP1
package import PannierCore

/// Decides who may open a push socket, before it is one.
package struct PushGate: Sendable {
    /// Whose token this is, and which views may be seen with it; nil when it does not hold.
    package typealias Authority = @Sendable (_ tokenHash: [UInt8]) async throws -> (Caller, Set<ViewID>)?

    package let authority: Authority
    /// The only Origin a browser may send: the server's own.
    package let origin: @Sendable () -> String

    package init(origin: @escaping @Sendable () -> String, authority: @escaping Authority) {
        self.origin = origin
        self.authority = authority
    }

    enum Decision: Sendable {
        case welcome(Caller, tokenHash: [UInt8])
        case refused(Problem)
    }

    func decide(on head: HTTPRequestHead) async -> Decision {
        // Only browsers send Origin. A page of someone else must not use a token it could get at.
        let origins = head.headers["Origin"]
        guard origins.allSatisfy({ $0 == origin() }) else {
            return .refused(
                Problem(.badRequest, "Push cannot be opened from a page of another site.", status: 403))
        }
        guard let token = BearerToken(authorization: head.headers.first(name: "Authorization")) else {
            return .refused(.notSignedInHere)
        }
        do {
            guard let (caller, _) = try await authority(token.hash) else { return .refused(.notSignedInHere) }
            return .welcome(caller, tokenHash: token.hash)
        } catch {
            return .refused(Problem(.unavailable, "The server cannot say who you are just now.", retryAfter: 5))
        }
    }
}
