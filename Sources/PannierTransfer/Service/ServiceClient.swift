internal import Foundation
internal import PannierCore
package import PannierHTTP

/// The File Service's routes as typed calls (PannierCore, Wire). Each call is one try; trying again is
/// ``RetryPolicy``'s, with the same ``IdempotencyKey``.
///
/// Every call throws ``Problem``: the service's own, or `serverUnreachable` and its kin in words.
package struct ServiceClient: Sendable {
    package let server: ServerAddress
    package let http: HTTPClient
    package let token: String?
    /// Counts what goes to and fro; nil where nobody looks.
    private let meter: TransferMeter?
    /// What changes rest on; nil: it is not said.
    private var epoch: Int64?

    /// Bytes of an answer: a full page of content names 4,096 chunks and as many packs at most.
    private static let answerLimit = 24 << 20

    /// - Parameter token: of the signed-in device; nil can only sign in.
    package init(server: ServerAddress, token: String?, http: HTTPClient) {
        self.init(server: server, token: token, http: http, meter: nil)
    }

    private init(server: ServerAddress, token: String?, http: HTTPClient, meter: TransferMeter?) {
        self.server = server
        self.token = token
        self.http = http
        self.meter = meter
    }

    /// The same, with an eye on the bytes of its bodies.
    package func metered(by meter: TransferMeter) -> ServiceClient {
        ServiceClient(server: server, token: token, http: http, meter: meter).asOf(epoch)
    }

    /// The same, for changes that rest on what was known in an epoch of the server: in another one it refuses them.
    /// - Parameter epoch: of the last page of the feed; nil: not known.
    package func asOf(_ epoch: Int64?) -> ServiceClient {
        var client = self
        client.epoch = epoch
        return client
    }

    func get<Answer: Decodable>(_ path: String) async throws(Problem) -> Answer {
        try decode(await exchange(.get, path, body: nil, key: nil))
    }

    func delete(_ path: String, key: IdempotencyKey) async throws(Problem) {
        _ = try await exchange(.delete, path, body: nil, key: key)
    }

    func send<Answer: Decodable>(
        _ method: HTTPRequest.Method, _ path: String, _ question: some Encodable, key: IdempotencyKey? = nil
    ) async throws(Problem) -> Answer {
        let body: Data
        do {
            body = try WireJSON.encode(question)
        } catch {
            throw Problem(.badRequest, "This request cannot be written: \(error).", status: 0)
        }
        return try decode(await exchange(method, path, body: [UInt8](body), key: key))
    }

    private func exchange(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]?, key: IdempotencyKey?
    ) async throws(Problem) -> HTTPResponse {
        var fields = [HTTPField("Accept", "application/json")]
        if let token { fields.append(HTTPField("Authorization", "Bearer \(token)")) }
        if let key { fields.append(HTTPField("Idempotency-Key", key.text)) }
        if let epoch { fields.append(HTTPField("Pannier-Epoch", "\(epoch)")) }
        if body != nil { fields.append(HTTPField("Content-Type", "application/json")) }
        let request = HTTPRequest(
            method, server.text + path, fields: fields, body: body.map { $0[...] }, answerLimit: Self.answerLimit)
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await http.send(request, meter: meter)
        } catch {
            throw Problem(error, server: server.host)
        }
        guard response.isSuccess else { throw Problem(response, server: server.host) }
        return response
    }

    private func decode<Answer: Decodable>(_ response: HTTPResponse) throws(Problem) -> Answer {
        do {
            return try WireJSON.decode(Answer.self, from: Data(response.body))
        } catch {
            throw Problem(unreadableAnswerOf: server.host)
        }
    }
}
