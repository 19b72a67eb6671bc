import GRDB

/// The mirror of one machine. What was committed is durable; once its agent is dead, nothing is committed any more.
///
/// Used by one thread, hence the unchecked sendability.
final class SimulatedMirror: TransactionObserver, @unchecked Sendable {
    let database: MemoryDatabase
    var isOpen = true

    struct Closed: Error {}

    init(_ database: MemoryDatabase) {
        self.database = database
        database.add(transactionObserver: self, extent: .databaseLifetime)
    }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws { if !isOpen { throw Closed() } }
    func databaseDidCommit(_ database: Database) {}
    func databaseDidRollback(_ database: Database) {}
}
