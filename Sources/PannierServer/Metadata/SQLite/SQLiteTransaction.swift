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
        let cursor = try Row.fetchCursor(statement, arguments: Self.named(arguments))
        var rows: [MetadataRow] = []
        while let row = try cursor.next() {
            rows.append(MetadataRow(values: try row.databaseValues.enumerated().map(Self.value)))
        }
        return rows
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

    private static func value(column: Int, _ value: DatabaseValue) throws -> MetadataValue {
        switch value.storage {
        case .null: .null
        case .int64(let integer): .integer(integer)
        case .string(let text): .text(text)
        case .blob(let data): .bytes([UInt8](data))
        case .double: throw MetadataError.unexpectedValue(column: column, expected: "an integer, text or bytes")
        }
    }
}
