/// What a scalar does on a line of text, as far as safety goes.
enum Visibility {
    /// Takes its own place and can be seen (a plain space, too).
    case base
    /// Stands on, under or behind the base before it.
    case mark
    /// ZERO WIDTH (NON-)JOINER: invisible, but some scripts cannot be written without.
    case joiner
    /// Invisible, unassigned, for private use, or steering something: never shown as it is.
    case hidden

    init(of scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x20..<0x7F: self = scalar == "\\" ? .hidden : .base
        // Medial and final jamo take no place of their own (UAX #29, Hangul syllables).
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: self = scalar.properties.isDefaultIgnorableCodePoint ? .hidden : .mark
        case 0x200C, 0x200D: self = .joiner
        // A blank that is no space, and an object that is not there; half of a flag.
        case 0x2800, 0xFFFC, 0x1F1E6...0x1F1FF: self = .hidden
        // The ideographic space: two columns wide, part of ordinary Japanese names.
        case 0x3000: self = .base
        default: self = Self.byCategory(scalar.properties)
        }
    }

    private static func byCategory(_ properties: Unicode.Scalar.Properties) -> Visibility {
        if properties.isDefaultIgnorableCodePoint { return .hidden }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return .mark
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return .hidden
        default: return .base
        }
    }

    /// Where the joiners mean something (after the contexts A1, A2 and B of UAX #31): behind a virama; the non-joiner
    /// also between two Arabic letters.
    static func mayJoin(_ joiner: Unicode.Scalar, after: Unicode.Scalar, before: Unicode.Scalar?) -> Bool {
        if after.properties.canonicalCombiningClass == .virama { return true }
        guard joiner == "\u{200C}" else { return false }
        return isArabic(after) && (before.map(isArabic) ?? true)
    }

    private static func isArabic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0620...0x06FF, 0x0750...0x077F, 0x08A0...0x08FF: true
        default: false
        }
    }
}

/// Graphemes of several scalars that are one picture, two columns wide (after UTS #51).
package enum EmojiSequence {
    /// The longest that anyone draws has four pictures (two people, a heart, a kiss); longer ones only pile up.
    private static let picturesAtMost = 4
    private static let joiner: Unicode.Scalar = "\u{200D}"
    private static let selector: Unicode.Scalar = "\u{FE0F}"

    /// A flag, a keycap, or up to four pictures joined, each with a selector or a skin tone.
    package static func matches(_ scalars: [Unicode.Scalar]) -> Bool {
        guard scalars.count > 1 else { return false }
        if isFlag(scalars) { return true }
        if scalars.count == 3, scalars[1] == selector, scalars[2] == "\u{20E3}" { return isKeycap(scalars[0]) }
        let pictures = scalars.split(separator: joiner, omittingEmptySubsequences: false)
        return pictures.count <= picturesAtMost && pictures.allSatisfy { isPicture(Array($0)) }
    }

    /// Two regional indicators.
    package static func isFlag(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.count == 2 && scalars.allSatisfy { (0x1F1E6...0x1F1FF).contains($0.value) }
    }

    private static func isKeycap(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || scalar == "#" || scalar == "*"
    }

    private static func isPicture(_ scalars: [Unicode.Scalar]) -> Bool {
        guard let first = scalars.first, first.value > 0x7F, first.properties.isEmoji,
            !(0x1F1E6...0x1F1FF).contains(first.value)
        else { return false }
        let rest = scalars.dropFirst()
        guard let second = rest.first else { return true }
        return rest.count == 1 && (second == selector || second.properties.isEmojiModifier)
    }
}
