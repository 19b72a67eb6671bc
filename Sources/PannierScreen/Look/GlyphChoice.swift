/// What the person wants the screen to be drawn with. The raw values are the words of the settings.
package enum GlyphChoice: String, CaseIterable, Sendable {
    /// By the locale and the terminal.
    case auto
    case unicode, block, ascii
}

package enum BorderChoice: String, CaseIterable, Sendable { case single, rounded }

extension Glyphs {
    /// The signs for a terminal.
    /// - Parameters:
    ///   - isUTF8: of the locale. Without it nothing but ASCII comes through.
    ///   - term: TERM. The Linux console has few signs.
    ///   - isAmbiguousWide: The terminal gives lines, blocks and arrows two columns: only ASCII keeps its places.
    package static func chosen(
        _ choice: GlyphChoice, border: BorderChoice = .single, isUTF8: Bool, term: String, isAmbiguousWide: Bool = false
    ) -> Glyphs {
        guard isUTF8, !isAmbiguousWide else { return .ascii }
        var glyphs: Glyphs =
            switch choice {
            case .auto: term == "linux" ? .block : .unicode
            case .unicode: .unicode
            case .block: .block
            case .ascii: .ascii
            }
        if border == .rounded, glyphs == .unicode { glyphs.border = .rounded }
        return glyphs
    }
}
