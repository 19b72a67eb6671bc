import Foundation
import PannierSync

/// Keeps what a watcher tells, for a test that waits for it.
final class EventCollector: @unchecked Sendable {
    // Everything below is touched while the condition is locked.
    private let condition = NSCondition()
    private var events: [(at: Date, event: WatchEvent)] = []
    private var isHeldUp = false

    var sink: @Sendable ([WatchEvent]) -> Void {
        { events in
            self.condition.withLock {
                while self.isHeldUp { self.condition.wait() }
                self.events += events.map { (Date(), $0) }
                self.condition.broadcast()
            }
        }
    }

    struct Silence: Error { let heard: [WatchEvent] }

    /// Waits for an event, and takes all up to it.
    func take(until isLast: (WatchEvent) -> Bool) throws -> [(at: Date, event: WatchEvent)] {
        try condition.withLock {
            let deadline = Date() + 20
            while true {
                if let last = events.firstIndex(where: { isLast($0.event) }) {
                    defer { events.removeSubrange(...last) }
                    return Array(events[...last])
                }
                guard condition.wait(until: deadline) else { throw Silence(heard: events.map(\.event)) }
            }
        }
    }

    func hold(_ isHeldUp: Bool) {
        condition.withLock {
            self.isHeldUp = isHeldUp
            condition.broadcast()
        }
    }

    var isEmpty: Bool { condition.withLock { events.isEmpty } }
}
