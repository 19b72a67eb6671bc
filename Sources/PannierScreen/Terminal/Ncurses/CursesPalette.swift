import CNcurses

/// The looks of a theme as ncurses wants them: attributes, and pairs of colours, which are made when they are first used.
final class CursesPalette {
    struct Paint {
        var attributes: attr_t
        var pair: CInt
    }

    private var theme: Theme
    private let tier: ColourTier
    private var paints: [Style: Paint] = [:]

    init(_ theme: Theme, tier: ColourTier) {
        self.theme = theme
        self.tier = tier
    }

    /// Forgets all paints: every cell must be written again. Pairs of the old ones are kept: there are tens of thousands,
    /// of which a theme uses some dozens, and ncurses takes the oldest when they run out. (After reset_color_pairs,
    /// ncurses 6.4 gives pairs that are black on black.)
    func adopt(_ theme: Theme) {
        self.theme = theme
        paints = [:]
    }

    func paint(of style: Style) -> Paint {
        if let known = paints[style] { return known }
        let look = theme.look(of: style, tier: tier)
        var attributes = Self.bits(of: look.attributes)
        var pair: CInt = 0
        if tier > .none {
            let ink = number(of: look.ink, brightWith: &attributes)
            var unused: attr_t = 0
            // Without a pair left it is drawn in the terminal's own colours.
            pair = max(0, alloc_pair(ink, number(of: look.ground, brightWith: &unused)))
        }
        let paint = Paint(attributes: attributes, pair: pair)
        paints[style] = paint
        return paint
    }

    private static func bits(of attributes: Attributes) -> attr_t {
        var bits: attr_t = 0
        if attributes.contains(.bold) { bits |= pannier_curses_bold() }
        if attributes.contains(.dim) { bits |= pannier_curses_dim() }
        if attributes.contains(.reverse) { bits |= pannier_curses_reverse() }
        if attributes.contains(.underline) { bits |= pannier_curses_underline() }
        return bits
    }

    /// A terminal of eight colours shows the bright ones as bold.
    private func number(of colour: Colour, brightWith attributes: inout attr_t) -> CInt {
        switch colour {
        case .standard: return -1
        case .rgb(let value): return CInt(value)
        case .index(let index):
            guard index >= 8, pannier_curses_colors() < 16 else { return CInt(index) }
            attributes |= pannier_curses_bold()
            return CInt(index - 8)
        }
    }
}
