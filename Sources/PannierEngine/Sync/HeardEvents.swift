import PannierSync
import Synchronization

/// The way from the watcher to the thread, which is made after it.
final class HeardEvents: Sendable {
    private struct State {
        var thread: SyncThread?
        var kept: [WatchEvent] = []
    }

    private let state = Mutex(State())

    func put(_ events: [WatchEvent]) {
        state.withLock { state in
            if let thread = state.thread { thread.put(.heard(events)) } else { state.kept += events }
        }
    }

    func lead(to thread: SyncThread) {
        state.withLock { state in
            state.thread = thread
            if !state.kept.isEmpty { thread.put(.heard(state.kept)) }
            state.kept = []
        }
    }
}
