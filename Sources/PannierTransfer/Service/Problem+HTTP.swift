internal import Foundation
package import PannierCore
package import PannierHTTP

extension Problem {
    /// No answer of the File Service arrived.
    package init(_ failure: HTTPFailure, server: String) {
        switch failure.code {
        case .hostNotFound, .cannotConnect, .timedOut, .interrupted, .badAnswer:
            self.init(
                .serverUnreachable, "The server \(server) does not answer: \(failure.message)",
                detail: failure.advice)
        case .untrusted:
            self.init(
                .serverUntrusted, "The server \(server) cannot prove who it is: \(failure.message)",
                detail: "Nothing was sent. \(failure.advice ?? "")")
        case .cancelled:
            self.init(.cancelled, "Cancelled.")
        case .badRequest:
            self.init(.badRequest, failure.message, detail: failure.advice, status: 0)
        case .answerTooLarge, .clientFailed:
            self.init(.internalError, failure.message, detail: failure.advice, status: 0)
        }
    }

    /// An answer of the File Service that is no success.
    package init(_ response: HTTPResponse, server: String) {
        let isProblem = response["content-type"]?.hasPrefix("application/problem+json") == true
        if isProblem, let problem = try? WireJSON.decode(Problem.self, from: Data(response.body)) {
            self = problem
            return
        }
        let said = isProblem ? (try? WireJSON.decode(UnknownProblem.self, from: Data(response.body))) : nil
        self.init(
            Self.code(status: response.status),
            said?.title ?? "The server \(server) answered with status \(response.status).",
            detail: said?.detail, retryAfter: response["retry-after"].flatMap(Int.init),
            status: response.status)
    }

    /// What a success said cannot be read.
    package init(unreadableAnswerOf server: String) {
        self.init(
            .internalError, "The answer of the server \(server) makes no sense to this version of pannier.",
            detail: "It may be newer, or something else answers there.", status: 0)
    }

    /// For answers that carry no code we know: a proxy in between, or a newer server.
    private static func code(status: Int) -> Code {
        switch status {
        case 401: .tokenInvalid
        case 404: .notFound
        case 410: .cursorExpired
        case 413: .tooLarge
        case 429: .rateLimited
        case 502...504: .unavailable
        case 507: .storageFull
        case 500...: .internalError
        default: .badRequest
        }
    }
}

/// A problem whose code this version does not know: its words are still worth showing.
private struct UnknownProblem: Decodable {
    var title: String
    var detail: String?
}
