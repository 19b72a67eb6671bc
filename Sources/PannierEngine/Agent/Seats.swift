import Synchronization

/// So many at a time.
final class Seats: Sendable {
    private let free: Atomic<Int>

    init(_ count: Int) { free = Atomic(count) }

    /// False: none is free.
    func take() -> Bool {
        let left = free.subtract(1, ordering: .acquiringAndReleasing).newValue
        if left >= 0 { return true }
        give()
        return false
    }

    func give() { free.add(1, ordering: .acquiringAndReleasing) }
}
