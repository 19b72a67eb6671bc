/// When to ping a socket, and when to give it up. Whatever is heard of it counts as an answer.
package struct PushDeadline: Sendable {
    package enum Action: Hashable, Sendable {
        case ping
        case close
    }

    private let silence: Duration
    private var heardAt: ContinuousClock.Instant

    package init(silence: Duration, now: ContinuousClock.Instant) {
        self.silence = silence
        heardAt = now
    }

    package mutating func heard(at now: ContinuousClock.Instant) { heardAt = now }

    /// What to do at the end of a ping's interval.
    package func action(at now: ContinuousClock.Instant) -> Action { now - heardAt >= silence ? .close : .ping }
}
