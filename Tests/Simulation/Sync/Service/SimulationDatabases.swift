import GRDB
import PannierMirror
import PannierServer

/// Databases in memory that are used again by one simulation after the other: to make their tables and to prepare their
/// statements takes longer than most simulations. Used by one thread.
package final class SimulationDatabases {
    private var servers: [DatabaseQueue] = []
    private var mirrors: [SimulatedMirror] = []

    package init() {}

    /// - Parameter number: 0 for the service's own, 1 for its backup.
    func server(_ number: Int) throws -> DatabaseQueue {
        while servers.count <= number {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(configuration: configuration)
            try queue.write { try SQLiteSchema.migrate($0) }
            servers.append(queue)
        }
        return servers[number]
    }

    /// - Parameter number: of the device.
    func mirror(_ number: Int) throws -> SimulatedMirror {
        while mirrors.count <= number {
            let queue = try DatabaseQueue()
            try MirrorSchema.migrator.migrate(queue)
            try queue.write { try SimulatedTransfers.makeTable($0) }
            mirrors.append(SimulatedMirror(queue))
        }
        return mirrors[number]
    }

    /// What makes a mistake was planted in the tables.
    private var isPlanted = false

    /// Empties all that were used.
    /// - Parameter mistake: to be made from now on.
    func clear(for mistake: Mistake?) throws {
        if isPlanted {
            for mirror in mirrors { mirror.isOpen = true }
            for database in servers + mirrors.map(\.database) {
                try database.write { try Mistake.uproot(from: $0) }
            }
        }
        try clear()
        isPlanted = mistake != nil
        if let mistake { try server(0).write { try mistake.plant(inService: $0) } }
    }

    private func clear() throws {
        for (index, server) in servers.enumerated() {
            try server.write { database in
                try Self.clear(database, keeping: ["meta"])
                try database.execute(sql: "UPDATE meta SET value = 1 WHERE name = 'epoch'")
            }
            if index > 0 { break }
        }
        for mirror in mirrors {
            mirror.isOpen = true
            try mirror.database.write { try Self.clear($0, keeping: ["grdb_migrations"]) }
        }
    }

    private static func clear(_ database: Database, keeping kept: Set<String>) throws {
        let tables = try String.fetchAll(
            database.cachedStatement(
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"))
        // Triggers write into some of them while others are emptied.
        for _ in 0..<2 {
            for table in tables where !kept.contains(table) {
                try database.cachedStatement(sql: "DELETE FROM \(table)").execute()
            }
        }
        if try database.tableExists("sqlite_sequence") { try database.execute(sql: "DELETE FROM sqlite_sequence") }
    }
}
