import Foundation
package import GRDB

/// Which tables there are, by the version that stands in the file's header (`user_version`).
///
/// A step that has shipped never changes; a change of the tables is a new step. A step uses no type of this program,
/// so that it still means the same when the types have gone on.
package enum SQLiteSchema {
    /// “Pnnr” in the file's header: whose database it is.
    static let applicationID = 0x506E_6E72

    /// The n-th step leads from version n to version n + 1.
    static let steps: [String] = [version1, version2, version3, version4]

    /// Looks at an existing file through a read-only connection, which neither recovers nor checkpoints.
    static func refuseStrangers(path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size > 0 else {
            return
        }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { database in try check(database, path: path) }
            try queue.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw MetadataError.foreign(path: path)
        }
    }

    private static func check(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        // A file that was made but not yet filled when the power went is ours to fill.
        if application == 0, version == 0, tables == 0 { return }
        guard application == applicationID else { throw MetadataError.foreign(path: path) }
        guard version <= steps.count else {
            throw MetadataError.tooNew(path: path, found: version, known: steps.count)
        }
    }

    /// Runs in one transaction: all steps that are missing, or none.
    package static func migrate(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        for step in steps.dropFirst(version) { try database.execute(sql: step) }
        guard version < steps.count else { return }
        try database.execute(sql: "PRAGMA user_version = \(steps.count); PRAGMA application_id = \(applicationID)")
    }
}
