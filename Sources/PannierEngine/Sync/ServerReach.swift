import PannierCore

/// Whether the server answers, as the status line says it.
enum ServerReach: Sendable, Hashable {
    /// Nobody has asked it yet.
    case unknown
    case answers
    /// It does not, or nobody is signed in.
    case away(Away)

    struct Away: Sendable, Hashable {
        /// On this machine's clock.
        var since: Milliseconds
        var problem: Problem
    }

    /// What follows it.
    /// - Parameter now: this machine's clock.
    func next(_ status: EngineStatus, now: Milliseconds) -> ServerReach {
        switch status.connection {
        case .connecting: return .unknown
        case .live, .polled: return .answers
        case .offline, .signedOut:
            let problem = status.problem ?? .nobodySignedIn
            var since = now
            // Another trouble began when it came.
            if case .away(let before) = self, before.problem.awayWords == problem.awayWords { since = before.since }
            return .away(Away(since: since, problem: problem))
        }
    }
}
