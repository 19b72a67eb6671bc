import Foundation
package import GRDB
package import PannierCore

/// SQLite reads `$1` as a parameter *named* “$1”, whose position depends on where it first stands in the text. So
/// arguments are bound by name; statements stay prepared with their connection.
package final class SQLiteTransaction: MetadataTransaction {
    private let database: Database

    package init(_ database: Database) { self.database = database }

    package func rows(_ query: String, _ arguments: [MetadataValue]) throws -> [MetadataRow] {
        let statement = try database.cachedStatement(sql: query)
        try statement.setArguments(Self.named(arguments))
        let rows = Rows(statement)
        var found: [MetadataRow] = []
        while let row = try rows.next() { found.append(row) }
        return found
    }

    /// Reads rows where they stand: a `Row` of GRDB makes a table of its columns' names for each query, which takes longer
    /// than most queries do.
    private final class Rows: DatabaseCursor {
        typealias Element = MetadataRow

        let _statement: Statement
        var _isDone = false

        init(_ statement: Statement) { _statement = statement }

        deinit {
            // To set arguments ends what is under way.
            if _isDone {
                _statement.setUncheckedArguments([])
            } else {
                // That what has failed fails once more says nothing new.
                try? _statement.setArguments(_statement.arguments)
            }
        }

        func _element(sqliteStatement: SQLiteStatement) throws -> MetadataRow {
            MetadataRow(
                values: try (0..<_statement.columnCount).map { column in
                    try SQLiteTransaction.value(
                        column: column, DatabaseValue(sqliteStatement: sqliteStatement, index: CInt(column)))
                })
        }
    }

    @discardableResult
    package func run(_ statement: String, _ arguments: [MetadataValue]) throws -> Int {
        try database.cachedStatement(sql: statement).execute(arguments: Self.named(arguments))
        return database.changesCount
    }

    /// A writing transaction begins with `BEGIN IMMEDIATE`, so nothing else has to be locked.
    package func lockHead(of namespace: NamespaceID) throws -> Revision {
        guard let row = try row("SELECT head FROM namespaces WHERE id = $1", [.id(namespace)]) else {
            throw MetadataError.rowMissing("namespace \(namespace)")
        }
        var reader = row.reader
        return try reader.integer()
    }

    private static let names = (1...64).map(String.init)

    private static func named(_ arguments: [MetadataValue]) -> StatementArguments {
        StatementArguments(zip(names, arguments.map(databaseValue)).map { ($0, $1) })
    }

    private static func databaseValue(_ value: MetadataValue) -> (any DatabaseValueConvertible)? {
        switch value {
        case .null: nil
        case .integer(let integer): integer
        case .text(let text): text
        case .bytes(let bytes): Data(bytes)
        }
    }

    fileprivate static func value(column: Int, _ value: DatabaseValue) throws -> MetadataValue {
        switch value.storage {
        case .null: .null
        case .int64(let integer): .integer(integer)
        case .string(let text): .text(text)
        case .blob(let data): .bytes([UInt8](data))
        case .double: throw MetadataError.unexpectedValue(column: column, expected: "an integer, text or bytes")
        }
    }
}
