internal import Foundation
package import GRDB
package import PannierCore

/// The transfer queue on the disk: every call is one transaction.
///
/// All calls throw ``Problem``: what `Problem(database:path:)` says, `cancelled` when the task was cancelled before the
/// transaction began.
package struct TransferStore: Sendable {
    private let database: any DatabaseWriter

    package init(_ database: any DatabaseWriter) { self.database = database }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await database.write(body)
        } catch {
            throw Problem(database: error, path: database.path)
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await database.read(body)
        } catch {
            throw Problem(database: error, path: database.path)
        }
    }
}

// The transfers themselves.
extension TransferStore {
    package func add(local: LocalPath, goal: StoredTransfer.Goal) async throws(Problem) -> StoredTransfer {
        let id = TransferID.random()
        return try await write { database in
            let new = StoredTransfer(
                number: 0, id: id, local: local, goal: goal, state: .waiting, isScanned: false,
                counts: TransferCounts(), problem: nil)
            try new.insert(into: database)
            guard let stored = try StoredTransfer.fetch(database, "id = ?", [Data(id.bytes)]).first else {
                throw Problem(.mirrorDamaged, "A transfer that was just written is not there.")
            }
            return stored
        }
    }

    /// All, in the order of the queue.
    package func all() async throws(Problem) -> [StoredTransfer] {
        try await read { database in try StoredTransfer.fetch(database, "1 = 1", []) }
    }

    package func transfer(_ id: TransferID) async throws(Problem) -> StoredTransfer? {
        try await read { database in try StoredTransfer.fetch(database, "id = ?", [Data(id.bytes)]).first }
    }

    package func setState(
        _ number: Int64, _ state: StoredTransfer.State, problem: Problem? = nil
    ) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfers SET state = ?, problem = ? WHERE number = ?",
                arguments: [state.rawValue, try problem.map(SQLText.json), number])
        }
    }

    /// Stops a transfer for a problem that concerns all of it, unless a person has decided otherwise meanwhile.
    package func fail(_ number: Int64, _ problem: Problem) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfers SET state = 'failed', problem = ? WHERE number = ? AND state = 'waiting'",
                arguments: [try SQLText.json(problem), number])
        }
    }

    /// Ends a transfer that has nothing left to do: done, or failed in part or as a whole.
    package func end(_ number: Int64) async throws(Problem) -> StoredTransfer.State {
        try await write { database in
            let counts = try GRDB.Row.fetchOne(
                database, sql: "SELECT files_done, files_failed FROM transfers WHERE number = ?", arguments: [number])
            let (done, failed): (Int64, Int64) = (counts?["files_done"] ?? 0, counts?["files_failed"] ?? 0)
            // A folder without files that came through whole is done, too.
            let folders = try Int64.fetchOne(
                database,
                sql:
                    "SELECT count(*) FROM (SELECT 1 FROM transfer_items WHERE transfer = ? AND state = 'done' LIMIT 1)",
                arguments: [number])
            let state: StoredTransfer.State =
                failed == 0 ? .done : done + (folders ?? 0) > 0 ? .partlyFailed : .failed
            let problem =
                state == .failed
                ? try String.fetchOne(
                    database,
                    sql:
                        "SELECT problem FROM transfer_items WHERE transfer = ? AND state = 'failed' ORDER BY row LIMIT 1",
                    arguments: [number]) : nil
            try database.execute(
                sql: "UPDATE transfers SET state = ?, problem = ? WHERE number = ?",
                arguments: [state.rawValue, problem, number])
            return state
        }
    }

    package func addMoved(_ number: Int64, bytes: Int64) async throws(Problem) {
        guard bytes > 0 else { return }
        var growth = TransferCounts()
        growth.bytesMoved = bytes
        try await write { [growth] database in try growth.add(to: number, in: database) }
    }

    /// Forgets a transfer with all its items.
    package func remove(_ number: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(sql: "DELETE FROM transfers WHERE number = ?", arguments: [number])
        }
    }

    /// Makes what failed new again, and the transfer waiting.
    package func retry(_ transfer: StoredTransfer) async throws(Problem) {
        try await write { database in
            let counts = try GRDB.Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), ifnull(sum(size), 0), ifnull(sum(is_folder), 0) FROM transfer_items
                    WHERE transfer = ? AND state = 'failed'
                    """, arguments: [transfer.number])
            var (files, bytes): (Int64, Int64) = (counts?[0] ?? 0, counts?[1] ?? 0)
            let folders: Int64 = counts?[2] ?? 0
            switch transfer.direction {
            case .upload:
                // Found again by another scan: a folder that could not be read holds more than is known.
                try database.execute(
                    sql: "DELETE FROM transfer_items WHERE transfer = ? AND state = 'failed'",
                    arguments: [transfer.number])
            case .download:
                (files, bytes) = (folders, 0)
                try database.execute(
                    sql: """
                        UPDATE transfer_items SET state = 'pending', attempts = 0, problem = NULL
                        WHERE transfer = ? AND state = 'failed'
                        """, arguments: [transfer.number])
            }
            try database.execute(
                sql: """
                    UPDATE transfers SET state = 'waiting', problem = NULL, files_failed = 0, is_scanned = 0,
                        files_total = files_total - ?, bytes_total = bytes_total - ? WHERE number = ?
                    """, arguments: [files, bytes, transfer.number])
        }
    }
}
