internal import Foundation
package import GRDB
package import PannierCore

/// What becomes of transfers and their items, synchronously, inside a transaction of the caller's: ``TransferStore`` is the
/// queue's way to it.
package struct TransferTransaction {
    let database: Database
    /// See ``TransferStore/synced``.
    let synced: (@Sendable () -> Void)?

    package init(_ database: Database, synced: (@Sendable () -> Void)? = nil) {
        self.database = database
        self.synced = synced
    }

    /// The first of one direction that may run, in the order of the queue: that of ``StoredTransfer/place``. While the synced
    /// folder is paused, none of its own.
    package func waiting(
        _ direction: TransferState.Direction, limit: Int
    ) throws -> [StoredTransfer] {
        try StoredTransfer.fetch(
            database,
            """
            state = 'waiting' AND direction = ? AND (
                transfers.sync_folder IS NULL OR NOT EXISTS (SELECT 1 FROM sync_folder WHERE is_paused = 1))
            """, [direction.rawValue], limit: limit)
    }

    /// Ends a transfer that has nothing left to do: done, or failed in part or as a whole.
    package func end(_ number: Int64) throws -> StoredTransfer.State {
        let counts = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT files_done, files_failed + folders_failed FROM transfers WHERE number = ?"),
            arguments: [number])
        let (done, failed): (Int64, Int64) = (counts?[0] ?? 0, counts?[1] ?? 0)
        // A folder without files that came through whole is done, too.
        let folders = try Int64.fetchOne(
            database.cachedStatement(
                sql:
                    "SELECT count(*) FROM (SELECT 1 FROM transfer_items WHERE transfer = ? AND state = 'done' LIMIT 1)"),
            arguments: [number])
        let state: StoredTransfer.State =
            failed == 0 ? .done : done + (folders ?? 0) > 0 ? .partlyFailed : .failed
        let problem =
            state == .failed
            ? try String.fetchOne(
                database.cachedStatement(
                    sql:
                        "SELECT problem FROM transfer_items WHERE transfer = ? AND state = 'failed' ORDER BY row LIMIT 1"
                ), arguments: [number]) : nil
        try database.cachedStatement(
            sql:
                """
                UPDATE transfers SET state = ?, problem = ?, partial_done = 0, partial_moved = 0, map_open = NULL
                WHERE number = ? AND state <> 'cleared'
                """
        ).execute(arguments: [state.rawValue, problem, number])
        return state
    }

    /// A person's decision, made on what was read before: a transfer that has ended meanwhile, or was decided on by
    /// somebody else, stays as it is.
    /// - Returns: whether it was in the state it is to leave.
    package func setState(
        _ number: Int64, from old: StoredTransfer.State, to new: StoredTransfer.State
    ) throws -> Bool {
        try database.cachedStatement(
            sql: "UPDATE transfers SET state = ?, problem = NULL WHERE number = ? AND state = ?"
        ).execute(arguments: [new.rawValue, number, old.rawValue])
        return database.changesCount > 0
    }

    /// Forgets a transfer with all its items.
    /// - Returns: whether it was still in the state in which it was read; if not, it stays.
    package func remove(_ number: Int64, in state: StoredTransfer.State) throws -> Bool {
        try database.cachedStatement(sql: "DELETE FROM transfers WHERE number = ? AND state = ?").execute(arguments: [
            number, state.rawValue,
        ])
        return database.changesCount > 0
    }
}
