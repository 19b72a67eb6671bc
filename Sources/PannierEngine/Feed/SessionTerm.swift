import Synchronization

/// How long a session lasts in this process. It is asked inside of transactions, on the thread of the database, so it is
/// no part of the engine's own state.
package final class SessionTerm: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var hasEnded: Bool { flag.load(ordering: .acquiring) }
    package func end() { flag.store(true, ordering: .releasing) }
}
