/// Where keys and elements of lists stand in a TOML text that a parser has accepted. Of anything it cannot follow it
/// knows no place; it never says a wrong one.
struct TOMLPlaces {
    enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    private var places: [[Step]: TextPlace] = [:]
    /// Elements so far of each `[[list]]`.
    private var counts: [[Step]: Int] = [:]
    private var rest: Substring
    private var here = TextPlace(line: 1, column: 1)

    init(of text: String) {
        rest = text[...]
        document()
        rest = ""
    }

    subscript(path: [Step]) -> TextPlace? { places[path] }

    // MARK: Walking

    private mutating func step() {
        guard let character = rest.popFirst() else { return }
        if character.isNewline {
            here.line += 1
            here.column = 1
        } else {
            here.column += 1
        }
    }

    private mutating func skip(while condition: (Character) -> Bool) {
        while let next = rest.first, condition(next) { step() }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        step()
        return true
    }

    /// Blanks, ends of lines and comments.
    private mutating func skipBlank() {
        while let next = rest.first {
            if next == "#" {
                skip { !$0.isNewline }
            } else if next.isWhitespace {
                step()
            } else {
                return
            }
        }
    }

    // MARK: Grammar

    private mutating func document() {
        var table: [Step] = []
        while true {
            skipBlank()
            guard let next = rest.first else { return }
            if next == "[" {
                guard let found = header() else { return }
                table = found
            } else if !pair(in: table) {
                return
            }
        }
    }

    /// `[a.b]` or `[[a.b]]`
    private mutating func header() -> [Step]? {
        let start = here
        step()
        let isList = take("[")
        guard let keys = keys() else { return nil }
        skip { $0 != "]" && !$0.isNewline }
        guard take("]"), !isList || take("]") else { return nil }
        var path: [Step] = []
        for (offset, key) in keys.enumerated() {
            path.append(.key(key))
            if isList, offset == keys.count - 1 { counts[path, default: 0] += 1 }
            note(path, at: start)
            if let count = counts[path] { path.append(.index(count - 1)) }
        }
        note(path, at: start)
        return path
    }

    /// `a.b = value`
    private mutating func pair(in table: [Step]) -> Bool {
        let start = here
        guard let keys = keys() else { return false }
        var path = table
        for key in keys {
            path.append(.key(key))
            note(path, at: start)
        }
        guard take("=") else { return false }
        skip { $0 == " " || $0 == "\t" }
        return value(at: path)
    }

    /// The first time counts: a key of several parts names its table again and again.
    private mutating func note(_ path: [Step], at place: TextPlace) {
        if places[path] == nil { places[path] = place }
    }

    private mutating func keys() -> [String]? {
        var keys: [String] = []
        repeat {
            skip { $0 == " " || $0 == "\t" }
            guard let key = key() else { return nil }
            keys.append(key)
            skip { $0 == " " || $0 == "\t" }
        } while take(".")
        return keys
    }

    private mutating func key() -> String? {
        if rest.first == "\"" || rest.first == "'" { return quoted() }
        let start = rest
        skip { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        let key = start[..<rest.startIndex]
        return key.isEmpty ? nil : String(key)
    }

    private mutating func value(at path: [Step]) -> Bool {
        switch rest.first {
        case "{": return table(at: path)
        case "[": return list(at: path)
        case "\"", "'": return quoted() != nil
        default:
            skip { !",]}#".contains($0) && !$0.isNewline }
            return true
        }
    }

    private mutating func table(at path: [Step]) -> Bool {
        step()
        while true {
            skipBlank()
            if take("}") { return true }
            if take(",") { continue }
            guard !rest.isEmpty, pair(in: path) else { return false }
        }
    }

    private mutating func list(at path: [Step]) -> Bool {
        step()
        var count = 0
        while true {
            skipBlank()
            if take("]") { return true }
            if take(",") { continue }
            let element = path + [.index(count)]
            note(element, at: here)
            guard !rest.isEmpty, value(at: element) else { return false }
            count += 1
        }
    }

    /// A text in quotes of any kind, without them. Escapes stay as they are written: a key with one has no place.
    private mutating func quoted() -> String? {
        guard let quote = rest.first else { return nil }
        let long = String(repeating: quote, count: 3)
        let isLong = rest.hasPrefix(long)
        for _ in 0..<(isLong ? 3 : 1) { step() }
        let start = rest
        while let next = rest.first {
            if next == "\\", quote == "\"" {
                step()
                step()
            } else if next == quote, !isLong || rest.hasPrefix(long) {
                let text = start[..<rest.startIndex]
                // Up to two quotes more belong to the text itself.
                if isLong { skip { $0 == quote } } else { step() }
                return String(text)
            } else {
                step()
            }
        }
        return nil
    }
}
