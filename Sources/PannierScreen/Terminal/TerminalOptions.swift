/// How a person wants their terminal to be used.
package struct TerminalOptions: Sendable {
    package var theme: Theme
    package var glyphs: GlyphChoice
    package var border: BorderChoice
    /// The terminal shows characters of ambiguous width (UAX #11) in two columns. Then signs are ASCII, accents are
    /// written apart from their letters, and what remains ambiguous in names is shown as `?`: ncurses counts one column
    /// for it, and whatever stands behind it would move.
    package var isAmbiguousWide: Bool
    /// Clicks come as keys; the terminal then selects text with Shift held.
    package var mouse: Bool

    package init(
        theme: Theme = .standard, glyphs: GlyphChoice = .auto, border: BorderChoice = .single,
        isAmbiguousWide: Bool = false, mouse: Bool = true
    ) {
        self.theme = theme
        self.glyphs = glyphs
        self.border = border
        self.isAmbiguousWide = isAmbiguousWide
        self.mouse = mouse
    }
}
