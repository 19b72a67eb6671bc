package import PannierCore

/// One cluster of a safe text.
package struct Cluster: Hashable, Sendable {
    package let text: String
    /// 1 or 2 columns.
    package let width: Int
    /// Part of a visible escape.
    package let isEscape: Bool
    /// Not the first cluster of its escape: a line is not cut here.
    package let continuesEscape: Bool
}

/// The clusters of a safe text from left to right, in logical order: right-to-left text is not turned round.
package struct Clusters: Sequence, IteratorProtocol {
    private var characters: String.Iterator
    private var escapes: ArraySlice<Range<Int>>
    private var offset = 0
    /// What is left of a character that is drawn in several pieces.
    private var rest: ArraySlice<Unicode.Scalar> = []

    package init(of safe: SafeText) {
        characters = safe.text.makeIterator()
        escapes = safe.escapes[...]
    }

    package mutating func next() -> Cluster? {
        if !rest.isEmpty { return piece() }
        guard let character = characters.next() else { return nil }
        let start = offset
        offset += character.utf8.count
        if let ascii = character.asciiValue { return escapable(String(UnicodeScalar(ascii)), at: start) }
        let scalars = Array(character.unicodeScalars)
        let columns = scalars.reduce(0) { $0 + CellWidth.of($1) }
        if columns <= 2 || EmojiSequence.matches(scalars) {
            return Self.plain(String(character), width: CellWidth.of(cluster: scalars))
        }
        // Conjuncts of several Indic consonants and the like: wider than two columns, so drawn one base at a time.
        rest = scalars[...]
        return piece()
    }

    /// Escapes are written in ASCII.
    private mutating func escapable(_ text: String, at start: Int) -> Cluster {
        while let first = escapes.first, first.upperBound <= start { escapes.removeFirst() }
        let escape = escapes.first.flatMap { $0.contains(start) ? $0 : nil }
        return Cluster(
            text: text, width: 1, isEscape: escape != nil,
            continuesEscape: escape.map { $0.lowerBound < start } ?? false)
    }

    private static func plain(_ text: String, width: Int) -> Cluster {
        Cluster(text: text, width: width, isEscape: false, continuesEscape: false)
    }

    private mutating func piece() -> Cluster {
        var text = String(Character(rest.removeFirst()))
        let width = CellWidth.of(text.unicodeScalars.first!)
        while let mark = rest.first, CellWidth.of(mark) == 0 {
            text.unicodeScalars.append(mark)
            rest.removeFirst()
        }
        return Self.plain(text, width: Swift.max(1, width))
    }
}
