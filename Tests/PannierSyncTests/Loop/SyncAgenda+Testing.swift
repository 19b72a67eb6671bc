import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What happens to an agenda before that which a test is about.
extension SyncAgenda {
    /// Until the first pass is over and its plan is due.
    mutating func start(now: Milliseconds = 0) {
        take(.watching(true), now: now)
        _ = next(now: now)
        take(.checked(nil), now: now)
        _ = next(now: now)
        take(.passed(LookOutcome(), next: nil), now: now)
    }

    /// It asks for a plan, and is told of one.
    mutating func plan(_ change: (inout MadePlan) -> Void = { _ in }, now: Milliseconds) {
        let action = next(now: now)
        #expect(action.isPlan)
        var made = MadePlan()
        change(&made)
        take(.planned(.made(made)), now: now)
    }
}

extension SyncAction {
    var isPlan: Bool { if case .plan = self { true } else { false } }
    var isWait: Bool { if case .wait = self { true } else { false } }
}

extension LocalID {
    /// A folder in which something is to be looked at.
    static let sample = LocalID(7)
}

extension PlanStep {
    static let sample = PlanStep.upload(LocalID(9), at: SyncPlace(.local(LocalID(1)), SyncWorld.name("a")))
}
