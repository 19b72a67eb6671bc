internal import Foundation
package import GRDB
package import PannierCore

/// The columns of a statement's present row, read where they stand. A `Row` of GRDB makes a table of its columns' names for
/// each query, which takes longer than most queries of one row do. Not to be kept: the next row stands in its place.
package struct Columns {
    fileprivate let statement: SQLiteStatement

    package subscript(_ column: Int) -> Int64 { required(column) }
    package subscript(_ column: Int) -> Int64? { optional(column) }
    package subscript(_ column: Int) -> Int { required(column) }
    package subscript(_ column: Int) -> Int? { optional(column) }
    package subscript(_ column: Int) -> Bool { required(column) }
    package subscript(_ column: Int) -> String { required(column) }
    package subscript(_ column: Int) -> String? { optional(column) }

    package func isNull(_ column: Int) -> Bool { (optional(column) as Something?) == nil }

    package func bytes(_ column: Int) throws -> [UInt8] { [UInt8](try data(column)) }

    package func identifier<Kind>(_ column: Int) throws -> Identifier<Kind> {
        guard let value = Identifier<Kind>(bytes: try data(column)) else {
            throw RowDecodingFailure(description: "an id that is not 16 bytes long")
        }
        return value
    }

    package func optionalIdentifier<Kind>(_ column: Int) throws -> Identifier<Kind>? {
        isNull(column) ? nil : try identifier(column)
    }

    package func nodeName(_ column: Int) throws -> NodeName {
        do {
            return try NodeName(bytes: try bytes(column))
        } catch let error as NodeNameError {
            throw RowDecodingFailure(description: "a name that is none: \(error)")
        }
    }

    // MARK: Values

    private func data(_ column: Int) throws -> Data {
        guard let data: Data = optional(column) else {
            throw RowDecodingFailure(description: "a NULL where bytes must be")
        }
        return data
    }

    @inline(__always)
    private func optional<Value: StatementColumnConvertible>(_ column: Int) -> Value? {
        Value.fromStatement(statement, atUncheckedIndex: CInt(column))
    }

    /// The tables say NOT NULL, and are STRICT.
    @inline(__always)
    private func required<Value: StatementColumnConvertible>(_ column: Int) -> Value {
        guard let value: Value = optional(column) else { preconditionFailure("column \(column) is NULL") }
        return value
    }
}

/// Any value but NULL.
private struct Something: StatementColumnConvertible {
    init(sqliteStatement: SQLiteStatement, index: CInt) {}
}

/// Goes through a statement's rows.
private final class ColumnCursor: DatabaseCursor {
    typealias Element = Columns

    let _statement: Statement
    var _isDone = false

    init(_ statement: Statement, _ arguments: StatementArguments) throws {
        _statement = statement
        try statement.setArguments(arguments)
    }

    deinit {
        // To set arguments ends what is under way.
        if _isDone {
            _statement.setUncheckedArguments([])
        } else {
            // That what has failed fails once more says nothing new.
            try? _statement.setArguments(_statement.arguments)
        }
    }

    func _element(sqliteStatement: SQLiteStatement) -> Columns { Columns(statement: sqliteStatement) }
}

extension Statement {
    /// Reads the first row; nil: there is none.
    package func first<Value>(
        _ arguments: StatementArguments = [], _ read: (Columns) throws -> Value
    ) throws -> Value? {
        let rows = try ColumnCursor(self, arguments)
        guard let columns = try rows.next() else { return nil }
        let value = try read(columns)
        // Mostly there is one row: then this is its end.
        _ = try rows.next()
        return value
    }

    /// Reads all rows.
    package func all<Value>(
        _ arguments: StatementArguments = [], _ read: (Columns) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try each(arguments) { values.append(try read($0)) }
        return values
    }

    /// Reads one row after the other.
    package func each(_ arguments: StatementArguments = [], _ read: (Columns) throws -> Void) throws {
        let rows = try ColumnCursor(self, arguments)
        while let columns = try rows.next() { try read(columns) }
    }
}
