import GRDB
import PannierCore

/// What rows must fulfil, as SQL that goes on after other conditions.
struct Condition {
    let sql: String
    let arguments: StatementArguments

    /// Nothing.
    static let all = Condition("", [])

    init(_ sql: String, _ arguments: StatementArguments) {
        self.sql = sql
        self.arguments = arguments
    }

    func and(_ other: Condition) -> Condition {
        if sql.isEmpty { return other }
        return other.sql.isEmpty ? self : Condition("\(sql) AND \(other.sql)", arguments + other.arguments)
    }

    static func isFolder(_ isFolder: Bool) -> Condition { Condition("nodes.is_folder = \(isFolder ? 1 : 0)", []) }
}

// Names. Their columns are BLOBs, which GLOB looks into only where SQLite was built so; a cast leaves the bytes alone.
// GLOB, not LIKE: that knows the two cases of ASCII letters only.
extension Condition {
    /// A dot is 2E; no name begins with anything between it and 2F.
    init(name column: String, hasDot: Bool) {
        self.init("\(hasDot ? "" : "NOT ")(\(column) >= x'2E' AND \(column) < x'2F')", [])
    }

    /// The letters stand in the name in this order, others in between.
    init(name column: String, scatters letters: String) {
        self.init(name: column, anyOf: LooseText.spellings(of: letters).map(\.scatteredPattern))
    }

    /// The text stands in the name.
    init(name column: String, holds text: String) {
        self.init(name: column, anyOf: LooseText.spellings(of: text).map(\.wholePattern))
    }

    private init(name column: String, anyOf patterns: [String]) {
        let tests = patterns.map { _ in "CAST(\(column) AS TEXT) GLOB ?" }
        self.init("(\(tests.joined(separator: " OR ")))", StatementArguments(patterns))
    }
}

extension LooseText {
    fileprivate var scatteredPattern: String { "*" + letters.map { Self.pattern($0) + "*" }.joined() }

    fileprivate var wholePattern: String { "*" + letters.map(Self.pattern).joined() + "*" }

    /// Only what GLOB would read otherwise needs brackets, and letters that have cases; none of either means anything
    /// within them. A NUL would end the pattern: it becomes another character that no name holds.
    private static func pattern(_ cases: [Unicode.Scalar]) -> String {
        if cases == ["\0"] { return "\u{1}" }
        guard let first = cases.first, cases.count > 1 || ["*", "?", "["].contains(first) else {
            return cases.map { String($0) }.joined()
        }
        return "[" + cases.map { String($0) }.joined() + "]"
    }
}
