package import PannierCore

/// The signs that lines, bars and marks are drawn with. One column each where nothing else is said.
package struct Glyphs: Sendable, Equatable {
    package struct Border: Sendable, Equatable {
        package var horizontal: SafeText
        package var vertical: SafeText
        package var topLeft: SafeText
        package var topRight: SafeText
        package var bottomLeft: SafeText
        package var bottomRight: SafeText
        /// Where a line inside meets the border: at its left edge, its right edge, its top, its bottom.
        package var teeLeft: SafeText
        package var teeRight: SafeText
        package var teeTop: SafeText
        package var teeBottom: SafeText
        package var cross: SafeText
    }

    /// One cell of the chunk map, from best to worst.
    package struct Chunks: Sendable, Equatable {
        package var there: SafeText
        package var sure: SafeText
        package var unsure: SafeText
        package var moving: SafeText
        package var waiting: SafeText
        package var failed: SafeText
    }

    /// Signs of fields. Three columns each.
    package struct Choices: Sendable, Equatable {
        package var boxOn: SafeText
        package var boxOff: SafeText
        package var radioOn: SafeText
        package var radioOff: SafeText
    }

    package var border: Border
    /// Between the parts of a path.
    package var separator: SafeText
    /// Between the parts of a line.
    package var dot: SafeText
    package var ellipsis: SafeText
    /// What has gone already, eighths of a column from one to seven, and what is still to go.
    package var barFull: SafeText
    package var barParts: [SafeText]
    package var barRest: SafeText
    package var chunks: Chunks
    package var graph: GraphSigns

    // Marks before a name.
    package var up: SafeText
    package var down: SafeText
    package var verified: SafeText
    package var cloud: SafeText
    package var waiting: SafeText
    package var paused: SafeText
    package var trouble: SafeText
    package var polled: SafeText
    /// Kept offline.
    package var kept: SafeText
    package var ignored: SafeText
    package var invited: SafeText
    /// Before a marked row.
    package var marked: SafeText

    /// One column in the sets `unicode` and `block`, three in `ascii`.
    package var live: SafeText
    /// One column in the set `unicode`, five in the others.
    package var enter: SafeText
    /// From here to there. Two columns in the set `ascii`.
    package var into: SafeText
    /// The one that is meant, in a list.
    package var pointer: SafeText
    /// Beside the column that sorts, smallest first and largest first.
    package var ascending: SafeText
    package var descending: SafeText
    /// A tab where something goes on.
    package var active: SafeText
    /// Instead of each character of a password.
    package var secret: SafeText
    /// Where the next character goes.
    package var caret: SafeText
    package var choices: Choices
    package var scrollTrack: SafeText
    package var scrollThumb: SafeText
}
