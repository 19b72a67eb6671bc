/// Why something looks as it does. Views name roles; a ``Theme`` gives each its look in every tier of colours. The raw
/// values are what the files of themes call them.
package enum ColourRole: String, CaseIterable, Sendable {
    // Ink.
    case text
    /// What matters least: units, column heads, hints.
    case quiet
    /// What matters most: titles.
    case strong
    /// The one colour of the house: the focus, a bar that grows.
    case accent
    /// Lines of a box without the focus; the focused one has `accent`. Never text: it may be faint.
    case border
    case folder
    case number
    case good
    case busy
    /// Something to look at that is not wrong yet.
    case warning
    case bad
    /// Others: who shared, whose it is.
    case people
    /// A name that is hidden otherwise, an ignored one.
    case hidden
    /// A character that is shown as an escape, because it is not safe as itself.
    case escape
    /// Names of keys in hints, menus and help.
    case key
    /// The sign and the name of a marked row.
    case mark
    /// Letters that a filter or a search has found.
    case match
    case graphUp = "graph-up"
    case graphDown = "graph-down"
    // Ink of the chunk map, from best to worst.
    /// On the server before anything was sent.
    case chunkThere = "chunk-there"
    /// Sent, and known to be there.
    case chunkSure = "chunk-sure"
    /// Sent, not confirmed yet.
    case chunkUnsure = "chunk-unsure"
    case chunkMoving = "chunk-moving"
    case chunkWaiting = "chunk-waiting"
    case chunkFailed = "chunk-failed"
    // Grounds.
    case screen
    case bar
    case cursor
    /// The cursor of a pane without the focus.
    case shadow
    /// A marked row.
    case selected
    case dialog
    /// Where text is typed.
    case field

    package static let grounds: Set<ColourRole> = [.screen, .bar, .cursor, .shadow, .selected, .dialog, .field]
    package var isGround: Bool { Self.grounds.contains(self) }
}

/// The look of one cell, by roles: ink on a ground.
package struct Style: Hashable, Sendable {
    package var ink: ColourRole
    package var ground: ColourRole

    package init(_ ink: ColourRole, on ground: ColourRole = .screen) {
        self.ink = ink
        self.ground = ground
    }

    package func on(_ ground: ColourRole) -> Style { Style(ink, on: ground) }
}
