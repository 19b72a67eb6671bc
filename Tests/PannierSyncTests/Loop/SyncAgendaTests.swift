import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What is next, by the events alone.
@Suite struct SyncAgendaTests {
    private var agenda = SyncAgenda()

    @Test mutating func looksAtAllBeforeItPlans() {
        #expect(agenda.next(now: 0) == .check)
        agenda.take(.checked(nil), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: LocalID(5)), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(5)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        #expect(agenda.next(now: 0) == .plan(leavingOut: []))
    }

    @Test mutating func doesNothingWhileTheFolderIsNotThere() {
        _ = agenda.next(now: 0)
        agenda.take(.checked(Problem(.syncFolderLost, "Gone.")), now: 0)
        agenda.take(.due([FolderLook(LocalID.sample)]), now: 0)
        #expect(agenda.next(now: 0) == .wait(until: agenda.timing.lostCheck))
        #expect(agenda.next(now: agenda.timing.lostCheck) == .check)
        #expect(agenda.state.problem?.code == .syncFolderLost)
    }

    /// The rest of a long file is read when nothing else is to be done.
    @Test mutating func readsALongFileBetweenOtherWork() {
        agenda.start()
        let (long, short) = (LocalID(20), LocalID(21))
        agenda.plan({ $0.parts.reads = [long, short] }, now: 0)
        #expect(agenda.next(now: 0) == .read([long, short]))
        agenda.take(.wasRead(LookOutcome(), left: [long, short]), now: 10)
        agenda.take(.mirrorMoved, now: 10)
        agenda.plan(
            {
                $0.parts.reads = [short, long]
                $0.parts.here = [PlanStep.sample]
            }, now: 10)
        #expect(agenda.next(now: 10) == .here([PlanStep.sample]))
        agenda.take(.didHere(StepOutcome()), now: 10)
        #expect(agenda.next(now: 10) == .read([long, short]), "what was begun is gone on with")
        agenda.take(.wasRead(LookOutcome(), left: []), now: 20)
        #expect(agenda.next(now: 20).isWait)
    }

    @Test mutating func makesAnotherPassWhenOneFindsOtherRules() {
        _ = agenda.next(now: 0)
        agenda.take(.checked(nil), now: 0)
        _ = agenda.next(now: 0)
        var outcome = LookOutcome()
        outcome.areRulesChanged = true
        agenda.take(.passed(outcome, next: LocalID(5)), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
    }

    /// However often all is to be looked at.
    @Test mutating func plansBetweenPassesThatAreAskedForAllTheTime() {
        agenda.start()
        var now: Milliseconds = 0
        for _ in 0..<3 {
            agenda.plan({ $0.parts.here = [PlanStep.sample] }, now: now)
            if now == 0 { agenda.take(.lookAtAll, now: now) }
            #expect(agenda.next(now: now) == .pass(after: LocalID(0)))
            agenda.take(.lookAtAll, now: now + 20_000)
            now += 40_000
            agenda.take(.passed(LookOutcome(), next: nil), now: now)
            #expect(agenda.next(now: now) == .here([PlanStep.sample]))
            agenda.take(.didHere(StepOutcome()), now: now)
        }
    }

    /// A plan cannot be made while a request is under way.
    @Test mutating func looksAtAllOnceMoreWhenNothingElseIsToBeDone() {
        agenda.start()
        agenda.take(.connected(true), now: 0)
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.lookAtAll, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.lookAtAll, now: 0)
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
    }

    /// Who asks while all is being read has not asked for what was read before.
    @Test mutating func aSecondVerificationReadsAllOnceMore() {
        agenda.start()
        agenda.plan(now: 0)
        agenda.take(.verify, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        agenda.plan(now: 0)
        #expect(agenda.next(now: 0) == .verify(after: LocalID(0)))
        agenda.take(.verified(next: LocalID(8)), now: 0)
        for _ in 0..<2 { agenda.take(.verify, now: 0) }
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        agenda.plan(now: 0)
        #expect(agenda.next(now: 0) == .verify(after: LocalID(8)))
        agenda.take(.verified(next: nil), now: 0)
        agenda.plan(now: 0)
        #expect(agenda.state.verifications == 1 && agenda.state.verificationsAsked == 3)
        #expect(agenda.next(now: 0) == .verify(after: LocalID(0)))
        agenda.take(.verified(next: nil), now: 0)
        agenda.plan(now: 0)
        #expect(agenda.state.verifications == 3)
        #expect(agenda.next(now: 0).isWait)
    }

    /// Whatever has come from there since.
    @Test mutating func asksWithWhatWasKnownWhenItWasPlanned() {
        agenda.start()
        agenda.take(.connected(true), now: 0)
        let (first, last) = (PlanStep.parkThere(.random()), PlanStep.trashThere(.random(), count: 1))
        agenda.plan({ ($0.parts.there, $0.revision) = ([first, last], 100) }, now: 0)
        #expect(agenda.next(now: 0) == .ask([first, last], plannedAt: 100))
        let request = ThereRequest(body: .move(MoveNodes.Request(items: [])), steps: [first], epoch: 1)
        agenda.take(.asking(request, left: [last], StepOutcome()), now: 0)
        agenda.take(.mirrorMoved, now: 0)
        agenda.take(.answered(StepOutcome()), now: 0)
        #expect(agenda.next(now: 0) == .ask([last], plannedAt: 100))
    }

    @Test mutating func standsStillWhilePausedAndLooksAtAllAfterwards() {
        agenda.start()
        agenda.take(.paused(true), now: 0)
        #expect(agenda.next(now: 1_000_000) == .wait(until: nil))
        agenda.take(.paused(false), now: 1_000_000)
        #expect(agenda.next(now: 1_000_000) == .check)
        agenda.take(.checked(nil), now: 1_000_000)
        #expect(agenda.next(now: 1_000_000) == .pass(after: LocalID(0)))
    }

    @Test mutating func looksAtAllWhenSomethingMayHaveBeenMissed() {
        agenda.start()
        agenda.plan(now: 0)
        agenda.take(.overflow, now: 0)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
    }
}
