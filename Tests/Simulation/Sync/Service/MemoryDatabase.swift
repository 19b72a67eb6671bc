import GRDB

/// A database in memory, of one connection. GRDB would guard each read of such a queue by `PRAGMA query_only`, and with every
/// pragma SQLite throws all prepared statements away: compiling them anew took more than half of a simulation. Here a read
/// that writes fails all the same, as it does on the connections of a pool.
final class MemoryDatabase: DatabaseWriter {
    let queue: DatabaseQueue

    struct WrittenByRead: Error {}

    init(_ queue: DatabaseQueue) { self.queue = queue }

    // MARK: Reading

    func read<T>(_ value: (Database) throws -> T) throws -> T {
        try queue.writeWithoutTransaction { database in
            let before = database.totalChangesCount
            let found = try value(database)
            guard database.totalChangesCount == before else { throw WrittenByRead() }
            return found
        }
    }
    func read<T: Sendable>(_ value: @Sendable (Database) throws -> T) async throws -> T { try await queue.read(value) }
    func asyncRead(_ value: @escaping @Sendable (Result<Database, any Error>) -> Void) { queue.asyncRead(value) }
    func unsafeRead<T>(_ value: (Database) throws -> T) throws -> T { try queue.unsafeRead(value) }
    func unsafeRead<T: Sendable>(_ value: @Sendable (Database) throws -> T) async throws -> T {
        try await queue.unsafeRead(value)
    }
    func asyncUnsafeRead(_ value: @escaping @Sendable (Result<Database, any Error>) -> Void) {
        queue.asyncUnsafeRead(value)
    }
    func unsafeReentrantRead<T>(_ value: (Database) throws -> T) throws -> T { try queue.unsafeReentrantRead(value) }
    func spawnConcurrentRead(_ value: @escaping @Sendable (Result<Database, any Error>) -> Void) {
        queue.spawnConcurrentRead(value)
    }

    // MARK: Writing

    func writeWithoutTransaction<T>(_ updates: (Database) throws -> T) rethrows -> T {
        try queue.writeWithoutTransaction(updates)
    }
    func writeWithoutTransaction<T: Sendable>(_ updates: @Sendable (Database) throws -> T) async throws -> T {
        try await queue.writeWithoutTransaction(updates)
    }
    func barrierWriteWithoutTransaction<T>(_ updates: (Database) throws -> T) throws -> T {
        try queue.barrierWriteWithoutTransaction(updates)
    }
    func barrierWriteWithoutTransaction<T: Sendable>(
        _ updates: @Sendable (Database) throws -> T
    ) async throws -> T { try await queue.barrierWriteWithoutTransaction(updates) }
    func asyncBarrierWriteWithoutTransaction(_ updates: @escaping @Sendable (Result<Database, any Error>) -> Void) {
        queue.asyncBarrierWriteWithoutTransaction(updates)
    }
    func asyncWriteWithoutTransaction(_ updates: @escaping @Sendable (Database) -> Void) {
        queue.asyncWriteWithoutTransaction(updates)
    }
    func unsafeReentrantWrite<T>(_ updates: (Database) throws -> T) rethrows -> T {
        try queue.unsafeReentrantWrite(updates)
    }

    // MARK: The queue itself

    var configuration: Configuration { queue.configuration }
    var path: String { queue.path }
    func close() throws { try queue.close() }
    func interrupt() { queue.interrupt() }
    func _add<Reducer: ValueReducer>(
        observation: ValueObservation<Reducer>, scheduling scheduler: some ValueObservationScheduler,
        onChange: @escaping @Sendable (Reducer.Value) -> Void
    ) -> AnyDatabaseCancellable {
        queue._add(observation: observation, scheduling: scheduler, onChange: onChange)
    }
}
