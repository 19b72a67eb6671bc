import PannierCore
import PannierMirror
import PannierSync
import Testing

/// When what is missing is taken for gone, and what goes on until then.
@Suite struct SyncAgendaMissingTests {
    private var agenda = SyncAgenda()

    @Test mutating func looksTwiceForWhatIsMissingAndPlansAfterThat() {
        agenda.start()
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        agenda.take(.looked(outcome), now: 10)
        #expect(agenda.next(now: 10) == .wait(until: 10 + agenda.timing.secondLook))
        #expect(agenda.next(now: 10 + agenda.timing.secondLook) == .prove([LocalID.sample]))
        agenda.take(.looked(LookOutcome()), now: 300)
        #expect(agenda.next(now: 300).isPlan)
    }

    /// But not for ever.
    @Test mutating func concludesNothingWhileHalfOfAMoveIsStillToBeLookedAt() {
        agenda.start()
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        agenda.take(.looked(outcome), now: 0)
        let patience = agenda.timing.proofPatience
        for now in [0, agenda.timing.secondLook, patience - 1] {
            #expect(agenda.next(now: now, isMoving: true) == .wait(until: patience))
        }
        var patient = agenda
        #expect(patient.next(now: patience, isMoving: true) == .prove([LocalID.sample]))
        #expect(agenda.next(now: patience - 1) == .prove([LocalID.sample]))
        agenda.take(.looked(LookOutcome()), now: patience)
        #expect(agenda.next(now: patience).isPlan)
    }

    @Test mutating func putsOffNoSecondLookForWhateverElseIsLookedAt() {
        agenda.start()
        var outcome = LookOutcome()
        outcome.missing = [LocalID.sample]
        for now: Milliseconds in [10, 100, 200] { agenda.take(.looked(outcome), now: now) }
        #expect(agenda.next(now: 10 + agenda.timing.secondLook) == .prove([LocalID.sample]))
    }

    /// A file that is made and removed all the time is missing at every look.
    @Test mutating func plansWithoutWhatComesAndGoes() {
        agenda.start()
        agenda.plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        var now: Milliseconds = 10
        while now <= agenda.timing.proofPatience {
            agenda.take(.looked(outcome), now: now)
            #expect(agenda.next(now: now).isWait)
            now += agenda.timing.secondLook
            #expect(agenda.next(now: now) == .prove([LocalID.sample]))
        }
        agenda.take(.looked(outcome), now: now)
        #expect(agenda.next(now: now) == .plan(leavingOut: [], despiteMissing: true))
        var made = MadePlan()
        made.parts.here = [PlanStep.sample]
        agenda.take(.planned(.made(made)), now: now)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: now) == .here([PlanStep.sample]))
        agenda.take(.didHere(StepOutcome()), now: now)
        now += agenda.timing.secondLook
        #expect(agenda.next(now: now) == .prove([LocalID.sample]))
        agenda.take(.looked(LookOutcome()), now: now)
        agenda.take(.planAnew, now: now)
        #expect(agenda.next(now: now) == .plan(leavingOut: []))
    }

    /// It is looked for when its folder is looked at again, and plans do not wait for that.
    @Test mutating func plansWithoutWhatIsMissingInAFolderThatCannotBeLookedAt() {
        agenda.start()
        agenda.plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.unlisted, outcome.isChanged) = ([LocalID.sample], [LocalID.sample], true)
        outcome.again = [LocalID.sample: 30_010]
        agenda.take(.looked(outcome), now: 10)
        #expect(agenda.next(now: 10) == .wait(until: 10 + agenda.timing.proofPatience))
        #expect(agenda.next(now: 10 + agenda.timing.proofPatience) == .plan(leavingOut: [], despiteMissing: true))
        agenda.take(.planned(.made(MadePlan())), now: 10 + agenda.timing.proofPatience)
        #expect(agenda.next(now: 30_010) == .look([FolderLook(LocalID.sample)]))
        agenda.take(.looked(LookOutcome()), now: 30_010)
        #expect(agenda.next(now: 30_010) == .prove([LocalID.sample]))
    }

    /// What is missing may have come to where that pass had been.
    @Test mutating func concludesNothingBeforeThePassAfterOneInWhichSomethingWasMissed() {
        agenda.start()
        agenda.plan(now: 0)
        agenda.take(.overflow, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        agenda.take(.passed(outcome, next: LocalID(9)), now: 0)
        agenda.take(.overflow, now: 1)
        #expect(agenda.next(now: 1) == .pass(after: LocalID(9)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 1_000)
        #expect(agenda.next(now: 1_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 2_000)
        #expect(agenda.next(now: 2_000) == .prove([LocalID.sample]))
    }

    /// What has gone from one folder may have come to one that nobody watches.
    @Test mutating func concludesNothingBeforeAWholePassWhereNotAllIsWatched() {
        agenda.start()
        agenda.take(.watching(false), now: 0)
        agenda.plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        agenda.take(.due([FolderLook(LocalID.sample)]), now: 10_000)
        #expect(agenda.next(now: 10_000) == .look([FolderLook(LocalID.sample)]))
        agenda.take(.looked(outcome), now: 10_000)
        // Such a pass begins at once, since the last one was short.
        #expect(agenda.next(now: 10_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 10_100)
        // It began no later than the first look has ended.
        #expect(agenda.next(now: 10_100) == .wait(until: 11_100))
        #expect(agenda.next(now: 11_100) == .pass(after: LocalID(0)))
        agenda.take(.passed(outcome, next: nil), now: 11_200)
        #expect(agenda.next(now: 11_200) == .prove([LocalID.sample]))
        agenda.take(.looked(LookOutcome()), now: 11_300)
        #expect(agenda.next(now: 11_300).isPlan)
    }

    /// Everything else goes on meanwhile.
    @Test mutating func plansWithoutWhatWaitsForAPass() {
        agenda.start()
        agenda.take(.watching(false), now: 0)
        agenda.take(.overflow, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        agenda.take(.passed(outcome, next: nil), now: 100_000)
        #expect(agenda.next(now: 100_000) == .wait(until: 105_000))
        #expect(agenda.next(now: 105_000) == .plan(leavingOut: [], despiteMissing: true))
        agenda.take(.planned(.made(MadePlan())), now: 105_000)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 105_000) == .tidy)
        #expect(agenda.next(now: 105_000) == .wait(until: 1_100_000))
        #expect(agenda.next(now: 1_100_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(outcome, next: nil), now: 1_100_001)
        #expect(agenda.next(now: 1_100_001) == .prove([LocalID.sample]))
    }

    /// However long it takes until everything is looked at.
    @Test mutating func concludesNothingWhileNobodyKnowsWhatHasChanged() {
        agenda.start()
        agenda.plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([LocalID.sample], true)
        agenda.take(.looked(outcome), now: 0)
        let patience = agenda.timing.proofPatience
        #expect(agenda.next(now: 0, isLost: true) == .wait(until: patience))
        #expect(agenda.next(now: patience, isLost: true) == .plan(leavingOut: [], despiteMissing: true))
        agenda.take(.planned(.made(MadePlan())), now: patience)
        #expect(agenda.next(now: patience, isLost: true).isWait)
        agenda.take(.overflow, now: patience)
        #expect(agenda.next(now: patience) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: patience)
        #expect(agenda.next(now: patience) == .prove([LocalID.sample]))
    }
}
