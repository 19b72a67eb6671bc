package import PannierCore

/// How many columns something takes. The one place that decides this: what the C library or the terminal thinks is not
/// asked, and the ncurses terminal writes only what all of them agree on.
package enum CellWidth {
    /// 0 (combines with what stands before it), 1 or 2 columns. `scalar` must have passed the choke point.
    package static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        if combines(scalar) { return 0 }
        return isWide(scalar) ? 2 : 1
    }

    /// 1 or 2 columns for a whole cluster (0 for nothing): emoji of several scalars take two, as does a picture with the
    /// emoji selector; anything else what its scalars take together.
    package static func of(cluster: [Unicode.Scalar]) -> Int {
        if cluster.count == 1 { return of(cluster[0]) }
        if EmojiSequence.matches(cluster) { return 2 }
        return min(2, cluster.reduce(0) { $0 + of($1) })
    }

    /// Columns of a text, all clusters together.
    package static func of(_ text: SafeText) -> Int { Clusters(of: text).reduce(0) { $0 + $1.width } }

    private static func combines(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1160...0x11FF, 0xD7B0...0xD7FF, 0x200C, 0x200D, 0xFE0F: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 0x1100 { return false }
        if scalar.properties.isEmojiPresentation { return true }
        // Few ranges, so a walk is as fast as a search.
        return wideRanges.contains { $0.contains(value) }
    }

    /// East Asian Wide and Fullwidth (UAX #11, EastAsianWidth.txt), besides what is emoji by itself. Holes of a few
    /// unassigned places are closed: what is unassigned never gets here.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul initials
        0x2329...0x232A,  // angle brackets
        0x2E80...0x303E,  // radicals, CJK punctuation
        0x3041...0x3247, 0x3250...0x4DBF,  // kana, compatibility, extension A; 3248–324F are ambiguous
        0x4E00...0xA4C6,  // unified ideographs, Yi
        0xA960...0xA97C,  // Hangul initials, extended
        0xAC00...0xD7A3,  // Hangul syllables
        0xF900...0xFAFF,  // compatibility ideographs
        0xFE10...0xFE19, 0xFE30...0xFE6B,  // vertical and small forms
        0xFF01...0xFF60, 0xFFE0...0xFFE6,  // full width
        0x16FE0...0x18D08,  // Tangut, Khitan
        0x1AFF0...0x1B2FB,  // kana extensions, Nushu
        0x1F200...0x1F265,  // enclosed ideographs
        0x20000...0x3FFFD,  // extensions B and on
    ]
}
