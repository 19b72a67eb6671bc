import Foundation
package import GRDB
package import PannierCore

/// The open mirror of one profile. While it lives nobody else can open it.
package final class Mirror: Sendable {
    package let paths: ClientPaths
    /// One connection writes and checkpoints; the others only read.
    package let database: DatabasePool
    private let lock: ProfileLock

    private init(paths: ClientPaths, database: DatabasePool, lock: consuming ProfileLock) {
        self.paths = paths
        self.database = database
        self.lock = lock
    }

    /// Opens the profile's mirror, or makes it.
    /// - Throws: ``Problem``: `mirrorTooNew` (nothing was touched), `mirrorDamaged`, or what the disk says.
    package static func open(_ paths: ClientPaths, lock: consuming ProfileLock) throws(Problem) -> Mirror {
        try PrivateFolder.make(paths.state)
        do {
            try refuseNewer(paths.database)
            let pool = try DatabasePool(path: paths.database, configuration: configuration)
            // The pool sets NORMAL when it opens. An intent that was answered must outlive a power cut.
            try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = MirrorSchema.migrator
            try migrator.migrate(pool)
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA user_version = \(migrator.migrations.count)")
            }
            return Mirror(paths: paths, database: pool, lock: lock)
        } catch {
            throw Problem(database: error, path: paths.database)
        }
    }

    /// Reads on one of the reading connections, off the caller's thread.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await database.read(body)
        } catch {
            throw Problem(database: error, path: paths.database)
        }
    }

    /// One durable transaction on the writing connection.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await database.write(body)
        } catch {
            throw Problem(database: error, path: paths.database)
        }
    }

    /// Ends all connections; what is under way is waited for.
    package func close() throws(Problem) {
        do {
            try database.close()
        } catch {
            throw Problem(database: error, path: paths.database)
        }
    }

    /// What SQLite itself says of the file; empty when all is well. Reads the whole file.
    package func check() async throws(Problem) -> [String] {
        try await read { db in
            try String.fetchAll(db, sql: "PRAGMA quick_check(5)").filter { $0 != "ok" }
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "mirror"
        configuration.maximumReaderCount = 3
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    /// Looks before anything is opened for writing.
    private static func refuseNewer(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        var configuration = Configuration()
        configuration.readonly = true
        try DatabaseQueue(path: path, configuration: configuration).read { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            let migrator = MirrorSchema.migrator
            let isNewer = try version > migrator.migrations.count || migrator.hasBeenSuperseded(db)
            if isNewer { throw Problem.mirrorTooNew(path) }
        }
    }
}
