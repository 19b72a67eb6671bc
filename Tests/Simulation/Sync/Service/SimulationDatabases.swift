import GRDB
import PannierMirror
import PannierServer

/// Databases in memory that are used again by one simulation after the other: to make their tables and to prepare their
/// statements takes longer than most simulations. Used by one thread.
package final class SimulationDatabases {
    private var servers: [MemoryDatabase] = []
    private var mirrors: [SimulatedMirror] = []

    package init() {}

    /// - Parameter number: 0 for the service's own, 1 for its backup.
    func server(_ number: Int) throws -> MemoryDatabase {
        while servers.count <= number {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = MemoryDatabase(try DatabaseQueue(configuration: configuration))
            try queue.write { database in
                try SQLiteSchema.migrate(database)
                if servers.isEmpty { try planted?.plant(inService: database) }
            }
            servers.append(queue)
        }
        return servers[number]
    }

    /// - Parameter number: of the device.
    func mirror(_ number: Int) throws -> SimulatedMirror {
        while mirrors.count <= number {
            let queue = MemoryDatabase(try DatabaseQueue())
            try MirrorSchema.migrator.migrate(queue)
            try queue.write { try planted?.plant(inMirror: $0) }
            mirrors.append(SimulatedMirror(queue))
        }
        return mirrors[number]
    }

    /// What makes this mistake stands in the tables.
    private var planted: Mistake?

    /// Empties all that were used.
    /// - Parameter mistake: to be made from now on.
    func clear(for mistake: Mistake?) throws {
        try clear()
        // With another schema all statements are compiled anew.
        guard mistake != planted else { return }
        planted = mistake
        for (number, server) in servers.enumerated() {
            try server.write { database in
                try Mistake.uproot(from: database)
                if number == 0 { try mistake?.plant(inService: database) }
            }
        }
        for mirror in mirrors {
            try mirror.database.write { database in
                try Mistake.uproot(from: database)
                try mistake?.plant(inMirror: database)
            }
        }
    }

    private func clear() throws {
        for (index, server) in servers.enumerated() {
            try server.write { database in
                try Self.clear(database, keeping: ["meta"])
                try database.cachedStatement(sql: "UPDATE meta SET value = 1 WHERE name = 'epoch'").execute()
            }
            if index > 0 { break }
        }
        for mirror in mirrors {
            mirror.isOpen = true
            // One row, which is changed and never made again.
            try mirror.database.write { try Self.clear($0, keeping: ["grdb_migrations", "sync_told"]) }
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
        if try database.tableExists("sqlite_sequence") {
            try database.cachedStatement(sql: "DELETE FROM sqlite_sequence").execute()
        }
    }
}
