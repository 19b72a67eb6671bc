/// What stands between the two brackets that a terminal puts around pasted text (DECSET 2004): collected here, so that
/// nothing in it is taken for a command.
struct Pasting {
    /// In bytes of UTF-8; what is longer is cut.
    static let limit = 64 * 1_024
    /// In milliseconds. Where nothing has come for this long, the closing bracket is not coming any more. Lines stall
    /// for a second or two, and what comes then must not be taken for keys.
    static let patience = 5_000

    private static let end: [Unicode.Scalar] = ["\u{1B}", "[", "2", "0", "1", "~"]

    private var scalars = String.UnicodeScalarView()
    private var bytes = 0
    /// Scalars of `end` that have just come: slow lines tear it apart, so that it is not found as a key.
    private var matched = 0
    private var last: Int

    init(now: Int) { last = now }

    func isOverdue(now: Int) -> Bool { now - last > Self.patience }

    /// - Returns: whether that was the closing bracket.
    mutating func take(_ scalar: Unicode.Scalar, now: Int) -> Bool {
        last = now
        if scalar == Self.end[matched] {
            matched += 1
            return matched == Self.end.count
        }
        for missed in Self.end[..<matched] { append(missed) }
        matched = 0
        guard scalar != Self.end[0] else {
            matched = 1
            return false
        }
        append(scalar)
        return false
    }

    /// Ends of lines and tabs become blanks, other control characters go.
    private mutating func append(_ scalar: Unicode.Scalar) {
        guard scalar.properties.generalCategory != .control else {
            if ["\t", "\n", "\r"].contains(scalar), scalars.last != " " { append(" ") }
            return
        }
        let size = UTF8.width(scalar)
        guard bytes + size <= Self.limit else {
            bytes = Self.limit
            return
        }
        bytes += size
        scalars.append(scalar)
    }

    /// What was pasted, without the end of its last line.
    var text: String {
        var text = String(scalars)
        while text.last == " " { text.removeLast() }
        return text
    }
}
