import PannierCore
import PannierMirror

/// Passes over the whole folder. One that is asked for while another one is under way comes after that, and not in its place:
/// a folder whose pass takes long would never see the end of one, nor anything be planned. However many ask, it is one.
struct WholePasses: Sendable {
    private enum Stage: Sendable, Hashable {
        /// It begins when nothing else is to be looked at.
        case wanted
        case running(after: LocalID)
        case waiting(until: Milliseconds)
    }

    private var stage = Stage.wanted
    /// When the last one has begun, and the last one that has come to its end.
    private(set) var began: Milliseconds = 0
    private(set) var lastBegan: Milliseconds = .min
    /// When the next one may begin that something waits for.
    private var soonest: Milliseconds = 0
    /// Since the last one has begun another one was asked for.
    private(set) var isAnotherAsked = false
    /// Then something may have been missed: what is missing may have come to where that pass had been already.
    private(set) var hasMissed = false
    /// A plan was made since the last one has ended.
    private var isPlanned = false

    /// One is under way, or comes as soon as may be.
    var isAny: Bool { if case .waiting = stage { isAnotherAsked } else { true } }

    /// The last folder that the one under way has looked at; nil: none is.
    var last: LocalID? { if case .running(let after) = stage { after } else { nil } }

    // MARK: Beginning

    /// - Parameter hasMissed: nothing is to be concluded before it.
    mutating func ask(hasMissed: Bool = false) {
        switch stage {
        case .wanted: break
        case .running:
            isAnotherAsked = true
            self.hasMissed = self.hasMissed || hasMissed
        case .waiting: want()
        }
    }

    /// Nothing of what one has looked at holds.
    mutating func startOver() { want() }

    private mutating func want() {
        stage = .wanted
        (isAnotherAsked, hasMissed) = (false, false)
    }

    /// One is wanted when its time has come. The one that comes after another one lets a plan be made first.
    /// - Parameter isNeeded: something waits for it: it is made sooner, but no longer than for a small part of the time.
    mutating func wantIfDue(_ now: Milliseconds, isNeeded: Bool) {
        guard let time = time(isNeeded: isNeeded) else { return }
        if time <= now || isAnotherAsked && isPlanned { want() }
    }

    /// Nothing else is to be done now.
    mutating func wantIfAsked() { if isAnotherAsked, case .waiting = stage { want() } }

    /// When the next one begins; nil: one is under way.
    func time(isNeeded: Bool) -> Milliseconds? {
        guard case .waiting(let until) = stage else { return nil }
        return isNeeded ? min(until, soonest) : until
    }

    /// - Returns: whether one begins now.
    mutating func begin(_ now: Milliseconds) -> Bool {
        guard case .wanted = stage else { return false }
        (stage, began) = (.running(after: LocalID(0)), now)
        return true
    }

    // MARK: Going on

    mutating func planned() { isPlanned = true }

    /// Some folders were looked at.
    /// - Parameters:
    ///   - next: the last of them; nil: they were the last of all.
    ///   - every: how often one is made while none is asked for.
    /// - Returns: whether it has come to its end.
    mutating func passed(next: LocalID?, every: Milliseconds, _ timing: SyncTiming, _ now: Milliseconds) -> Bool {
        // What was looked at before it began anew is no part of it.
        guard case .running = stage else { return false }
        if let next {
            stage = .running(after: next)
            return false
        }
        stage = .waiting(until: now + pause(every, now))
        (lastBegan, soonest, isPlanned) = (began, now + pause(timing.secondLook, now), false)
        return true
    }

    /// A pass that takes long is made seldom.
    func pause(_ shortest: Milliseconds, _ now: Milliseconds) -> Milliseconds { max(shortest, 10 * (now - began)) }
}
