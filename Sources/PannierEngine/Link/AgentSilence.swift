package import PannierCore
import Synchronization

/// What someone who waits for an agent is told meanwhile.
package enum LinkNews: Sendable {
    /// The agent itself says nothing.
    case agentSilent(process: Int32?)
    /// The agent has no answer yet, and tells how it stands.
    case working(EngineStatus, waited: Duration)
}

/// How long the other end of a link has been silent. A value; the time is the caller's.
package struct AgentSilence: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case wait
        /// Say that it does not answer: once for each silence.
        case tell
        case giveUp
    }

    /// An agent is asked how it stands this often while somebody waits for it: that needs no network and no disk.
    package static let question = Duration.seconds(2)
    package static let told = Duration.seconds(4)
    package static let longest = Duration.seconds(30)

    /// What one look can add: neither a machine that slept nor a client that was stopped is the agent's silence.
    private static let step = question * 2

    private var silence = Duration.zero
    private var lookedAt: ContinuousClock.Instant
    private var isTold = false

    package init(now: ContinuousClock.Instant) { lookedAt = now }

    package mutating func heard() {
        silence = .zero
        isTold = false
    }

    package mutating func look(at now: ContinuousClock.Instant) -> Action {
        silence += min(now - lookedAt, Self.step)
        lookedAt = now
        if silence >= Self.longest { return .giveUp }
        guard silence >= Self.told, !isTold else { return .wait }
        isTold = true
        return .tell
    }
}

extension Problem {
    /// The agent is there, and says nothing.
    package static func agentSilent(process: Int32?) -> Problem {
        let which = process.map { " (process \($0))" } ?? ""
        return Problem(
            .agentUnreachable, "The background agent\(which) does not answer.",
            detail: "It is stopped, or waits for a disk. `pannier agent --stop` ends it; nothing is lost.")
    }
}
