import Synchronization

/// Lets so many pass; the next one waits. One waits at a time.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func wait() async {
        await withCheckedContinuation { continuation in
            let mayPass = state.withLock { state in
                state.free -= 1
                if state.free < 0 { state.waiting = continuation }
                return state.free >= 0
            }
            if mayPass { continuation.resume() }
        }
    }

    func signal() {
        let waiting = state.withLock { state in
            state.free += 1
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}
