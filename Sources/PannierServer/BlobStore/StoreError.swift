/// An answer of the store's routes that is not a success, in the words of S3: its clients know the codes.
package struct StoreError: Error, Hashable, Sendable {
    package let status: Int
    package let code: String
    package let message: String

    package init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The body that S3 clients expect.
    package func xml(resource: String, requestID: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>\(code)</Code><Message>\(Self.escape(message))</Message>\
        <Resource>\(Self.escape(resource))</Resource><RequestId>\(Self.escape(requestID))</RequestId></Error>
        """
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

extension StoreError {
    static func accessDenied(_ message: String) -> StoreError { StoreError(403, "AccessDenied", message) }
    static func badQuery(_ message: String) -> StoreError {
        StoreError(400, "AuthorizationQueryParametersError", message)
    }
    static func invalidRequest(_ message: String) -> StoreError { StoreError(400, "InvalidRequest", message) }

    static let signatureDoesNotMatch = StoreError(
        403, "SignatureDoesNotMatch", "The signature does not fit this request. Ask the service for a new URL.")
    static let noSuchKey = StoreError(404, "NoSuchKey", "There is no such object.")
    static let alreadyThere = StoreError(
        412, "PreconditionFailed", "An object of this name is there already. Ask the service what it holds.")
    static let beingWritten = StoreError(
        409, "ConditionalRequestConflict", "An object of this name is being written by another request.")
    static let incompleteBody = StoreError(
        400, "IncompleteBody", "The body ended before the length that was announced. Nothing was stored.")
    static let badDigest = StoreError(
        400, "BadDigest", "The body is not the one whose SHA-256 was signed. Nothing was stored.")
    static let missingLength = StoreError(411, "MissingContentLength", "A PUT needs a Content-Length.")
    static let tooLarge = StoreError(400, "EntityTooLarge", "The object is larger than the store takes.")
    static let invalidRange = StoreError(416, "InvalidRange", "The range lies beyond the object.")
    static let storageFull = StoreError(
        507, "StorageFull", "The server's disk is full. Nothing was stored; what is there is safe.")
    static let slowDown = StoreError(503, "SlowDown", "Too many transfers at once. Try again in a moment.")
    static let timedOut = StoreError(400, "RequestTimeout", "The body took too long. Nothing was stored.")
    static let internalError = StoreError(
        500, "InternalError", "The store failed. Nothing was stored; the server's log says more.")
}
