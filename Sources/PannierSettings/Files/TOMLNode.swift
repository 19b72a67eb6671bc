import TOMLKit

/// A value of a TOML file, and where it stands.
struct TOMLNode {
    enum Value {
        case string(String)
        case integer(Int)
        case boolean(Bool)
        case list([TOMLNode])
        case table([String: TOMLNode])
        /// Numbers with a fraction, dates, times: nothing here wants one.
        case other
    }

    let value: Value
    /// Of its key, or of itself in a list. Nil for the whole file.
    let place: TextPlace?

    /// Reads a file. This is the one place where TOMLKit is used: it decides what is TOML and what the values are, and
    /// ``TOMLPlaces`` finds out where they stand, which it does not tell.
    /// - Throws: ``SettingsFault`` where it is no TOML.
    init(text: String, file: String) throws {
        // C would take the text to end there.
        if let place = Self.zero(in: text) {
            throw SettingsFault(file: file, place: place, reason: "a NUL character cannot stand in a text file")
        }
        do {
            let table = try TOMLTable(string: text)
            self.init(table.tomlValue, at: [], TOMLPlaces(of: text))
        } catch let error as TOMLParseError {
            let place = TextPlace(line: error.source.begin.line, column: error.source.begin.column)
            throw SettingsFault(file: file, place: place, reason: Self.words(of: error))
        }
    }

    private init(_ found: some TOMLValueConvertible, at path: [TOMLPlaces.Step], _ places: TOMLPlaces) {
        place = places[path]
        switch found.type {
        case .string: value = found.string.map(Value.string) ?? .other
        case .int: value = found.int.map(Value.integer) ?? .other
        case .bool: value = found.bool.map(Value.boolean) ?? .other
        case .array:
            let elements = found.array.map { Array($0) } ?? []
            value = .list(
                elements.enumerated().map { TOMLNode($0.element.tomlValue, at: path + [.index($0.offset)], places) })
        case .table:
            var nodes: [String: TOMLNode] = [:]
            for (key, element) in found.table ?? [:] {
                nodes[key] = TOMLNode(element.tomlValue, at: path + [.key(key)], places)
            }
            value = .table(nodes)
        case .double, .date, .time, .dateTime: value = .other
        }
    }

    /// What is wrong, in the parser's words, which name what was being read and what was found.
    private static func words(of error: TOMLParseError) -> String {
        var words = error.description
        while words.last?.isWhitespace == true { words.removeLast() }
        let prefix = "Error while parsing "
        return words.hasPrefix(prefix) ? "this is no TOML: " + words.dropFirst(prefix.count) : words
    }

    private static func zero(in text: String) -> TextPlace? {
        guard let index = text.unicodeScalars.firstIndex(of: "\0") else { return nil }
        let before = text[..<index].split(separator: "\n", omittingEmptySubsequences: false)
        return TextPlace(line: before.count, column: (before.last?.count ?? 0) + 1)
    }

    /// What kind of value it is, in words.
    var kind: String {
        switch value {
        case .string: "a text"
        case .integer: "a number"
        case .boolean: "true or false"
        case .list: "a list"
        case .table: "a table"
        case .other: "a date or a number with a fraction"
        }
    }
}
