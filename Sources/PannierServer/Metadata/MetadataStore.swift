package import PannierCore

/// Where the File Service keeps what it knows: SQLite on one machine, PostgreSQL past that.
///
/// Queries are text that both engines read, with `$1`, `$2` for their arguments. Conditions are asked by query, never
/// by catching a constraint error: after an error a PostgreSQL transaction is dead, SQLite's goes on.
package protocol MetadataStore: Sendable {
    /// Runs `body` in one transaction that may write. When this returns, what it wrote is durable; when it throws,
    /// nothing was written. `body` may run more than once (a serialisation failure), so it must have no other effect.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any MetadataTransaction) throws -> Result
    ) async throws -> Result

    /// Runs `body` on one consistent snapshot.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any MetadataTransaction) throws -> Result
    ) async throws -> Result

    /// Reads enough of the database to find damage.
    func check() async throws -> MetadataCheck
}

/// What a look at the whole database found.
package struct MetadataCheck: Sendable, Hashable {
    /// Of the tables.
    package let version: Int
    /// Damage, in the database's own words; empty when there is none.
    package let damage: [String]
}

/// An open transaction. Used by one thread, within the call that gave it.
package protocol MetadataTransaction: AnyObject {
    /// All rows of a query; use `LIMIT`, no result is paged for you.
    func rows(_ query: String, _ arguments: [MetadataValue]) throws -> [MetadataRow]
    /// Runs a statement and tells how many rows it changed.
    @discardableResult
    func run(_ statement: String, _ arguments: [MetadataValue]) throws -> Int
    /// Takes the namespace's head row for writing, so that revisions are dense and visible in order.
    /// - Returns: the head revision.
    func lockHead(of namespace: NamespaceID) throws -> Revision
}

extension MetadataTransaction {
    package func row(_ query: String, _ arguments: [MetadataValue]) throws -> MetadataRow? {
        try rows(query, arguments).first
    }
}

/// What stands in a column. Booleans are 0 and 1. Text holds no NUL: PostgreSQL refuses it, SQLite ends there.
package enum MetadataValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// A row of an answer, by position.
package struct MetadataRow: Sendable {
    package let values: [MetadataValue]
    package init(values: [MetadataValue]) { self.values = values }
}
