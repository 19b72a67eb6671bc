package import PannierCore

/// The signs that lines, bars and marks are drawn with: one column each, but for `live` and `enter`.
package struct Glyphs: Sendable {
    package struct Border: Sendable {
        package var horizontal: SafeText
        package var vertical: SafeText
        package var topLeft: SafeText
        package var topRight: SafeText
        package var bottomLeft: SafeText
        package var bottomRight: SafeText
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
    package var up: SafeText
    package var down: SafeText
    package var verified: SafeText
    package var cloud: SafeText
    package var waiting: SafeText
    package var paused: SafeText
    package var trouble: SafeText
    package var polled: SafeText
    package var live: SafeText
    package var enter: SafeText

    package static let unicode = Glyphs(
        border: Border(
            horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘"),
        separator: "›", dot: "·", ellipsis: "…", barFull: "█", barParts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉"],
        barRest: "░", up: "↑", down: "↓", verified: "✓", cloud: "○", waiting: "●", paused: "‖", trouble: "!",
        polled: "~", live: "◉", enter: "⏎")

    package static let ascii = Glyphs(
        border: Border(
            horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+"),
        separator: ">", dot: "-", ellipsis: "~", barFull: "#", barParts: [], barRest: ".", up: "^", down: "_",
        verified: "v", cloud: "o", waiting: "+", paused: "\"", trouble: "!", polled: "~", live: "(*)", enter: "Enter")
}
