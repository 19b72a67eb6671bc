import Foundation
import PannierCore
import PannierSync
import Synchronization

/// Turns the loop of the synced folder on a thread of its own, since it blocks with the disk. Everyone else puts words into
/// its box.
final class SyncThread: Sendable {
    /// What the loop is told.
    enum Word: Sendable {
        case event(SyncEvent)
        case answer(ThereAnswer, ThereRequest)
        case heard([WatchEvent])
        case stop
    }

    /// What the loop tells. Called on its thread, so they return at once.
    struct Listener: Sendable {
        /// A request is to be sent; its answer, or that there is none, comes as a word.
        var send: @Sendable (ThereRequest) -> Void
        /// After every turn.
        var turned: @Sendable (SyncAgenda.State, _ isIdle: Bool) -> Void
    }

    private let words = Mutex<[Word]>([])
    private let bell = ThreadBell()
    private let hasEnded = Bell()
    private let loop: SyncLoop
    private let listener: Listener
    private let start = ContinuousClock.now

    init(_ loop: SyncLoop, _ listener: Listener) {
        self.loop = loop
        self.listener = listener
    }

    func begin() {
        let thread = Thread { self.run() }
        thread.name = "sync"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Words that may wait; past that, what the watcher has heard is only known to be much.
    private static let most = 10_000

    func put(_ word: Word) {
        words.withLock { words in
            if case .heard = word, words.count >= Self.most {
                words.removeAll { if case .heard = $0 { true } else { false } }
                words.append(.heard([.overflow]))
            } else {
                words.append(word)
            }
        }
        bell.ring()
    }

    func put(_ event: SyncEvent) { put(.event(event)) }

    /// Returns when the loop has come to its end, or when the task is cancelled.
    func end() async {
        put(.stop)
        await hasEnded.wait()
    }

    private func run() {
        var loop = loop
        while take(into: &loop) {
            switch loop.turn(wall: Self.wall, clock: { now }) {
            case .worked: listener.turned(loop.state, false)
            case .request(let request):
                listener.send(request)
                listener.turned(loop.state, false)
            case .idle(let until):
                listener.turned(loop.state, true)
                wait(until: until)
            }
        }
        hasEnded.ring()
    }

    /// - Returns: false when it is to end.
    private func take(into loop: inout SyncLoop) -> Bool {
        let taken = words.withLock { words in
            defer { words = [] }
            return words
        }
        for word in taken {
            switch word {
            case .event(let event): loop.take(event, now: now)
            case .answer(let answer, let request): loop.take(answer, to: request, now: now)
            case .heard(let events): loop.hear(events, now: now)
            case .stop: return false
            }
        }
        return true
    }

    private func wait(until: Milliseconds?) {
        // A ring from before only makes the loop look once more.
        bell.wait(atMost: until.map { min(max(0, $0 - now), 3_600_000) })
    }

    /// Milliseconds since the thread was made.
    private var now: Milliseconds { Milliseconds((ContinuousClock.now - start) / .milliseconds(1)) }

    private static var wall: Nanoseconds {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Nanoseconds(now.tv_sec) * 1_000_000_000 + Nanoseconds(now.tv_nsec)
    }
}
