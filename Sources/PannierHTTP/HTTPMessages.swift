// HTTP for the client: requests whose bodies lie in memory, answers that are read into memory up to a bound.
//
// - exchange: one request and its answer; an easy handle of libcurl for as long as it lasts.
// - loop: the one thread that owns libcurl's multi handle and every exchange on it.
// - meter: counters of bytes that crossed the network, added to by the loop, read by whoever shows progress.
// - position: how far the body of one exchange is, set by the loop; it goes back when the body is begun anew.
//
// What is on purpose not here: redirects (no route of ours answers one), cookies, HTTP/2, and waiting for
// `100 Continue`.

/// One header field. Names compare without regard to case.
package struct HTTPField: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A request to be sent once.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// Absolute, `http` or `https`.
    package var url: String
    package var fields: [HTTPField]
    /// Sent as it stands with its length, never copied as a whole. Nil sends no body at all.
    package var body: ArraySlice<UInt8>?
    /// Bytes of an answer's body that are accepted; a longer one fails with ``HTTPFailure/Code/answerTooLarge``.
    package var answerLimit: Int

    package init(
        _ method: Method, _ url: String, fields: [HTTPField] = [], body: ArraySlice<UInt8>? = nil,
        answerLimit: Int = 1 << 20
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.answerLimit = answerLimit
    }
}

/// An answer, whatever its status: only what kept an answer from arriving is an ``HTTPFailure``.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let fields: [HTTPField]
    package let body: [UInt8]

    package init(status: Int, fields: [HTTPField], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The first field of that name, given in lower case.
    package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// How long to wait for a network that does not answer.
package struct HTTPSettings: Sendable {
    /// Milliseconds until a connection must stand, TLS included.
    package var connectMilliseconds: Int
    /// Seconds without a byte in either direction after which an exchange fails.
    package var stallSeconds: Int
    /// Idle connections kept for the next request.
    package var idleConnections: Int

    package init(connectMilliseconds: Int = 10_000, stallSeconds: Int = 30, idleConnections: Int = 16) {
        self.connectMilliseconds = connectMilliseconds
        self.stallSeconds = stallSeconds
        self.idleConnections = idleConnections
    }
}
