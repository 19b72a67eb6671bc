import CNcurses
import Foundation
import PannierCore

/// A cell in characters that every terminal and the C library give the same width: what is written must move the
/// cursor exactly as far as the frame says, or the rest of the line would shift. Emoji of several scalars become their
/// first picture, flags their two letters, and what the C library does not know a question mark; blanks fill up.
package struct CursesCell {
    /// One for each character with a place of its own: its scalars (a base and what combines with it) and its columns.
    package struct Part: Equatable {
        package var scalars: [Unicode.Scalar]
        package var columns: Int
    }

    package private(set) var parts: [Part] = []

    /// A cell of ncurses holds five code points (CCHARW_MAX).
    package static let scalarsAtMost = 5

    /// By the C library's widths in the current locale.
    /// - Parameter isAmbiguousWide: The terminal gives two columns to what the C library, and so ncurses, counts as one.
    init(_ cell: Cell, isAmbiguousWide: Bool = false) {
        self.init(cell, isAmbiguousWide: isAmbiguousWide) { Int(pannier_curses_width(wchar_t($0.value))) }
    }

    /// - Parameter measure: wcwidth, as the C library has it: negative for what it cannot show.
    package init(_ cell: Cell, isAmbiguousWide: Bool = false, measure: (Unicode.Scalar) -> Int) {
        let scalars = Array(cell.text.unicodeScalars)
        if let first = scalars.first, scalars.count == 1, first.value < 0x7F {
            parts = [Part(scalars: scalars, columns: 1)]
            return
        }
        var shown = Self.simplified(scalars)
        if isAmbiguousWide { shown = Self.unambiguous(shown) }
        for scalar in shown { add(scalar, width: measure(scalar)) }
        if used > cell.width || parts.isEmpty { parts = [Part(scalars: ["?"], columns: 1)] }
        while used < cell.width { parts.append(Part(scalars: [" "], columns: 1)) }
    }

    /// Signs of our own words for terminals that have only ASCII.
    package static let plain: [Unicode.Scalar: Unicode.Scalar] = [
        "“": "\"", "”": "\"", "‘": "'", "’": "'", "–": "-", "—": "-", "…": "~",
    ]

    private var used: Int { parts.reduce(0) { $0 + $1.columns } }

    private mutating func add(_ scalar: Unicode.Scalar, width: Int) {
        switch width {
        // Its width has changed from one version of Unicode to another: some terminals would move their cursor.
        case 0 where CellWidth.of(scalar) != 0: break
        case 0 where !parts.isEmpty && parts[parts.count - 1].scalars.count < Self.scalarsAtMost:
            parts[parts.count - 1].scalars.append(scalar)
        case 0: break
        case 1, 2: parts.append(Part(scalars: [scalar], columns: width))
        default: parts.append(Part(scalars: [Self.plain[scalar] ?? "?"], columns: 1))
        }
    }

    private static func simplified(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard EmojiSequence.matches(scalars) else { return scalars }
        guard EmojiSequence.isFlag(scalars) else { return [scalars[0]] }
        return scalars.map { Unicode.Scalar(UInt8($0.value - 0x1F1E6) + UInt8(ascii: "A")) }
    }

    /// Accents apart from their letters, which are narrow everywhere; a question mark for what is ambiguous by itself.
    private static func unambiguous(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard scalars.contains(where: AmbiguousWidth.contains) else { return scalars }
        let text = String(String.UnicodeScalarView(scalars)).decomposedStringWithCanonicalMapping
        return text.unicodeScalars.map { AmbiguousWidth.contains($0) ? plain[$0] ?? "?" : $0 }
    }
}
