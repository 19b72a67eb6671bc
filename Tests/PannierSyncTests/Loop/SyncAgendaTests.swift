import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What is next, by the events alone.
@Suite struct SyncAgendaTests {
    private static let folder = LocalID(7)
    private static let step = PlanStep.upload(LocalID(9), at: SyncPlace(.local(LocalID(1)), name("a")))

    private static func name(_ text: String) -> NodeName {
        do throws(NodeNameError) { return try NodeName(text) } catch { fatalError("\(error)") }
    }

    private var agenda = SyncAgenda()

    /// Until the first pass is over and its plan is due.
    private mutating func start(now: Milliseconds = 0) {
        _ = agenda.next(now: now)
        agenda.take(.checked(nil), now: now)
        _ = agenda.next(now: now)
        agenda.take(.passed(LookOutcome(), next: nil), now: now)
    }

    private mutating func plan(_ change: (inout MadePlan) -> Void = { _ in }, now: Milliseconds) {
        #expect(agenda.next(now: now).isPlan)
        var made = MadePlan()
        change(&made)
        agenda.take(.planned(.made(made)), now: now)
    }

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
        agenda.take(.due([FolderLook(Self.folder)]), now: 0)
        #expect(agenda.next(now: 0) == .wait(until: agenda.timing.lostCheck))
        #expect(agenda.next(now: agenda.timing.lostCheck) == .check)
        #expect(agenda.state.problem?.code == .syncFolderLost)
    }

    @Test mutating func looksTwiceForWhatIsMissingAndPlansAfterThat() {
        start()
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        agenda.take(.looked(outcome), now: 10)
        #expect(agenda.next(now: 10) == .wait(until: 10 + agenda.timing.secondLook))
        #expect(agenda.next(now: 10 + agenda.timing.secondLook) == .prove([Self.folder]))
        agenda.take(.looked(LookOutcome()), now: 300)
        #expect(agenda.next(now: 300).isPlan)
    }

    /// But not for ever.
    @Test mutating func concludesNothingWhileHalfOfAMoveIsStillToBeLookedAt() {
        start()
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        agenda.take(.looked(outcome), now: 0)
        let patience = agenda.timing.proofPatience
        for now in [0, agenda.timing.secondLook, patience - 1] {
            #expect(agenda.next(now: now, isMoving: true) == .wait(until: patience))
        }
        var patient = agenda
        #expect(patient.next(now: patience, isMoving: true) == .prove([Self.folder]))
        #expect(agenda.next(now: patience - 1) == .prove([Self.folder]))
        agenda.take(.looked(LookOutcome()), now: patience)
        #expect(agenda.next(now: patience).isPlan)
    }

    @Test mutating func putsOffNoSecondLookForWhateverElseIsLookedAt() {
        start()
        var outcome = LookOutcome()
        outcome.missing = [Self.folder]
        for now: Milliseconds in [10, 100, 200] { agenda.take(.looked(outcome), now: now) }
        #expect(agenda.next(now: 10 + agenda.timing.secondLook) == .prove([Self.folder]))
    }

    /// A file that is made and removed all the time is missing at every look.
    @Test mutating func plansWithoutWhatComesAndGoes() {
        start()
        plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        var now: Milliseconds = 10
        while now <= agenda.timing.proofPatience {
            agenda.take(.looked(outcome), now: now)
            #expect(agenda.next(now: now).isWait)
            now += agenda.timing.secondLook
            #expect(agenda.next(now: now) == .prove([Self.folder]))
        }
        agenda.take(.looked(outcome), now: now)
        #expect(agenda.next(now: now) == .plan(leavingOut: [], despiteMissing: true))
        var made = MadePlan()
        made.parts.here = [Self.step]
        agenda.take(.planned(.made(made)), now: now)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: now) == .here([Self.step]))
        agenda.take(.didHere(StepOutcome()), now: now)
        now += agenda.timing.secondLook
        #expect(agenda.next(now: now) == .prove([Self.folder]))
        agenda.take(.looked(LookOutcome()), now: now)
        agenda.take(.planAnew, now: now)
        #expect(agenda.next(now: now) == .plan(leavingOut: []))
    }

    /// It is looked for when its folder is looked at again, and plans do not wait for that.
    @Test mutating func plansWithoutWhatIsMissingInAFolderThatCannotBeLookedAt() {
        start()
        plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.unlisted, outcome.isChanged) = ([Self.folder], [Self.folder], true)
        outcome.again = [Self.folder: 30_010]
        agenda.take(.looked(outcome), now: 10)
        #expect(agenda.next(now: 10) == .wait(until: 10 + agenda.timing.proofPatience))
        #expect(agenda.next(now: 10 + agenda.timing.proofPatience) == .plan(leavingOut: [], despiteMissing: true))
        agenda.take(.planned(.made(MadePlan())), now: 10 + agenda.timing.proofPatience)
        #expect(agenda.next(now: 30_010) == .look([FolderLook(Self.folder)]))
        agenda.take(.looked(LookOutcome()), now: 30_010)
        #expect(agenda.next(now: 30_010) == .prove([Self.folder]))
    }

    /// The rest of a long file is read when nothing else is to be done.
    @Test mutating func readsALongFileBetweenOtherWork() {
        start()
        let (long, short) = (LocalID(20), LocalID(21))
        plan({ $0.parts.reads = [long, short] }, now: 0)
        #expect(agenda.next(now: 0) == .read([long, short]))
        agenda.take(.wasRead(LookOutcome(), left: [long, short]), now: 10)
        agenda.take(.mirrorMoved, now: 10)
        plan(
            {
                $0.parts.reads = [short, long]
                $0.parts.here = [Self.step]
            }, now: 10)
        #expect(agenda.next(now: 10) == .here([Self.step]))
        agenda.take(.didHere(StepOutcome()), now: 10)
        #expect(agenda.next(now: 10) == .read([long, short]), "what was begun is gone on with")
        agenda.take(.wasRead(LookOutcome(), left: []), now: 20)
        #expect(agenda.next(now: 20).isWait)
    }

    @Test mutating func tellsHowOftenAllIsLookedAt() {
        #expect(agenda.state.looksEvery == nil)
        start()
        #expect(agenda.state.looksEvery == agenda.timing.unwatchedPass)
        agenda.take(.overflow, now: 1_000)
        #expect(agenda.next(now: 1_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 61_000)
        #expect(agenda.state.looksEvery == 600_000)
        plan(now: 61_000)
        #expect(agenda.next(now: 61_000) == .tidy)
        #expect(agenda.next(now: 61_000) == .wait(until: 661_000))
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

    @Test mutating func saysThatAllIsTheSameOnlyWhenNothingIsLeftToLookAt() {
        start()
        plan(now: 0)
        #expect(agenda.state.isSame)
        agenda.take(.due([FolderLook(Self.folder)]), now: 5)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 5) == .look([FolderLook(Self.folder)]))
        var outcome = LookOutcome()
        outcome.again = [Self.folder: 500]
        agenda.take(.looked(outcome), now: 5)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 500) == .look([FolderLook(Self.folder)]))
        agenda.take(.looked(LookOutcome()), now: 500)
        #expect(agenda.state.isSame)
    }

    @Test mutating func putsOffWhatFailsLongerEachTime() {
        start()
        var failed = StepOutcome()
        failed.failures = [(Self.step, .stale([]))]
        var now: Milliseconds = 0
        for pause: Milliseconds in [0, 1_000, 2_000, 4_000] {
            plan({ $0.parts.here = [Self.step] }, now: now)
            #expect(agenda.next(now: now) == .here([Self.step]))
            agenda.take(.didHere(failed), now: now)
            // The first time it is thought of anew at once.
            #expect(agenda.next(now: now) == .plan(leavingOut: pause == 0 ? [] : [Self.step.subject]))
            agenda.take(.planned(.made(MadePlan())), now: now)
            if pause == 0 { agenda.take(.planAnew, now: now) } else { #expect(agenda.next(now: now).isWait) }
            now += pause
        }
    }

    @Test mutating func waitsWithWhatATransferGaveBackWithoutAWord() {
        start()
        plan({ $0.parts.uploads = [Self.step] }, now: 0)
        #expect(agenda.next(now: 0) == .queue([Self.step]))
        agenda.take(.mirrorMoved, now: 5)
        plan({ ($0.isUnderWay, $0.underWay) = (true, [Self.step.subject]) }, now: 5)
        agenda.take(.mirrorMoved, now: 10)
        plan({ $0.parts.uploads = [Self.step] }, now: 10)
        #expect(agenda.next(now: 10) == .wait(until: 10 + agenda.timing.firstRetry))
        plan({ $0.parts.uploads = [Self.step] }, now: 10 + agenda.timing.firstRetry)
        #expect(agenda.next(now: 10 + agenda.timing.firstRetry) == .queue([Self.step]))
    }

    /// Whatever has come from there since.
    @Test mutating func asksWithWhatWasKnownWhenItWasPlanned() {
        start()
        agenda.take(.connected(true), now: 0)
        let (first, last) = (PlanStep.parkThere(.random()), PlanStep.trashThere(.random(), count: 1))
        plan({ ($0.parts.there, $0.revision) = ([first, last], 100) }, now: 0)
        #expect(agenda.next(now: 0) == .ask([first, last], plannedAt: 100))
        agenda.take(.asking(.move(MoveNodes.Request(items: []), [first]), left: [last], StepOutcome()), now: 0)
        agenda.take(.mirrorMoved, now: 0)
        agenda.take(.answered(StepOutcome()), now: 0)
        #expect(agenda.next(now: 0) == .ask([last], plannedAt: 100))
    }

    @Test mutating func asksLaterAndLaterWhileNobodyAnswersAndAtOnceWhenSomebodyDoes() {
        start()
        agenda.take(.connected(true), now: 0)
        plan({ $0.parts.there = [Self.step] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([Self.step], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 0)
        #expect(agenda.next(now: 999).isWait)
        plan({ $0.parts.there = [Self.step] }, now: 1_000)
        #expect(agenda.next(now: 1_000) == .ask([Self.step], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 1_000)
        #expect(agenda.next(now: 2_500).isWait)
        agenda.take(.connected(true), now: 2_500)
        #expect(agenda.next(now: 2_500).isPlan)
    }

    @Test mutating func standsStillWhilePausedAndLooksAtAllAfterwards() {
        start()
        agenda.take(.paused(true), now: 0)
        #expect(agenda.next(now: 1_000_000) == .wait(until: nil))
        agenda.take(.paused(false), now: 1_000_000)
        #expect(agenda.next(now: 1_000_000) == .check)
        agenda.take(.checked(nil), now: 1_000_000)
        #expect(agenda.next(now: 1_000_000) == .pass(after: LocalID(0)))
    }

    @Test mutating func looksAtAllWhenSomethingMayHaveBeenMissed() {
        start()
        plan(now: 0)
        agenda.take(.overflow, now: 0)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
    }
}

extension SyncAction {
    fileprivate var isPlan: Bool { if case .plan = self { true } else { false } }
    fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
}
