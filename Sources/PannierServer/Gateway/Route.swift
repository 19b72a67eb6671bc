package import HTTPTypes
import Hummingbird
import NIOCore
import PannierCore

/// One route of the API, as data: the router is made of these, and the OpenAPI document is compared with them.
package struct Route: Sendable {
    /// Who may call.
    package enum Access: String, Sendable {
        case anyone
        /// Whoever has a device's token.
        case device
        /// Requests from this machine.
        case local
    }

    package let method: HTTPRequest.Method
    /// As OpenAPI writes it: `/v1/files/{id}`.
    package let path: String
    /// The operation's name in the OpenAPI document.
    package let name: String
    package let access: Access
    /// Whether the header `Idempotency-Key` must be there.
    package let needsKey: Bool
    let handle: @Sendable (Gateway, Call) async throws -> Answer

    init(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, access: Access = .device, needsKey: Bool = false,
        handle: @escaping @Sendable (Gateway, Call) async throws -> Answer
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.access = access
        self.needsKey = needsKey
        self.handle = handle
    }

    /// Bytes that a request's body may have.
    var bodyLimit: Int {
        switch (method, access) {
        case (.get, _), (.delete, _), (_, .anyone): GatewayLimits.smallBody
        default: GatewayLimits.requestBody
        }
    }

    /// How metrics name it.
    package var label: String { "\(method.rawValue) \(path)" }
}

/// One request on its way through a route.
struct Call: Sendable {
    let route: Route
    let request: Request
    let context: GatewayContext
    let body: ByteBuffer
    /// SHA-256 of the bearer token.
    let tokenHash: [UInt8]?
    let idempotencyKey: String?
    /// The epoch that the caller knows; nil: it does not say.
    let knownEpoch: Int64?
    let requestID: String

    func parameter<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = context.parameters.get(name).flatMap(Value.init) else {
            throw Problem(.notFound, "There is nothing of this name.", detail: "The path's \(name) is not an id.")
        }
        return value
    }

    /// A value behind the path's question mark; nil where there is none.
    func query<Value: LosslessStringConvertible>(
        _ name: Substring, as type: Value.Type = Value.self
    ) throws -> Value? {
        guard let text = request.uri.queryParameters[name] else { return nil }
        guard let value = Value(String(text)) else { throw Problem.badRequest("The query's \(name) cannot be read.") }
        return value
    }
}
