import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PannierCore

/// What a route answers.
enum Answer: Sendable {
    /// A value, already in JSON.
    case json([UInt8])
    case nothing
    case text(String, type: String)
    /// A refusal that is not a failure of the request: the status says more than a code.
    case refusal(Problem, headers: HTTPFields)

    var response: Response {
        switch self {
        case .json(let bytes):
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .nothing: Response(status: .noContent)
        case .text(let text, let type):
            Response(
                status: .ok, headers: [.contentType: type],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .refusal(let problem, let headers): Self.response(to: problem, headers: headers)
        }
    }

    static func response(to problem: Problem, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        if let seconds = problem.retryAfter { headers[.retryAfter] = String(seconds) }
        if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
        let status = HTTPResponse.Status(code: problem.status == 0 ? 500 : problem.status)
        // A problem is a few texts and numbers: encoding it cannot fail but for lack of memory.
        let body = (try? WireJSON.encode(problem)) ?? Data()
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
