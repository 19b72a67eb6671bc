/// The one choke point for text that came from anyone else: file names, e-mail addresses, device names, messages of a
/// server. What could move the cursor, hide, reorder or pile up is shown as a visible escape (`\x1B`, `\u{202E}`).
///
/// Let through: what takes its own place on the line, plus the joiners and selectors that emoji, Arabic and Indic
/// scripts are written with, in exactly the places where they use them.
package enum SafeText {
    /// A run of text to show as it is, or one escape, which a screen may colour.
    package enum Piece: Hashable, Sendable {
        case text(String)
        case escape(String)
    }

    /// `text` on one line, with every unsafe scalar as a visible escape.
    package static func make(_ text: String) -> String {
        // Nearly all names: one look at the bytes.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        return joined(pieces(of: text))
    }

    /// As ``make(_:)``, for bytes that need not be UTF-8: those that are not are shown as `\xFF`.
    package static func make(bytes: [UInt8]) -> String { joined(pieces(ofBytes: bytes)) }

    /// The runs and escapes of `text`, in order; no two runs of text are neighbours.
    package static func pieces(of text: String) -> [Piece] {
        var result: [Piece] = []
        var run = String.UnicodeScalarView()
        var context = SafeTextContext()
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if context.allows(scalar, next: index + 1 < scalars.count ? scalars[index + 1] : nil) {
                run.append(scalar)
            } else {
                if !run.isEmpty { result.append(.text(String(run))) }
                run = String.UnicodeScalarView()
                result.append(.escape(escape(of: scalar)))
            }
        }
        if !run.isEmpty { result.append(.text(String(run))) }
        return result
    }

    /// As ``pieces(of:)``, for bytes that need not be UTF-8.
    package static func pieces(ofBytes bytes: [UInt8]) -> [Piece] {
        if let text = String(validating: bytes, as: UTF8.self) { return pieces(of: text) }
        var result: [Piece] = []
        var start = 0
        var position = 0
        while position < bytes.count {
            if let length = scalarLength(in: bytes, at: position) {
                position += length
            } else {
                result += pieces(of: String(decoding: bytes[start..<position], as: UTF8.self))
                result.append(.escape("\\x" + hexadecimal(UInt32(bytes[position]), digits: 2)))
                position += 1
                start = position
            }
        }
        return result + pieces(of: String(decoding: bytes[start...], as: UTF8.self))
    }

    private static func joined(_ pieces: [Piece]) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let part), .escape(let part): text += part
            }
        }
    }

    private static func escape(of scalar: Unicode.Scalar) -> String {
        scalar.value < 0x100 && scalar.properties.generalCategory == .control
            ? "\\x" + hexadecimal(scalar.value, digits: 2) : "\\u{" + hexadecimal(scalar.value, digits: 4) + "}"
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Bytes of the scalar that begins here; nil where none does.
    private static func scalarLength(in bytes: [UInt8], at position: Int) -> Int? {
        let length =
            switch bytes[position] {
            case 0..<0x80: 1
            case 0xC2..<0xE0: 2
            case 0xE0..<0xF0: 3
            case 0xF0..<0xF5: 4
            default: 0
            }
        guard length > 0, position + length <= bytes.count else { return nil }
        return String(validating: bytes[position..<position + length], as: UTF8.self) == nil ? nil : length
    }
}

/// What stood before, as far as it decides whether the next scalar is safe.
struct SafeTextContext {
    /// More than this many marks on one letter climb over the neighbouring lines.
    static let marksOnOneLetter = 4

    private var previous: Unicode.Scalar?
    private var marks = 0
    private var isInFlag = false

    /// Whether `scalar` may be shown as it is after what this has seen; an escape ends all context.
    mutating func allows(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) -> Bool {
        let allowed = isSafe(scalar, next: next)
        isInFlag = allowed && (scalar.value == 0x1F3F4 || (isInFlag && Self.isTag(scalar)))
        previous = allowed ? scalar : nil
        marks = allowed && Self.isMark(scalar) ? marks + 1 : 0
        return allowed
    }

    private func isSafe(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: return true
        case 0x200D: return joinsEmoji(with: next) || isAfterJoiningScript
        case 0x200C: return isAfterJoiningScript
        case 0xFE0E, 0xFE0F: return previous?.properties.isEmoji == true
        case 0xE0020...0xE007F: return isInFlag
        // The blank braille cell; nothing tells it from a space.
        case 0x2800: return false
        default: break
        }
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        case .nonspacingMark, .enclosingMark: return previous != nil && marks < Self.marksOnOneLetter
        default: return true
        }
    }

    private func joinsEmoji(with next: Unicode.Scalar?) -> Bool {
        guard let previous, let next, next.value > 0x7F, next.properties.isEmoji else { return false }
        return previous.value == 0xFE0F || (previous.value > 0x7F && previous.properties.isEmoji)
    }

    /// Arabic, Syriac and their supplements; the Indic scripts; Mongolian.
    private var isAfterJoiningScript: Bool {
        switch previous?.value {
        case .some(0x0600...0x08FF), .some(0x0900...0x0DFF), .some(0x1800...0x18AF): true
        default: false
        }
    }

    private static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0020...0xE007F).contains(scalar.value) }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x200C || scalar.value == 0x200D
            || [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
    }
}
