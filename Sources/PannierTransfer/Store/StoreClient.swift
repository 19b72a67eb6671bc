internal import PannierCore
internal import PannierHTTP

/// The object store: sends and fetches packs by presigned requests. It knows nothing of files, and the store nothing of
/// tokens: what the service signed is sent as it stands, or not at all (``StoreAddress``). Redirects are not followed.
struct StoreClient: Sendable {
    /// What the store said to a PUT.
    enum PutAnswer: Sendable, Equatable {
        case stored
        /// An object of that name is there, or may be: the service is to look.
        case maybeThere
        /// The URL has died: a new one is needed.
        case expired
    }

    enum GetAnswer: Sendable, Equatable {
        case bytes([UInt8])
        case expired
        /// The object is not there, or is shorter than it must be.
        case missing

        var isBytes: Bool { if case .bytes = self { true } else { false } }
    }

    let http: HTTPClient
    /// The service that signed.
    let service: ServerAddress
    /// Bounds the bytes of packs; nil: nothing does.
    var limit: SpeedLimit?

    /// - Throws: ``Problem``: `serverUnreachable`, `serverUntrusted`, `unavailable`, `storageFull`, `storeRefused` in words.
    func put(
        _ signed: SignedRequest, _ bytes: [UInt8], meter: TransferMeter, position: BodyPosition? = nil
    ) async throws(Problem) -> PutAnswer {
        let host = try StoreAddress.check(signed.url, for: service)
        let request = HTTPRequest(.put, signed.url, fields: try StoreAddress.fields(signed), body: bytes[...])
        let response = try await send(request, to: host, meter, position)
        switch response.status {
        case 200..<300: return .stored
        case 409, 412: return .maybeThere
        case 403: return .expired
        default: throw Self.refusal(response, of: host, doing: "store")
        }
    }

    /// - Throws: ``Problem``: `serverUnreachable`, `serverUntrusted`, `unavailable`, `storeRefused` in words.
    func get(
        _ signed: SignedRequest, _ range: Range<Int>, meter: TransferMeter, position: BodyPosition? = nil
    ) async throws(Problem) -> GetAnswer {
        let host = try StoreAddress.check(signed.url, for: service)
        var fields = try StoreAddress.fields(signed)
        fields.append(HTTPField("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        // Room for a store's words when it refuses.
        let request = HTTPRequest(.get, signed.url, fields: fields, answerLimit: max(range.count, 64 << 10))
        let response = try await send(request, to: host, meter, position)
        switch response.status {
        case 206 where response.body.count == range.count: return .bytes(response.body)
        case 206, 404, 410, 416: return .missing
        case 403: return .expired
        case 200:
            throw Problem(.storeRefused, "The object store ignores ranges.", detail: Self.advice)
        default: throw Self.refusal(response, of: host, doing: "give")
        }
    }

    private func send(
        _ request: HTTPRequest, to host: String, _ meter: TransferMeter, _ position: BodyPosition?
    ) async throws(Problem) -> HTTPResponse {
        do throws(HTTPFailure) {
            return try await http.send(request, meter: meter, position: position, limit: limit)
        } catch {
            throw Problem(error, server: host)
        }
    }

    private static let advice = "Whoever runs the server finds out more with `pannier-server doctor`."

    private static func refusal(_ response: HTTPResponse, of host: String, doing verb: String) -> Problem {
        if response.status == 507 {
            return Problem(.storageFull, "The server's disk is full.", detail: "What is there is safe.")
        }
        let wait = response["retry-after"].flatMap(Int.init)
        switch response.status {
        case 429, 503: return Problem(.unavailable, "The object store has too much to do just now.", retryAfter: wait)
        // What stands before the store says that it cannot reach it: nothing is known against the pack.
        case 502, 504: return Problem(.unavailable, "The object store cannot be reached just now.", retryAfter: wait)
        default: break
        }
        return Problem(
            .storeRefused,
            "The object store at \(host) refused to \(verb) a pack (status \(response.status)).",
            detail: advice, retryAfter: wait)
    }
}
