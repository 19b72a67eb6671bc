import PannierCore
import Synchronization

/// Bounds how many bodies are on their way at once, in all and of one namespace, and with that the memory their buffers
/// take.
package final class TransferLimit: Sendable {
    private struct Taken {
        var all = 0
        var byNamespace: [NamespaceID: Int] = [:]
    }

    private let count: Int
    private let perNamespace: Int
    private let taken = Mutex(Taken())

    package init(_ count: Int, perNamespace: Int) {
        self.count = count
        self.perNamespace = perNamespace
    }

    /// Nil when all are taken.
    func take(for namespace: NamespaceID) -> Ticket? {
        let isTaken = taken.withLock { taken in
            let own = taken.byNamespace[namespace, default: 0]
            guard taken.all < count, own < perNamespace else { return false }
            taken.all += 1
            taken.byNamespace[namespace] = own + 1
            return true
        }
        return isTaken ? Ticket(limit: self, namespace: namespace) : nil
    }

    private func give(_ namespace: NamespaceID) {
        taken.withLock { taken in
            taken.all -= 1
            let own = taken.byNamespace[namespace, default: 0] - 1
            taken.byNamespace[namespace] = own > 0 ? own : nil
        }
    }

    /// One place; given back once, at the latest when it is let go.
    final class Ticket: Sendable {
        private let limit: Mutex<TransferLimit?>
        private let namespace: NamespaceID

        fileprivate init(limit: TransferLimit, namespace: NamespaceID) {
            self.limit = Mutex(limit)
            self.namespace = namespace
        }

        deinit { give() }

        func give() {
            let limit = limit.withLock { limit in
                defer { limit = nil }
                return limit
            }
            limit?.give(namespace)
        }
    }
}
