/// Why something looks as it does. Views name roles; a ``Theme`` gives each its look in every tier of colours.
package enum ColourRole: String, CaseIterable, Sendable {
    // Ink.
    case text
    /// What matters least: units, column heads, the border without focus.
    case quiet
    /// What matters most: titles.
    case strong
    /// The one colour of the house: the focus, a bar that grows.
    case accent
    case folder
    case number
    case good
    case busy
    case bad
    /// Others: who shared, whose it is.
    case people
    /// A character that is shown as an escape, because it is not safe as itself.
    case escape
    // Grounds.
    case screen
    case bar
    case cursor
    /// The cursor of a pane without the focus.
    case shadow
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
