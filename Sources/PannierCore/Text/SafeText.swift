/// Text that is safe to show: the one choke point for everything that came from anyone else (file names, e-mail
/// addresses, device names, messages of a server). The drawing layer takes nothing else, commands print `text`.
///
/// It can only be made by escaping, so a value of this type never holds anything that moves the cursor, hides, reorders
/// or piles up. What would is spelled out (as `ls -b` does, a backslash doubled, so that two names never look alike):
///
/// - `\x1B`: an ASCII control character, or a byte that is not UTF-8 (``ByteText``)
/// - `\u{202E}`: any other scalar that is invisible, unassigned, a bidi control, or has nothing to stand on
/// - `\\`: a backslash
///
/// Always one line, always NFC or NFD as it came.
package struct SafeText: Hashable, Sendable {
    /// The text with every escape spelled out.
    package private(set) var text = ""
    /// Where the escapes stand, as ranges of `text.utf8` in ascending order: a screen shows them in their own colour.
    package private(set) var escapes: [Range<Int>] = []

    package init(_ text: String) { append(text) }

    /// Bytes that need not be UTF-8, as Linux names are.
    package init(bytes: some Collection<UInt8>) { append(ByteText.text(of: bytes)) }

    package init(_ name: NodeName) { append(name.text) }
    package init(_ path: RemotePath) { append(path.description) }
    package init(_ path: LocalPath) { self.init(bytes: path.bytes) }

    package var isEmpty: Bool { text.isEmpty }

    /// Safe again: neither side ends or begins with half of a grapheme that was let through for its neighbours.
    package static func + (left: SafeText, right: SafeText) -> SafeText {
        var result = left
        result.append(right)
        return result
    }

    package mutating func append(_ other: SafeText) {
        let offset = text.utf8.count
        text += other.text
        escapes += other.escapes.map { $0.lowerBound + offset..<$0.upperBound + offset }
    }
}

extension SafeText: CustomStringConvertible, ExpressibleByStringInterpolation {
    package var description: String { text }
    package init(stringLiteral value: String) { self.init(value) }
    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.result }

    /// Escapes every part but those that are safe already.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var result = SafeText("")
        package init(literalCapacity: Int, interpolationCount: Int) {}
        package mutating func appendLiteral(_ literal: String) { result.append(literal) }
        package mutating func appendInterpolation(_ safe: SafeText) { result.append(safe) }
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            result.append(SafeText(value.description))
        }
        package mutating func appendInterpolation(_ error: any Error) {
            result.append(SafeText(String(describing: error)))
        }
    }
}

// MARK: - Escaping

extension SafeText {
    private static let backslash = UInt8(ascii: "\\")

    private mutating func append(_ string: String) {
        // The common case costs one look at the bytes.
        if string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != Self.backslash }) {
            text += string
            return
        }
        for character in string {
            let scalars = Array(character.unicodeScalars)
            if EmojiSequence.matches(scalars) { text.append(character) } else { append(scalars: scalars) }
        }
    }

    /// One grapheme that is no emoji: a base, then the marks that stand on it.
    private mutating func append(scalars: [Unicode.Scalar]) {
        var standing = false
        var marks = 0
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            switch Visibility(of: scalar) {
            case .base:
                text.unicodeScalars.append(scalar)
                standing = true
                marks = 0
            case .mark where standing && marks < Self.marksOnBase:
                text.unicodeScalars.append(scalar)
                marks += 1
            case .joiner where standing && Visibility.mayJoin(scalar, after: scalars[index - 1], before: next):
                text.unicodeScalars.append(scalar)
            case .mark, .joiner, .hidden:
                escape(scalar)
                standing = false
            }
        }
    }

    /// More than any living script stacks, and what one cell of ncurses takes besides the base.
    private static let marksOnBase = 4

    private mutating func escape(_ scalar: Unicode.Scalar) {
        if let byte = ByteText.byte(of: scalar) { return spell("\\x" + Self.hexadecimal(UInt32(byte), digits: 2)) }
        switch scalar.value {
        case UInt32(Self.backslash): spell("\\\\")
        case ..<0x80: spell("\\x" + Self.hexadecimal(scalar.value, digits: 2))
        default: spell("\\u{" + Self.hexadecimal(scalar.value, digits: 1) + "}")
        }
    }

    private mutating func spell(_ escape: String) {
        let start = text.utf8.count
        text += escape
        escapes.append(start..<text.utf8.count)
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
