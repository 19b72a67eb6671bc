import PannierCore
package import PannierScreen

/// One line of text that a person types.
package struct TextField: Sendable {
    package private(set) var characters: [Character] = []
    /// Characters before the cursor.
    package private(set) var cursor = 0
    /// Shown as dots.
    package let isSecret: Bool

    /// Longer than any path: what is pasted beyond is left out.
    static let capacity = 8_192

    package init(_ text: String = "", isSecret: Bool = false) {
        characters = Array(text.prefix(Self.capacity))
        cursor = characters.count
        self.isSecret = isSecret
    }

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }

    package mutating func set(_ text: String) { self = TextField(text, isSecret: isSecret) }

    /// The cursor stands before the last dot: what follows is seldom to be changed.
    package mutating func moveBeforeExtension() {
        if let dot = characters.lastIndex(of: "."), dot > 0 { cursor = dot }
    }

    /// False when the key has nothing to do with text.
    package mutating func press(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert([character])
        case .paste(let text): insert(text.filter { !$0.isNewline })
        case .backspace, .control("h"): if cursor > 0 { remove(cursor - 1..<cursor) }
        case .delete: if cursor < characters.count { remove(cursor..<cursor + 1) }
        case .control("w"): remove(wordStart..<cursor)
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<characters.count)
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(characters.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        default: return false
        }
        return true
    }

    private mutating func insert(_ text: some Collection<Character>) {
        let fitting = text.prefix(Self.capacity - characters.count)
        // Read again as a whole: a mark that is typed stands on the letter before it.
        let head = String(characters[..<cursor]) + String(fitting)
        let tail = String(characters[cursor...])
        characters = Array(head + tail)
        cursor = min(characters.count, head.count)
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        var start = cursor
        while start > 0, characters[start - 1] == " " || characters[start - 1] == "/" { start -= 1 }
        while start > 0, characters[start - 1] != " ", characters[start - 1] != "/" { start -= 1 }
        return start
    }
}
