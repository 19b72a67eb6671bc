/// A key as the person meant it. Control keys carry the letter; Alt is what Esc before a key means to a terminal, and
/// arrives as two keys.
package enum Key: Hashable, Sendable {
    case character(Character)
    case control(Character)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// 1 to 63.
    case function(Int)
    case mouse(Mouse)
    /// Text that was pasted, as one piece: without control characters, at most 64 KiB. Ends of lines are blanks.
    case paste(String)
    /// Not pressed: the terminal's answer to ``Terminal/askGround()``, the colour of its background as 0xRRGGBB.
    case ground(UInt32)
    /// A key that has no name here; the number is the terminal library's.
    case other(Int)
}

extension Key {
    /// The key of one character as terminals send it: below the space stand the control keys.
    package init(scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x09: self = .tab
        case 0x0A, 0x0D: self = .enter
        case 0x1B: self = .escape
        case 0x08, 0x7F: self = .backspace
        case 0..<0x20: self = .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x60)))
        default: self = .character(Character(scalar))
        }
    }

    /// What people call it: `Enter`, `C-l`, `F10`, `q`.
    package var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let letter): "C-\(letter)"
        case .function(let number): "F\(number)"
        case .mouse: "mouse"
        case .paste: "paste"
        case .ground: "background"
        case .other(let code): "key \(code)"
        default: Self.names[self] ?? ""
        }
    }

    private static let names: [Key: String] = [
        .enter: "Enter", .escape: "Esc", .tab: "Tab", .backTab: "S-Tab", .backspace: "Backspace", .delete: "Delete",
        .insert: "Insert", .up: "Up", .down: "Down", .left: "Left", .right: "Right", .home: "Home", .end: "End",
        .pageUp: "PgUp", .pageDown: "PgDn",
    ]
}
