import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What fails or is refused waits, longer each time, and holds up nothing else.
@Suite struct SyncAgendaFailureTests {
    private var agenda = SyncAgenda()

    /// That the folder is there, or that something was looked at, says nothing of a mirror that cannot be written.
    @Test mutating func whatFailsAgainAndAgainWaitsLongerEachTime() {
        agenda.start()
        let full = Problem(.localDiskFull, "Full.")
        var now: Milliseconds = 0
        for pause: Milliseconds in [1_000, 2_000, 4_000, 8_000] {
            agenda.take(.failed(full), now: now)
            #expect(agenda.next(now: now) == .wait(until: now + pause))
            now += pause
            #expect(agenda.next(now: now) == .check)
            agenda.take(.checked(nil), now: now)
            agenda.take(.looked(LookOutcome()), now: now)
        }
        agenda.take(.failed(full), now: now)
        agenda.take(.lookAtAll, now: now)
        #expect(agenda.next(now: now) == .check, "somebody asks")
        now += 600_000
        agenda.take(.failed(full), now: now)
        #expect(agenda.next(now: now) == .wait(until: now + 1_000))
    }

    @Test mutating func putsOffWhatFailsLongerEachTime() {
        agenda.start()
        var failed = StepOutcome()
        failed.failures = [(PlanStep.sample, .stale([]))]
        var now: Milliseconds = 0
        for pause: Milliseconds in [0, 1_000, 2_000, 4_000] {
            agenda.plan({ $0.parts.here = [PlanStep.sample] }, now: now)
            #expect(agenda.next(now: now) == .here([PlanStep.sample]))
            agenda.take(.didHere(failed), now: now)
            // The first time it is thought of anew at once.
            #expect(agenda.next(now: now) == .plan(leavingOut: pause == 0 ? [] : [PlanStep.sample.subject]))
            agenda.take(.planned(.made(MadePlan())), now: now)
            if pause == 0 { agenda.take(.planAnew, now: now) } else { #expect(agenda.next(now: now).isWait) }
            now += pause
        }
    }

    @Test mutating func waitsWithWhatATransferGaveBackWithoutAWord() {
        agenda.start()
        agenda.plan({ $0.parts.uploads = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .queue([PlanStep.sample]))
        agenda.take(.mirrorMoved, now: 5)
        agenda.plan({ ($0.isUnderWay, $0.underWay) = (true, [PlanStep.sample.subject]) }, now: 5)
        agenda.take(.mirrorMoved, now: 10)
        agenda.plan({ $0.parts.uploads = [PlanStep.sample] }, now: 10)
        #expect(agenda.next(now: 10) == .wait(until: 10 + agenda.timing.firstRetry))
        agenda.plan({ $0.parts.uploads = [PlanStep.sample] }, now: 10 + agenda.timing.firstRetry)
        #expect(agenda.next(now: 10 + agenda.timing.firstRetry) == .queue([PlanStep.sample]))
    }

    /// A file in a folder that is only being made on the server.
    @Test mutating func givesAgainAtOnceWhatNoTransferHasTaken() {
        agenda.start()
        agenda.plan({ $0.parts.uploads = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .queue([PlanStep.sample]))
        var outcome = StepOutcome()
        outcome.failures = [(PlanStep.sample, .stale([]))]
        agenda.take(.queued(outcome), now: 0)
        agenda.plan({ $0.parts.uploads = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .queue([PlanStep.sample]))
    }

    @Test mutating func asksLaterAndLaterWhileNobodyAnswersAndAtOnceWhenSomebodyDoes() {
        agenda.start()
        agenda.take(.connected(true), now: 0)
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 0)
        #expect(agenda.state.refusal == nil)
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 999) == .wait(until: 1_000))
        #expect(agenda.next(now: 1_000) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 1_000)
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 1_000)
        #expect(agenda.next(now: 2_500) == .wait(until: 3_000))
        agenda.take(.connected(true), now: 2_500)
        #expect(agenda.next(now: 2_500) == .ask([PlanStep.sample], plannedAt: nil))
    }

    @Test mutating func putsOffWhatCannotBeReadLongerEachTime() {
        agenda.start()
        let file = LocalID(9)
        var outcome = LookOutcome()
        outcome.unread = [file]
        var now: Milliseconds = 0
        for pause: Milliseconds in [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            agenda.plan({ $0.parts.reads = [file] }, now: now)
            #expect(agenda.next(now: now) == .read([file]))
            agenda.take(.wasRead(outcome, left: []), now: now)
            #expect(agenda.next(now: now) == .plan(leavingOut: pause == 0 ? [] : [.local(file)]))
            agenda.take(.planned(.made(MadePlan())), now: now)
            // Looks that come meanwhile do not make it sooner.
            agenda.take(.planAnew, now: now)
            if pause > 0 { agenda.plan(now: now) }
            now += pause
        }
    }

    /// People are told, and nothing else waits for it.
    @Test mutating func goesOnWithEverythingElseWhenARequestIsRefused() {
        agenda.start()
        agenda.take(.connected(true), now: 0)
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.unanswered(Problem(.storageFull, "Full.")), now: 0)
        #expect(agenda.state.refusal?.code == .storageFull)
        agenda.plan(
            {
                $0.parts.there = [PlanStep.sample]
                $0.parts.here = [PlanStep.sample]
            }, now: 0)
        #expect(agenda.next(now: 0) == .here([PlanStep.sample]))
        agenda.take(.didHere(StepOutcome()), now: 0)
        #expect(agenda.next(now: 0) == .wait(until: agenda.timing.firstRetry))
        #expect(agenda.next(now: agenda.timing.firstRetry) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 1_000)
        #expect(agenda.state.refusal?.code == .storageFull, "nobody has said anything else since")
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 1_000)
        #expect(agenda.next(now: 3_000) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.answered(StepOutcome()), now: 3_000)
        #expect(agenda.state.refusal == nil)
    }

    private mutating func refused(_ problem: Problem) {
        agenda.start()
        agenda.take(.connected(true), now: 0)
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([PlanStep.sample], plannedAt: nil))
        agenda.take(.unanswered(problem), now: 0)
    }

    @Test mutating func aRefusalEndsWhenNothingIsToBeAskedAnyMore() {
        refused(Problem(.storageFull, "Full."))
        agenda.plan({ $0.parts.there = [PlanStep.sample] }, now: 0)
        #expect(agenda.state.refusal?.code == .storageFull)
        agenda.take(.mirrorMoved, now: 10)
        agenda.plan(now: 10)
        #expect(agenda.state.refusal == nil && agenda.state.isSame)
    }

    @Test mutating func aRefusalEndsWhenSomebodySignsIn() {
        refused(Problem(.storageFull, "Full."))
        agenda.take(.connected(true), now: 0)
        #expect(agenda.state.refusal?.code == .storageFull, "the server was only heard of")
        agenda.take(.connected(false), now: 0)
        agenda.take(.connected(true), now: 0)
        #expect(agenda.state.refusal == nil)
    }

    @Test(arguments: [Problem.Code.serverUnreachable, .notSignedIn, .epochChanged, .cancelled])
    mutating func whatIsOfTheWayIsNoRefusal(_ code: Problem.Code) {
        refused(Problem(code, "No."))
        #expect(agenda.state.refusal == nil)
    }
}
