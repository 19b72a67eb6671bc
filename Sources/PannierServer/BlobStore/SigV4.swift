import Glibc
import PannierChunks
import PannierCore

/// AWS Signature Version 4 for presigned requests to S3 (Amazon S3 API reference, “Authenticating requests: using query
/// parameters”). Pure: text in, text out.
package enum SigV4 {
    package static let algorithm = "AWS4-HMAC-SHA256"
    /// The payload of a presigned request is not part of its signature; a checksum header is.
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// A request as both sides see it, before anything is spelled canonically.
    package struct Request {
        package var method: String
        /// Not encoded.
        package var path: [UInt8]
        /// Not encoded, in any order, without the signature.
        package var query: [(name: String, value: String)]
        /// Only those that are signed; names in lower case.
        package var headers: [(name: String, value: String)]

        package init(
            method: String, path: [UInt8], query: [(name: String, value: String)],
            headers: [(name: String, value: String)]
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
        }

        var signedHeaders: String { Set(headers.map(\.name)).sorted().joined(separator: ";") }
    }

    /// What a signature is bound to besides the request.
    package struct Scope: Hashable {
        package var day: String
        package var region: String
        package var service: String

        package init(day: String, region: String, service: String) {
            self.day = day
            self.region = region
            self.service = service
        }

        package var description: String { "\(day)/\(region)/\(service)/aws4_request" }
    }

    /// - Parameter date: `YYYYMMDDTHHMMSSZ`.
    /// - Returns: 64 hexadecimal digits.
    package static func signature(of request: Request, date: String, scope: Scope, secret: String) -> String {
        let digest = SHA256Digest.of(Array(canonical(request).utf8)).description
        let text = [algorithm, date, scope.description, digest].joined(separator: "\n")
        return Hexadecimal.text(of: HMACSHA256.code(key: key(secret, scope), Array(text.utf8)))
    }

    static func canonical(_ request: Request) -> String {
        let query = request.query
            .map { (URIText.encode($0.name), URIText.encode($0.value)) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { "\($0.0)=\($0.1)" }
        return [
            request.method, URIText.encode(path: request.path), query.joined(separator: "&"),
            canonicalHeaders(request.headers), request.signedHeaders, unsignedPayload,
        ].joined(separator: "\n")
    }

    /// Values of one name are joined in the order they came; runs of spaces count as one.
    private static func canonicalHeaders(_ headers: [(name: String, value: String)]) -> String {
        var values: [String: [String]] = [:]
        for header in headers {
            let words = header.value.split(whereSeparator: { $0 == " " || $0 == "\t" })
            values[header.name, default: []].append(words.joined(separator: " "))
        }
        return values.keys.sorted().map { "\($0):\(values[$0, default: []].joined(separator: ","))\n" }.joined()
    }

    private static func key(_ secret: String, _ scope: Scope) -> [UInt8] {
        [scope.day, scope.region, scope.service, "aws4_request"].reduce(Array("AWS4\(secret)".utf8)) { key, part in
            HMACSHA256.code(key: key, Array(part.utf8))
        }
    }
}

/// Times as signatures spell them.
package enum SigV4Date {
    /// `YYYYMMDDTHHMMSSZ`.
    package static func text(of seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        return digits(Int(parts.tm_year) + 1900, 4) + digits(Int(parts.tm_mon) + 1, 2) + digits(Int(parts.tm_mday), 2)
            + "T" + digits(Int(parts.tm_hour), 2) + digits(Int(parts.tm_min), 2) + digits(Int(parts.tm_sec), 2) + "Z"
    }

    /// Seconds since 1970; nil unless ``text(of:)`` writes exactly this text.
    package static func seconds(of text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16 else { return nil }
        func number(_ range: Range<Int>) -> Int32 {
            bytes[range].reduce(0) { $0 &* 10 &+ Int32($1) &- Int32(UInt8(ascii: "0")) }
        }
        var parts = tm()
        parts.tm_year = number(0..<4) - 1900
        parts.tm_mon = number(4..<6) - 1
        parts.tm_mday = number(6..<8)
        parts.tm_hour = number(9..<11)
        parts.tm_min = number(11..<13)
        parts.tm_sec = number(13..<15)
        let seconds = Int64(timegm(&parts))
        return self.text(of: seconds) == text ? seconds : nil
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
