import PannierCore

extension Glyphs.Border {
    package static let single = Glyphs.Border(
        horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", teeLeft: "├",
        teeRight: "┤", teeTop: "┬", teeBottom: "┴", cross: "┼")

    package static let rounded = Glyphs.Border(
        horizontal: "─", vertical: "│", topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯", teeLeft: "├",
        teeRight: "┤", teeTop: "┬", teeBottom: "┴", cross: "┼")

    package static let ascii = Glyphs.Border(
        horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", teeLeft: "+",
        teeRight: "+", teeTop: "+", teeBottom: "+", cross: "+")
}

extension Glyphs {
    /// For a terminal with a font of today.
    package static let unicode = Glyphs(
        border: .single, separator: "›", dot: "·", ellipsis: "…", barFull: "█",
        barParts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉"], barRest: "░",
        chunks: Chunks(there: "=", sure: "█", unsure: "▓", moving: "▒", waiting: "░", failed: "x"), graph: .braille,
        up: "↑", down: "↓", verified: "✓", cloud: "○", waiting: "●", paused: "‖", trouble: "!", polled: "~", kept: "=",
        ignored: "#", invited: "+", marked: "*", live: "◉", enter: "⏎", into: "→", pointer: ">", ascending: "▴",
        descending: "▾", active: "▪", secret: "•", caret: "_",
        choices: Choices(boxOn: "[x]", boxOff: "[ ]", radioOn: "(•)", radioOff: "( )"), scrollTrack: "│",
        scrollThumb: "┃")

    /// Lines and blocks that even old fonts and the Linux console have; marks in ASCII.
    package static let block = Glyphs(
        border: .single, separator: ">", dot: "·", ellipsis: "~", barFull: "█",
        barParts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉"], barRest: "░",
        chunks: Chunks(there: "=", sure: "█", unsure: "▓", moving: "▒", waiting: "░", failed: "x"), graph: .blocks,
        up: "^", down: "_", verified: "v", cloud: "o", waiting: "+", paused: "\"", trouble: "!", polled: "~", kept: "=",
        ignored: "#", invited: "?", marked: "*", live: "*", enter: "Enter", into: ">", pointer: ">", ascending: "^",
        descending: "v", active: "*", secret: "*", caret: "_",
        choices: Choices(boxOn: "[x]", boxOff: "[ ]", radioOn: "(*)", radioOff: "( )"), scrollTrack: "│",
        scrollThumb: "█")

    /// For everything else, and for those who read with something other than eyes.
    package static let ascii = Glyphs(
        border: .ascii, separator: ">", dot: "-", ellipsis: "~", barFull: "#", barParts: [], barRest: ".",
        chunks: Chunks(there: "=", sure: "#", unsure: "%", moving: "*", waiting: ".", failed: "x"), graph: .ascii,
        up: "^", down: "_", verified: "v", cloud: "o", waiting: "+", paused: "\"", trouble: "!", polled: "~", kept: "=",
        ignored: "#", invited: "?", marked: "*", live: "(*)", enter: "Enter", into: "->", pointer: ">", ascending: "^",
        descending: "v", active: "*", secret: "*", caret: "_",
        choices: Choices(boxOn: "[x]", boxOff: "[ ]", radioOn: "(*)", radioOff: "( )"), scrollTrack: "|",
        scrollThumb: "#")
}
