internal import Foundation
package import GRDB
package import PannierCore

/// The transfer queue on the disk: every call is one transaction.
///
/// All calls throw ``Problem``: what `Problem(database:path:)` says, `cancelled` when the task was cancelled before the
/// transaction began.
package struct TransferStore: Sendable {
    private let database: any DatabaseWriter
    /// Called after every transaction in which items of the synced folder came to an end. Must not block.
    package var synced: (@Sendable () -> Void)?

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

    func readBlocking<Value>(_ body: (Database) throws -> Value) throws(Problem) -> Value {
        do {
            return try database.read(body)
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
    /// Adds a transfer of one source.
    package func add(local: LocalPath, goal: StoredTransfer.Goal) async throws(Problem) -> StoredTransfer {
        let name =
            switch goal {
            case .upload(let target): target.name?.text ?? ""
            case .download(let source): source.node?.name.text ?? ""
            }
        return try await write { database in
            try Self.insert(StoredTransfer(local: local, goal: goal, name: name), into: database)
        }
    }

    static func insert(_ new: StoredTransfer, into database: Database) throws -> StoredTransfer {
        try new.insert(into: database)
        guard let stored = try StoredTransfer.fetch(database, "id = ?", [Data(new.id.bytes)]).first else {
            throw Problem(.mirrorDamaged, "A transfer that was just written is not there.")
        }
        return stored
    }

    /// All that were not cleared, in the order of the queue.
    package func all() async throws(Problem) -> [StoredTransfer] {
        try await read { database in try StoredTransfer.fetch(database, "state <> 'cleared'", []) }
    }

    /// Those that were ended before their time and may have left something, on the server or on this disk.
    package func leftovers() async throws(Problem) -> [StoredTransfer] {
        try await read { database in
            try StoredTransfer.fetch(
                database,
                """
                state = 'cleared' OR state = 'cancelled' AND EXISTS (
                    SELECT 1 FROM transfer_items
                    WHERE transfer = number AND (upload IS NOT NULL OR has_part = 1))
                """, [])
        }
    }

    /// See ``TransferTransaction``.
    package func waiting(
        _ direction: TransferState.Direction, limit: Int
    ) async throws(Problem) -> [StoredTransfer] {
        try await read { try TransferTransaction($0, synced: synced).waiting(direction, limit: limit) }
    }

    package func transfer(_ id: TransferID) async throws(Problem) -> StoredTransfer? {
        try await read { database in
            try StoredTransfer.fetch(database, "id = ? AND state <> 'cleared'", [Data(id.bytes)]).first
        }
    }

    /// See ``TransferTransaction``.
    package func setState(
        _ number: Int64, from old: StoredTransfer.State, to new: StoredTransfer.State
    ) async throws(Problem) -> Bool {
        try await write { try TransferTransaction($0, synced: synced).setState(number, from: old, to: new) }
    }

    /// Stops a transfer for a problem that concerns all of it, unless a person has decided otherwise meanwhile.
    package func fail(_ number: Int64, _ problem: Problem) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfers SET state = 'failed', problem = ? WHERE number = ? AND state = 'waiting'",
                arguments: [try SQLText.json(problem), number])
            guard database.changesCount > 0 else { return }
            try SyncReport(number, in: database, told: synced)?.failedAll(of: number, problem)
        }
    }

    /// Says why a transfer waits, unless a person has decided otherwise meanwhile.
    /// - Parameter problem: nil: it waits for its turn alone.
    package func wait(_ number: Int64, _ problem: Problem?) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfers SET problem = ? WHERE number = ? AND state = 'waiting'",
                arguments: [try problem.map(SQLText.json), number])
        }
    }

    /// Nothing is left of the transfer's unfinished files.
    package func forgetPartial(_ number: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: "UPDATE transfers SET partial_done = 0, partial_moved = 0, map_open = NULL WHERE number = ?",
                arguments: [number])
        }
    }

    /// See ``TransferTransaction``.
    package func end(_ number: Int64) async throws(Problem) -> StoredTransfer.State {
        try await write { try TransferTransaction($0, synced: synced).end(number) }
    }

    /// Writes down how far a run is.
    /// - Parameters:
    ///   - moved: bytes that crossed the network since this was last called.
    ///   - ran: time in which it ran since then.
    package func record(
        _ number: Int64, moved: Int64, ran: Milliseconds = 0, partial: PartialProgress
    ) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE transfers SET bytes_moved = bytes_moved + ?, ran_milliseconds = ran_milliseconds + ?,
                        partial_done = ?, partial_moved = ?
                    WHERE number = ?
                    """, arguments: [moved, ran, partial.done, partial.moved, number])
        }
    }

    /// A cancelled transfer has left nothing any more, on the server or on this disk.
    package func forgetLeftovers(_ number: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE transfer_items SET upload = NULL, has_part = 0
                    WHERE transfer = ? AND (upload IS NOT NULL OR has_part = 1)
                    """, arguments: [number])
        }
    }

    /// See ``TransferTransaction``.
    package func remove(_ number: Int64, in state: StoredTransfer.State) async throws(Problem) -> Bool {
        try await write { try TransferTransaction($0, synced: synced).remove(number, in: state) }
    }
}
