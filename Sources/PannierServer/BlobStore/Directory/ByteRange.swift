/// A Range header of one range (RFC 9110, section 14).
package enum ByteRange: Hashable, Sendable {
    /// No range, or one that this server does not take: the whole object is answered, as the standard allows.
    case whole
    case part(Range<Int>)
    case unsatisfiable

    /// - Parameters:
    ///   - header: the field's value; nil when it is missing.
    ///   - length: of the object, in bytes.
    package init(_ header: String?, length: Int) {
        guard let header, header.hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let halves = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            self = .whole
            return
        }
        switch (Int(halves[0]), Int(halves[1])) {
        case (let first?, let last?) where first <= last:
            self = Self.inside(first, last, length)
        case (let first?, nil) where halves[1].isEmpty:
            self = Self.inside(first, length - 1, length)
        case (nil, let count?) where halves[0].isEmpty:
            self = count > 0 && length > 0 ? .part(max(0, length - count)..<length) : .unsatisfiable
        default:
            self = .whole
        }
    }

    private static func inside(_ first: Int, _ last: Int, _ length: Int) -> ByteRange {
        first < length ? .part(first..<min(last, length - 1) + 1) : .unsatisfiable
    }
}
