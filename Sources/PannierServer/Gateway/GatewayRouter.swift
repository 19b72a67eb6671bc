import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import PannierCore

extension Gateway {
    /// The router of the whole port: the API's routes, and the directory store's under its path.
    package func router(files: StoreHandler) -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        router.add(middleware: ProblemMiddleware(logger: logger))
        for route in Route.all {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try await answer(route, request, context).response
            }
        }
        for method in [HTTPRequest.Method.put, .get, .head] {
            router.on("\(StoreEndpoint.directoryPath)/**", method: method) { request, context in
                try await files.respond(to: request, on: context.line)
            }
        }
        return router
    }

    private func answer(_ route: Route, _ request: Request, _ context: GatewayContext) async throws -> Answer {
        var bodyBytes = 0
        var isFailure = true
        defer { metrics.countRequest(route: route.label, body: bodyBytes, isFailure: isFailure) }
        // Who asks is looked at first: nobody unknown makes us hold a body, or wait for the database's one writer.
        let token = BearerToken(authorization: request.headers[.authorization])
        switch route.access {
        case .anyone: break
        case .device: guard let token, try await isKnown(token) else { throw Problem.notSignedInHere }
        case .local: guard context.isLocal(request) else { throw Problem(.notFound, "There is no such route.") }
        }
        let key = try route.idempotencyKey(of: request)
        let epoch = try Self.knownEpoch(of: request)
        if let length = request.headers[.contentLength].flatMap(Int.init), length > route.bodyLimit {
            throw NIOTooManyBytesError(maxBytes: route.bodyLimit)
        }
        let body = try await bodies.collect(request.body, atMost: route.bodyLimit, for: token?.hash)
        bodyBytes = body.bytes.readableBytes
        let call = Call(
            route: route, request: request, context: context, body: body.bytes, tokenHash: token?.hash,
            idempotencyKey: key, knownEpoch: epoch, requestID: context.requestID)
        let answer = try await route.handle(self, call)
        // Until here the body counts.
        withExtendedLifetime(body) {}
        isFailure = false
        return answer
    }

    private static func knownEpoch(of request: Request) throws -> Int64? {
        guard let name = HTTPField.Name.epoch, let text = request.headers[name] else { return nil }
        guard let epoch = Int64(text) else { throw Problem(.badRequest, "The header Pannier-Epoch is no number.") }
        return epoch
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")
    static let epoch = HTTPField.Name("Pannier-Epoch")
    static let requestID = HTTPField.Name("X-Request-Id")
}

extension Route {
    /// - Throws: ``Problem`` when the key is missing where it must be there, or not a key.
    fileprivate func idempotencyKey(of request: Request) throws(Problem) -> String? {
        guard needsKey else { return nil }
        guard let name = HTTPField.Name.idempotencyKey, let key = request.headers[name] else {
            throw Problem(.badRequest, "The header Idempotency-Key is missing.")
        }
        let isKey = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isKey, (1...64).contains(key.utf8.count) else {
            throw Problem(.badRequest, "An Idempotency-Key has 1 to 64 ASCII letters, digits, `-` or `_`.")
        }
        return key
    }
}

/// Turns whatever was thrown into a problem, and gives every answer its request id.
private struct ProblemMiddleware: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let problem = Problem(describing: error, requestID: context.requestID)
            if problem.code == .internalError {
                logger.error(
                    "A request failed.",
                    metadata: [
                        "request": "\(context.requestID)", "method": "\(request.method)", "path": "\(request.uri.path)",
                        "error": "\(error)",
                    ])
            }
            response = Answer.response(to: problem)
        }
        if let name = HTTPField.Name.requestID { response.headers[name] = context.requestID }
        return response
    }
}
