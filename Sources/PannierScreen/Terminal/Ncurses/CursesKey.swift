import CNcurses

extension Key {
    /// The key of one of ncurses' KEY_ codes; nil for KEY_RESIZE, which is no key.
    init?(curses code: CInt) {
        switch code {
        case KEY_RESIZE: return nil
        case KEY_F0...KEY_F0 + 63: self = .function(Int(code - KEY_F0))
        default: self = Self.byCode[code] ?? .other(Int(code))
        }
    }

    private static let byCode: [CInt: Key] = [
        KEY_ENTER: .enter, KEY_BACKSPACE: .backspace, KEY_BTAB: .backTab, KEY_DC: .delete, KEY_IC: .insert,
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right, KEY_HOME: .home, KEY_END: .end,
        KEY_FIND: .home, KEY_SELECT: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
    ]
}

/// What ncurses finds besides its own keys.
enum CursesCode {
    // ncurses gives the numbers right above KEY_MAX to keys that a terminal's entry names itself.
    static let pasteBegin: CInt = KEY_MAX + 4_001
    static let pasteEnd: CInt = KEY_MAX + 4_002
    static let ground: CInt = KEY_MAX + 4_003

    /// The brackets around pasted text, and how the answer about the background begins.
    static func define() {
        define_key("\u{1B}]11;rgb:", ground)
        define_key("\u{1B}[200~", pasteBegin)
        define_key("\u{1B}[201~", pasteEnd)
    }
}
