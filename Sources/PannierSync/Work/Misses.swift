import PannierMirror
import Synchronization

/// Which look has missed something first, and since which look its folder waits for a second one. A folder does not wait any
/// longer for what is missed later; so that is proven by the next second look, with what must have come in between, as a pass
/// over everything where not all is watched.
///
/// Looks are counted from when this process began; what was missed before was missed by none of them.
final class Misses: Sendable {
    private struct State {
        var looks = 0
        var first: [LocalID: Int] = [:]
        /// Just the folders that ``SecondLooks`` holds, which are told to it by the same outcomes.
        var waiting: [LocalID: Int] = [:]
    }

    private let state = Mutex(State())

    /// - Returns: the number of a look that begins.
    func beginLook() -> Int {
        state.withLock { state in
            state.looks += 1
            return state.looks
        }
    }

    /// What was not missing until then.
    func miss(_ locals: [LocalID], in look: Int) {
        guard !locals.isEmpty else { return }
        state.withLock { state in for local in locals { state.first[local] = look } }
    }

    /// Something is missing in these folders; those that wait already go on to.
    func wait(for folders: [LocalID], since look: Int) {
        guard !folders.isEmpty else { return }
        state.withLock { state in
            for folder in folders where state.waiting[folder] == nil { state.waiting[folder] = look }
        }
    }

    /// A second look at these folders begins, and they wait no longer.
    /// - Returns: since when they have waited.
    func endWaiting(_ folders: [LocalID]) -> [LocalID: Int] {
        state.withLock { state in
            var since: [LocalID: Int] = [:]
            for folder in folders { since[folder] = state.waiting.removeValue(forKey: folder) }
            return since
        }
    }

    /// Whether that second look proves it to be gone; then it is forgotten.
    /// - Parameter look: since which its folder has waited; nil: it has not.
    func prove(_ local: LocalID, since look: Int?) -> Bool {
        guard let look else { return false }
        return state.withLock { state in
            guard state.first[local] ?? 0 <= look else { return false }
            state.first[local] = nil
            return true
        }
    }
}
