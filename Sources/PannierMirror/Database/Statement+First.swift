package import GRDB

extension Statement {
    /// Reads the first row where it stands; nil: there is none. `Row.fetchOne` copies it first, with the names of its columns.
    package func first<Value>(
        _ arguments: StatementArguments = [], _ read: (GRDB.Row) throws -> Value
    ) throws -> Value? {
        let rows = try GRDB.Row.fetchCursor(self, arguments: arguments)
        // The row is gone with its cursor.
        return try withExtendedLifetime(rows) { try rows.next().map(read) }
    }

    /// Reads all rows, each where it stands.
    package func all<Value>(
        _ arguments: StatementArguments = [], _ read: (GRDB.Row) throws -> Value
    ) throws -> [Value] {
        let rows = try GRDB.Row.fetchCursor(self, arguments: arguments)
        var values: [Value] = []
        while let row = try rows.next() { values.append(try read(row)) }
        return values
    }
}
