import Synchronization

/// A bound, for each direction, on the bytes a second that exchanges which share it send and receive in bodies. Changed at
/// any time, from any thread; those under way keep to it within a tenth of a second.
package final class SpeedLimit: Sendable {
    enum Direction: Sendable {
        case sending
        case receiving
    }

    private struct Buckets {
        var sending = TokenBucket()
        var receiving = TokenBucket()

        subscript(direction: Direction) -> TokenBucket {
            get { direction == .sending ? sending : receiving }
            _modify {
                switch direction {
                case .sending: yield &sending
                case .receiving: yield &receiving
                }
            }
        }
    }

    private let buckets = Mutex(Buckets())

    package init() {}

    /// - Parameters: bytes a second, more than 0; nil: no bound.
    package func set(sending: Int64?, receiving: Int64?) {
        buckets.withLock { buckets in
            buckets.sending.set(sending, at: .now)
            buckets.receiving.set(receiving, at: .now)
        }
    }

    // MARK: The loop's side

    /// - Returns: whether there is room for one more exchange just now; then it counts from here on.
    func join(_ direction: Direction) -> Bool {
        buckets.withLock { buckets in
            guard buckets[direction].users < buckets[direction].lanes else { return false }
            buckets[direction].users += 1
            return true
        }
    }

    func leave(_ direction: Direction) { buckets.withLock { $0[direction].users -= 1 } }

    /// - Returns: bytes that may be sent now; 0: none.
    func take(_ wanted: Int) -> Int { buckets.withLock { $0.sending.take(wanted, at: .now) } }

    /// - Returns: whether bytes that have come may pass now.
    func accept(_ count: Int) -> Bool { buckets.withLock { $0.receiving.accept(count, at: .now) } }

    /// Until it is worth going on; zero: now.
    func wait(_ direction: Direction) -> Duration { buckets.withLock { $0[direction].wait(at: .now) } }
}
