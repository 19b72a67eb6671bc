import PannierCore

/// Says when a transfer begins to wait, and when it goes on: one line each. A value: it is told the time.
struct WaitNotice: Sendable {
    private struct Wait {
        /// What it waits in, and since when: seconds.
        let state: TransferState.State
        let since: Double
        var isTold = false
        /// That it waits was told, for this reason or another.
        var isKnown = false
    }

    private var waits: [TransferID: Wait] = [:]

    /// Seconds of waiting that nobody needs to hear of: a hiccup.
    static let silence = 2.0

    /// - Parameters:
    ///   - states: of the transfers that somebody waits for.
    ///   - seconds: the time, from any beginning.
    /// - Returns: what is to be said now.
    mutating func lines(_ states: [TransferState], at seconds: Double) -> [String] {
        var lines: [String] = []
        for state in states {
            guard let reason = Self.reason(state) else {
                let wait = waits.removeValue(forKey: state.id)
                if wait?.isKnown == true, !state.state.isOver {
                    lines.append("\(state.title) \(state.sources > 1 ? "go" : "goes") on.")
                }
                continue
            }
            let before = waits[state.id]
            // What is let go on waits for its turn again, and mostly that comes at once.
            let since = state.state == .queued ? seconds : before?.since ?? seconds
            var wait = Wait(state: state.state, since: since, isKnown: before?.isKnown ?? false)
            if let before, before.state == state.state { wait = before }
            if !wait.isTold, seconds - wait.since >= Self.silence {
                (wait.isTold, wait.isKnown) = (true, true)
                lines.append("\(state.title) \(reason)")
            }
            waits[state.id] = wait
        }
        return lines
    }

    /// Nil: it does not wait for anything but its turn.
    private static func reason(_ state: TransferState) -> String? {
        let isOne = state.sources == 1
        return switch state.state {
        case .retrying:
            "\(isOne ? "waits, and goes on by itself" : "wait, and go on by themselves"): "
                + (state.problem?.title ?? "no reason was given")
        case .paused:
            "\(isOne ? "is" : "are") paused: `pannier resume \(ShortID.text(state.id))` lets "
                + "\(isOne ? "it" : "them") go on."
        // With a problem it waits for a sign-in, and whoever follows it is told so in another way.
        case .queued where state.problem == nil:
            "\(isOne ? "waits for its" : "wait for their") turn: "
                + "\(state.direction == .upload ? "uploads" : "downloads") go one at a time."
        default: nil
        }
    }
}
