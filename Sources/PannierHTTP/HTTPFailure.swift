/// Why no answer arrived.
package struct HTTPFailure: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// The request could not be made: a bad URL, a scheme other than http and https, a field with a line break.
        case badRequest
        case hostNotFound
        case cannotConnect
        /// The certificate does not prove who answers.
        case untrusted
        /// Nothing moved for ``HTTPSettings/stallSeconds``, or no connection stood in time.
        case timedOut
        /// The connection broke in the middle.
        case interrupted
        /// What came back is no HTTP.
        case badAnswer
        case answerTooLarge
        case cancelled
        /// The client was shut down, or this machine has no memory or sockets left.
        case clientFailed
    }

    package let code: Code
    /// What happened, in one sentence.
    package let message: String
    /// What can be done about it; nil where waiting is all there is.
    package let advice: String?

    package init(_ code: Code, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }
}

extension HTTPFailure: CustomStringConvertible {
    package var description: String { advice.map { "\(message) \($0)" } ?? message }
}
