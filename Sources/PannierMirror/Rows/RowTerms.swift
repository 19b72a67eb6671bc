import GRDB
import PannierCore

/// The columns that rows of one kind are ordered by, the first one before the others.
///
/// What the order asks for, where rows of the kind have that; then the name; then the id. A reversed order turns the
/// first of them around and leaves the others: equal rows stand in the same order in both.
struct RowTerms {
    private struct Term {
        let column: String
        let isDescending: Bool
        let value: (RowKey) throws -> DatabaseValue
    }

    private let terms: [Term]

    init(_ source: RowSource, _ order: RowOrder, isFolder: Bool) {
        let largestFirst = order.key == .size || order.key == .time
        let asked = source.valueColumn(for: order.key, isFolder: isFolder).map { column in
            Term(column: column, isDescending: largestFirst != order.isReversed, value: Self.value)
        }
        let name = Term(column: source.nameColumn, isDescending: order.key == .name && order.isReversed) {
            $0.name.bytes.blob
        }
        terms = (asked.map { [$0] } ?? []) + [name, Term(column: "nodes.id", isDescending: false) { $0.node.blob }]
    }

    private static func value(of key: RowKey) throws -> DatabaseValue {
        switch key.value {
        case .number(let number)?: number.databaseValue
        case .text(let text)?: text.databaseValue
        case nil:
            throw Problem(
                .badRequest, "The row to go on from is one of another order.", detail: "Ask for the first page.",
                status: 0)
        }
    }

    /// For `ORDER BY`.
    func clause(isBackwards: Bool) -> String {
        terms.map { "\($0.column) \($0.isDescending != isBackwards ? "DESC" : "ASC")" }.joined(separator: ", ")
    }

    /// Rows that come behind `key`; backwards: before it.
    /// - Parameter isInclusive: and itself.
    func beyond(_ key: RowKey, isBackwards: Bool, isInclusive: Bool = false) throws -> Condition {
        // a >= x AND (a > x OR …): the first comparison is one that an index can serve.
        var condition: Condition?
        for term in terms.reversed() {
            let sign = term.isDescending != isBackwards ? "<" : ">"
            let value = try term.value(key)
            guard let rest = condition else {
                condition = Condition("\(term.column) \(sign)\(isInclusive ? "=" : "") ?", [value])
                continue
            }
            condition = Condition(
                "\(term.column) \(sign)= ? AND (\(term.column) \(sign) ? OR (\(rest.sql)))",
                [value, value] + rest.arguments)
        }
        return condition ?? .all
    }
}
