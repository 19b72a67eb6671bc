/// What the mouse did on one cell of the screen. Only presses and releases are told, no movement: a program that
/// follows the pointer takes the terminal's own selection away.
package struct Mouse: Hashable, Sendable {
    package enum Button: Hashable, Sendable { case left, middle, right }

    package enum Deed: Hashable, Sendable {
        case press(Button)
        case release(Button)
        /// The second press of the same button on the same cell, shortly after the first. Comes instead of `press`.
        case double(Button)
        case wheelUp, wheelDown
    }

    package var deed: Deed
    /// Counted from the top left corner, from 0.
    package var place: Point
    /// Held while it happened. Many terminals keep Shift for themselves: it selects text.
    package var isShift: Bool
    package var isControl: Bool

    package init(_ deed: Deed, row: Int, column: Int, shift: Bool = false, control: Bool = false) {
        self.deed = deed
        place = Point(row: row, column: column)
        isShift = shift
        isControl = control
    }

    package var row: Int { place.row }
    package var column: Int { place.column }
}

/// Tells single presses from double ones. The first press is told at once, whatever follows.
struct Clicks {
    /// In milliseconds, from the first press to the second.
    static let doubleWithin = 400

    private var last: (button: Mouse.Button, place: Point, at: Int)?

    /// - Parameter now: milliseconds of a clock that only goes forward.
    mutating func press(_ button: Mouse.Button, at place: Point, now: Int) -> Mouse.Deed {
        if let last, last.button == button, last.place == place, now - last.at <= Self.doubleWithin {
            // A third press begins anew.
            self.last = nil
            return .double(button)
        }
        last = (button, place, now)
        return .press(button)
    }
}
