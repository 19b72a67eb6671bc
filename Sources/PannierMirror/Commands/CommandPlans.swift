import Foundation
package import GRDB
package import PannierCore

/// What commands under way have asked the server for, so that one that is repeated because its agent died asks for the very
/// same thing: paths may mean something else by then.
///
/// A plan is written before the first request that it names goes out. The service keeps its answers for as long.
package enum CommandPlans {
    /// Milliseconds after which nobody repeats a command any more.
    package static let kept: Milliseconds = 24 * 3_600 * 1_000

    package static func read<Plan: Decodable>(
        _ type: Plan.Type, of key: CommandKey, part: Int, in database: Database
    ) throws -> Plan? {
        let data = try Data.fetchOne(
            database, sql: "SELECT plan FROM commands WHERE key = ? AND part = ?", arguments: [key.blob, part])
        return try data.map { try WireJSON.decode(type, from: $0) }
    }

    /// - Parameter now: this machine's clock.
    package static func keep(
        _ plan: some Encodable, of key: CommandKey, part: Int, now: Milliseconds, in database: Database
    ) throws {
        // A clock that was set back would keep them for ever.
        try database.execute(
            sql: "DELETE FROM commands WHERE begun_at NOT BETWEEN ? AND ?", arguments: [now - kept, now + kept])
        try database.execute(
            sql: "INSERT OR REPLACE INTO commands (key, part, plan, begun_at) VALUES (?, ?, ?, ?)",
            arguments: [key.blob, part, try WireJSON.encode(plan), now])
    }
}

enum CommandSchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("commands 1") { database in
            try database.execute(
                sql: """
                    -- What a command asks the server for, from before the first request on.
                    CREATE TABLE commands (
                        -- The client's, sent again with the command.
                        key BLOB NOT NULL,
                        -- Commands of many paths have a plan for each.
                        part INTEGER NOT NULL,
                        -- JSON.
                        plan BLOB NOT NULL,
                        -- Milliseconds, this machine's clock.
                        begun_at INTEGER NOT NULL,
                        PRIMARY KEY (key, part)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }
}
