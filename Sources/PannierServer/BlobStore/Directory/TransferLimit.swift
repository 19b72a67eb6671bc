import Synchronization

/// Bounds how many bodies are on their way at once, and with that the memory their buffers take.
package final class TransferLimit: Sendable {
    private let free: Mutex<Int>

    package init(_ count: Int) { free = Mutex(count) }

    /// Nil when all are taken.
    func take() -> Ticket? {
        let isTaken = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        return isTaken ? Ticket(limit: self) : nil
    }

    /// One place; given back once, at the latest when it is let go.
    final class Ticket: Sendable {
        private let limit: Mutex<TransferLimit?>

        fileprivate init(limit: TransferLimit) { self.limit = Mutex(limit) }

        deinit { give() }

        func give() {
            let limit = limit.withLock { limit in
                defer { limit = nil }
                return limit
            }
            limit?.free.withLock { $0 += 1 }
        }
    }
}
