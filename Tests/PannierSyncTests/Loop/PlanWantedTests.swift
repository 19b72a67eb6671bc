import PannierMirror
import PannierSync
import Testing

/// Whoever asks what waits for somebody has to know whether another plan is to come.
@Suite struct PlanWantedTests {
    @Test func aPlanThatIsPutOffIsToldOf() {
        var agenda = SyncAgenda()
        agenda.take(.watching(true), now: 0)
        #expect(agenda.next(now: 0) == .check)
        agenda.take(.checked(nil), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        #expect(agenda.state.isPlanWanted)
        #expect(agenda.next(now: 0) == .plan(leavingOut: []))
        // It took long: another one is not made at once.
        agenda.take(.planned(.made(MadePlan())), now: 1_000)
        #expect(!agenda.state.isPlanWanted)
        agenda.take(.mirrorMoved, now: 1_001)
        #expect(agenda.next(now: 1_001) != .plan(leavingOut: []))
        #expect(agenda.state.isPlanWanted)
    }
}
