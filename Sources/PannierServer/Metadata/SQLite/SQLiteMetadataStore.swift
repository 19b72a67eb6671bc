import Foundation
import GRDB
import PannierCore

/// The metadata store of a server on one machine: one SQLite file.
///
/// SQLite here (3.40) has a rare race between two connections that checkpoint the WAL. So: one process for each database
/// (the caller holds the lock on the data folder), one connection that writes and checkpoints, and readers that are
/// opened read-only and therefore never do. A transaction that was answered is on the disk (`synchronous = FULL`).
package final class SQLiteMetadataStore: MetadataStore {
    private let pool: DatabasePool

    /// Opens the database, or makes it, and brings its tables to this program's version.
    /// - Throws: ``MetadataError/tooNew(path:found:known:)`` or ``MetadataError/foreign(path:)``, with nothing touched;
    ///   else SQLite's own error.
    package init(path: String) throws {
        try SQLiteSchema.refuseStrangers(path: path)
        var configuration = Configuration()
        configuration.label = "metadata"
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        // The pool sets NORMAL when it opens, which may lose the last transactions with the power.
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        try pool.write { database in try SQLiteSchema.migrate(database) }
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any MetadataTransaction) throws -> Result
    ) async throws -> Result {
        let result = try await Self.translated {
            try await self.pool.write { database in
                let result = try body(SQLiteTransaction(database))
                Failpoint.transactionDone.pass()
                return result
            }
        }
        Failpoint.transactionDurable.pass()
        return result
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any MetadataTransaction) throws -> Result
    ) async throws -> Result {
        try await Self.translated { try await self.pool.read { database in try body(SQLiteTransaction(database)) } }
    }

    package func check() async throws -> MetadataCheck {
        try await Self.translated {
            try await self.pool.read { database in
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                let texts = try String.fetchAll(database, sql: "PRAGMA quick_check(10)")
                return MetadataCheck(version: version, damage: texts == ["ok"] ? [] : texts)
            }
        }
    }

    /// What callers must tell apart, in words that hold for every engine.
    private static func translated<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL: throw MetadataError.diskFull
            case .SQLITE_BUSY: throw MetadataError.busy
            default: throw error
            }
        }
    }

    /// Ends all connections after what runs has ended; the last one checkpoints.
    package func close() throws { try pool.close() }
}
