package import PannierCore
import PannierMirror

/// The synced folder at work: one owner, one thread. What is to be done next is decided and done, one piece a turn, so that
/// whatever is heard in between counts at once.
package struct SyncLoop: Sendable {
    package private(set) var agenda: SyncAgenda
    package let work: SyncWork

    package enum Turn: Sendable {
        /// Something was done; there may be more.
        case worked(SyncEvent)
        /// To be sent; its answer comes by ``take(_:to:now:)`` or as ``SyncEvent/unanswered(_:)``. Other turns go on.
        case request(ThereRequest)
        /// Nothing is to be done before something is heard; with a time, at the latest then.
        case idle(until: Milliseconds?)
    }

    package init(_ work: SyncWork, timing: SyncTiming = SyncTiming()) {
        self.work = work
        agenda = SyncAgenda(timing: timing)
    }

    /// - Parameters:
    ///   - now: of a clock that only goes forward.
    ///   - wall: by which the disk stamps files, in nanoseconds.
    package mutating func turn(now: Milliseconds, wall: Nanoseconds) -> Turn {
        let action = agenda.next(now: now)
        guard let event = work.perform(action, now: now, wall: wall) else {
            if case .wait(let until) = action { return .idle(until: until) }
            return .idle(until: nil)
        }
        agenda.take(event, now: now)
        if case .asking(let request?, _, _) = event { return .request(request) }
        return .worked(event)
    }

    package mutating func take(_ event: SyncEvent, now: Milliseconds) { agenda.take(event, now: now) }

    /// The service has answered a request.
    package mutating func take(_ answer: ThereAnswer, to request: ThereRequest, now: Milliseconds) {
        agenda.take(work.take(answer, to: request), now: now)
    }
}
