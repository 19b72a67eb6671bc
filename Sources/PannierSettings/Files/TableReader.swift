/// Takes known keys out of a table, and keeps a fault for everything that is not as it should be.
struct TableReader {
    let file: String
    /// What a key of this table is called: “setting”, “role”.
    let noun: String
    private let nodes: [String: TOMLNode]
    private var known: Set<String> = []
    private(set) var faults: [SettingsFault] = []

    init(_ nodes: [String: TOMLNode], file: String, noun: String) {
        self.nodes = nodes
        self.file = file
        self.noun = noun
    }

    /// The node of a key, which is known from now on.
    mutating func node(_ key: String) -> TOMLNode? {
        known.insert(key)
        return nodes[key]
    }

    mutating func fault(_ node: TOMLNode?, _ reason: String) {
        faults.append(SettingsFault(file: file, place: node?.place, reason: reason))
    }

    mutating func add(_ more: [SettingsFault]) { faults += more }

    mutating func string(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        if case .string(let text) = node.value { return text }
        fault(node, "\(key) is \(node.kind) and should be a text in quotes")
        return nil
    }

    mutating func boolean(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        if case .boolean(let value) = node.value { return value }
        fault(node, "\(key) is \(node.kind) and should be true or false")
        return nil
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(key) else { return nil }
        if case .integer(let value) = node.value, range.contains(value) { return value }
        fault(node, "\(key) should be a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// One of the words of a type.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        fault(nodes[key], "\(key) is \"\(text)\" and should be one of \(words)")
        return nil
    }

    /// What nobody asked for is a mistake, and said: a setting that does nothing is worse than an error.
    mutating func finish() -> [SettingsFault] {
        for (key, node) in nodes where !known.contains(key) {
            let likely = Likeness.best(for: key, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            fault(node, "there is no \(noun) \"\(key)\"\(likely)")
        }
        return faults.sorted { ($0.place ?? .start, $0.reason) < ($1.place ?? .start, $1.reason) }
    }
}

extension TextPlace {
    static let start = TextPlace(line: 0, column: 0)
}

/// Which known word was probably meant.
enum Likeness {
    static func best(for word: String, among known: some Sequence<String>) -> String? {
        let found = known.map { (word: $0, distance: distance(word, $0)) }.min {
            ($0.distance, $0.word) < ($1.distance, $1.word)
        }
        guard let found, found.distance <= max(1, word.count / 3) else { return nil }
        return found.word
    }

    /// Letters to insert, remove or exchange (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (line, letter) in left.enumerated() {
            var corner = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, corner + (letter == other ? 0 : 1))
                corner = above
            }
        }
        return row[right.count]
    }
}
