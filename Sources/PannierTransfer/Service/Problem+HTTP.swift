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

    /// An answer of the File Service that is no success, or of something else that answers in its place.
    package init(_ response: HTTPResponse, server: String) {
        let wait = response["retry-after"].flatMap(Int.init)
        // All that the service refuses, it refuses with a problem.
        if response["content-type"]?.hasPrefix("application/problem+json") == true,
            let said = try? WireJSON.decode(Problem.self, from: Data(response.body)).fromServer
        {
            self.init(
                said.code, said.title, detail: said.detail, retryAfter: said.retryAfter ?? wait, status: said.status)
            return
        }
        self.init(
            Code(httpStatus: response.status), Self.words(response.status, server), retryAfter: wait,
            status: response.status)
    }

    private static func words(_ status: Int, _ server: String) -> String {
        "The server \(server) answered with status \(status)."
    }

    /// Whether something answered in place of a File Service: with a status and no problem, or with what is no answer to
    /// the question. Gateways that have lost the service behind them are none of it.
    package func isOfAnotherService(at server: String) -> Bool {
        if self == Problem(unreadableAnswerOf: server) { return true }
        return title == Self.words(status, server) && ![.unavailable, .rateLimited].contains(code)
    }

    /// What a success said cannot be read.
    package init(unreadableAnswerOf server: String) {
        self.init(
            .internalError, "The answer of the server \(server) makes no sense to this version of pannier.",
            detail: "It may be newer, or something else answers there.", status: 0)
    }
}
