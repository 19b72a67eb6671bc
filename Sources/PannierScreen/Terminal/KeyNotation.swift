/// Keys as files write them: `g`, `<Enter>`, `<C-a>`, `<F5>`.
extension Key {
    /// Why a text is no key, as half a sentence about it.
    package struct NotationError: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Reads one key: a character that is typed, or a name between `<` and `>`, in any case of letters.
    /// - Throws: ``NotationError``.
    package init(notation text: String) throws(NotationError) {
        if let first = text.first, text.count == 1 {
            guard first != " ", first.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw NotationError(description: "is written <Space>, <Tab> or <Enter>")
            }
            self = .character(first)
            return
        }
        guard text.hasPrefix("<"), text.hasSuffix(">"), text.count > 2 else {
            throw NotationError(description: "is no key: write one character, or a name like <Enter>, <C-a> or <F5>")
        }
        let name = text.dropFirst().dropLast().lowercased()
        if let key = Self.named[name] {
            self = key
        } else if name.hasPrefix("c-") {
            self = try Self.control(name.dropFirst(2))
        } else if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...63).contains(number) {
            self = .function(number)
        } else if name.hasPrefix("a-") || name.hasPrefix("m-") {
            throw NotationError(description: "is no key here: Alt is what a terminal sends as <Esc> and the key")
        } else if name.hasPrefix("s-") {
            throw NotationError(description: "is no key here: write the capital letter; only <S-Tab> has a name")
        } else {
            throw NotationError(description: "is no key that has a name")
        }
    }

    private static func control(_ letter: Substring) throws(NotationError) -> Key {
        guard let first = letter.first, letter.count == 1, ("a"..."z").contains(first) else {
            throw NotationError(description: "is no key: Control goes with a letter, <C-a> to <C-z>")
        }
        if let other = taken[first] {
            throw NotationError(description: "is the same as \(other) to a terminal: write \(other)")
        }
        return .control(first)
    }

    /// Control keys that terminals send as something with a name of its own.
    private static let taken: [Character: String] = ["h": "<Backspace>", "i": "<Tab>", "j": "<Enter>", "m": "<Enter>"]

    private static let named: [String: Key] = [
        "enter": .enter, "esc": .escape, "tab": .tab, "s-tab": .backTab, "backspace": .backspace, "delete": .delete,
        "insert": .insert, "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
        "pgup": .pageUp, "pgdn": .pageDown, "space": .character(" "),
    ]

    /// How files write this key; nil for what is no key of the keyboard.
    package var notation: String? {
        switch self {
        case .mouse, .paste, .ground, .other: nil
        case .character(let character) where character != " ": String(character)
        default: "<\(name)>"
        }
    }
}
