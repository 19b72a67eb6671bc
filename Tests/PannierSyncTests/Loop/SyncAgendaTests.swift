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
        agenda.take(.watching(true), now: now)
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

    /// Whoever waits for it is told what it has found.
    @Test mutating func aVerificationIsOverWhenItsPlanIsMade() {
        start()
        plan(now: 0)
        #expect(agenda.state.isSame)
        agenda.take(.verify, now: 10)
        #expect(agenda.next(now: 10) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 10)
        plan(now: 10)
        #expect(agenda.next(now: 10) == .verify(after: LocalID(0)))
        agenda.take(.verified(next: nil), now: 10)
        #expect(agenda.state.verifications == 0 && !agenda.state.isSame)
        plan({ $0.hasProblems = true }, now: 10)
        #expect(agenda.state.verifications == 1 && !agenda.state.isSame && agenda.state.isWaiting)
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
        #expect(agenda.next(now: 61_000) == .wait(until: 61_000 + agenda.timing.watchedPass))
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

    /// What the server told is planned for before anything is said of it.
    @Test mutating func isTheSameAsOfALookAtTheServerThatBroughtNothing() {
        agenda.take(.watching(true), now: 0)
        start()
        plan(now: 0)
        #expect(agenda.state.isSame && agenda.state.sameAsOf == nil && agenda.state.timesSame == 1)
        let look = ServerLook(number: 1, at: 77, took: 3)
        agenda.take(.serverLooked(look), now: 10)
        #expect(agenda.state.sameAsOf == look && agenda.state.lastServerLook == 1)
        agenda.take(.mirrorMoved, now: 20)
        agenda.take(.serverLooked(ServerLook(number: 2, at: 90, took: 3)), now: 20)
        #expect(agenda.state.sameAsOf == nil)
        var nothing = agenda
        plan({ $0.parts.here = [Self.step] }, now: 20)
        _ = agenda.next(now: 20)
        agenda.take(.didHere(StepOutcome()), now: 30)
        agenda.take(.planAnew, now: 30)
        plan(now: 30)
        #expect(agenda.state.isSame && agenda.state.sameAsOf == nil && agenda.state.timesSame == 2)
        plan(of: &nothing, now: 20)
        #expect(nothing.state.sameAsOf?.number == 2)
    }

    private func plan(of agenda: inout SyncAgenda, now: Milliseconds) {
        #expect(agenda.next(now: now).isPlan)
        agenda.take(.planned(.made(MadePlan())), now: now)
    }

    @Test mutating func aFolderThatWasNotThereIsTheSameAsOfNoLookMeanwhile() {
        agenda.take(.watching(true), now: 0)
        start()
        plan(now: 0)
        agenda.take(.failed(Problem(.syncFolderLost, "Gone.")), now: 1)
        agenda.take(.serverLooked(ServerLook(number: 1, at: 5, took: 1)), now: 5)
        _ = agenda.next(now: 5_000)
        agenda.take(.checked(nil), now: 5_000)
        _ = agenda.next(now: 5_000)
        agenda.take(.passed(LookOutcome(), next: nil), now: 5_000)
        plan(now: 5_000)
        #expect(agenda.state.isSame && agenda.state.sameAsOf == nil)
    }

    /// A pass that was under way has looked at some of it before, and comes to its end.
    @Test mutating func saysUpToWhichWordAllWasLookedAt() {
        _ = agenda.next(now: 0)
        agenda.take(.checked(nil), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: LocalID(5)), now: 0)
        for _ in 0..<2 { agenda.take(.lookAtAll, now: 1) }
        #expect(agenda.next(now: 1) == .pass(after: LocalID(5)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 1)
        #expect(agenda.state.looksAsked == 2 && agenda.state.looksDone == 0)
        plan(now: 1)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 1) == .pass(after: LocalID(0)))
        var outcome = LookOutcome()
        outcome.areRulesChanged = true
        agenda.take(.passed(outcome, next: nil), now: 2)
        #expect(agenda.state.looksDone == 0, "what is ignored has changed on the way")
        #expect(agenda.next(now: 2) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 3)
        #expect(agenda.state.looksDone == 2)
        plan(now: 3)
        #expect(agenda.state.isSame)
        #expect(agenda.next(now: 3).isWait, "two words were one pass")
    }

    /// However often all is to be looked at.
    @Test mutating func plansBetweenPassesThatAreAskedForAllTheTime() {
        start()
        var now: Milliseconds = 0
        for _ in 0..<3 {
            plan({ $0.parts.here = [Self.step] }, now: now)
            if now == 0 { agenda.take(.lookAtAll, now: now) }
            #expect(agenda.next(now: now) == .pass(after: LocalID(0)))
            agenda.take(.lookAtAll, now: now + 20_000)
            now += 40_000
            agenda.take(.passed(LookOutcome(), next: nil), now: now)
            #expect(agenda.next(now: now) == .here([Self.step]))
            agenda.take(.didHere(StepOutcome()), now: now)
        }
    }

    /// A plan cannot be made while a request is under way.
    @Test mutating func looksAtAllOnceMoreWhenNothingElseIsToBeDone() {
        start()
        agenda.take(.connected(true), now: 0)
        plan({ $0.parts.there = [Self.step] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([Self.step], plannedAt: nil))
        agenda.take(.lookAtAll, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.lookAtAll, now: 0)
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
    }

    /// What is missing may have come to where that pass had been.
    @Test mutating func concludesNothingBeforeThePassAfterOneInWhichSomethingWasMissed() {
        start()
        plan(now: 0)
        agenda.take(.overflow, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        agenda.take(.passed(outcome, next: LocalID(9)), now: 0)
        agenda.take(.overflow, now: 1)
        #expect(agenda.next(now: 1) == .pass(after: LocalID(9)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 1_000)
        #expect(agenda.next(now: 1_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 2_000)
        #expect(agenda.next(now: 2_000) == .prove([Self.folder]))
    }

    /// Who asks while all is being read has not asked for what was read before.
    @Test mutating func aSecondVerificationReadsAllOnceMore() {
        start()
        plan(now: 0)
        agenda.take(.verify, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        plan(now: 0)
        #expect(agenda.next(now: 0) == .verify(after: LocalID(0)))
        agenda.take(.verified(next: LocalID(8)), now: 0)
        for _ in 0..<2 { agenda.take(.verify, now: 0) }
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 0)
        plan(now: 0)
        #expect(agenda.next(now: 0) == .verify(after: LocalID(8)))
        agenda.take(.verified(next: nil), now: 0)
        plan(now: 0)
        #expect(agenda.state.verifications == 1 && agenda.state.verificationsAsked == 3)
        #expect(agenda.next(now: 0) == .verify(after: LocalID(0)))
        agenda.take(.verified(next: nil), now: 0)
        plan(now: 0)
        #expect(agenda.state.verifications == 3)
        #expect(agenda.next(now: 0).isWait)
    }

    @Test mutating func namesFoldersInWhichSomethingIsStillToBeLookedAt() {
        start()
        plan(now: 0)
        var outcome = LookOutcome()
        (outcome.again, outcome.missing) = ([LocalID(3): 500], [LocalID(4)])
        agenda.take(.looked(outcome), now: 5)
        agenda.take(.due([FolderLook(Self.folder)]), now: 5)
        #expect(agenda.state.restless.folders == [LocalID(3), LocalID(4), Self.folder])
        agenda.take(.due((10..<1_000).map { FolderLook(LocalID($0)) }), now: 5)
        #expect(agenda.state.restless.areMore && agenda.state.restless.folders.count < 300)
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
        let request = ThereRequest(body: .move(MoveNodes.Request(items: [])), steps: [first], epoch: 1)
        agenda.take(.asking(request, left: [last], StepOutcome()), now: 0)
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
        #expect(agenda.state.refusal == nil)
        plan({ $0.parts.there = [Self.step] }, now: 0)
        #expect(agenda.next(now: 999) == .wait(until: 1_000))
        #expect(agenda.next(now: 1_000) == .ask([Self.step], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 1_000)
        plan({ $0.parts.there = [Self.step] }, now: 1_000)
        #expect(agenda.next(now: 2_500) == .wait(until: 3_000))
        agenda.take(.connected(true), now: 2_500)
        #expect(agenda.next(now: 2_500) == .ask([Self.step], plannedAt: nil))
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

    /// What has gone from one folder may have come to one that nobody watches.
    @Test mutating func concludesNothingBeforeAWholePassWhereNotAllIsWatched() {
        start()
        agenda.take(.watching(false), now: 0)
        plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        agenda.take(.due([FolderLook(Self.folder)]), now: 10_000)
        #expect(agenda.next(now: 10_000) == .look([FolderLook(Self.folder)]))
        agenda.take(.looked(outcome), now: 10_000)
        // Such a pass begins at once, since the last one was short.
        #expect(agenda.next(now: 10_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 10_100)
        // It began no later than the first look has ended.
        #expect(agenda.next(now: 10_100) == .wait(until: 11_100))
        #expect(agenda.next(now: 11_100) == .pass(after: LocalID(0)))
        agenda.take(.passed(outcome, next: nil), now: 11_200)
        #expect(agenda.next(now: 11_200) == .prove([Self.folder]))
        agenda.take(.looked(LookOutcome()), now: 11_300)
        #expect(agenda.next(now: 11_300).isPlan)
    }

    /// Everything else goes on meanwhile.
    @Test mutating func plansWithoutWhatWaitsForAPass() {
        start()
        agenda.take(.watching(false), now: 0)
        agenda.take(.overflow, now: 0)
        #expect(agenda.next(now: 0) == .pass(after: LocalID(0)))
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        agenda.take(.passed(outcome, next: nil), now: 100_000)
        #expect(agenda.next(now: 100_000) == .wait(until: 105_000))
        #expect(agenda.next(now: 105_000) == .plan(leavingOut: [], despiteMissing: true))
        agenda.take(.planned(.made(MadePlan())), now: 105_000)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 105_000) == .tidy)
        #expect(agenda.next(now: 105_000) == .wait(until: 1_100_000))
        #expect(agenda.next(now: 1_100_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(outcome, next: nil), now: 1_100_001)
        #expect(agenda.next(now: 1_100_001) == .prove([Self.folder]))
    }

    /// However long it takes until everything is looked at.
    @Test mutating func concludesNothingWhileNobodyKnowsWhatHasChanged() {
        start()
        plan(now: 0)
        var outcome = LookOutcome()
        (outcome.missing, outcome.isChanged) = ([Self.folder], true)
        agenda.take(.looked(outcome), now: 0)
        let patience = agenda.timing.proofPatience
        #expect(agenda.next(now: 0, isLost: true) == .wait(until: patience))
        #expect(agenda.next(now: patience, isLost: true) == .plan(leavingOut: [], despiteMissing: true))
        agenda.take(.planned(.made(MadePlan())), now: patience)
        #expect(agenda.next(now: patience, isLost: true).isWait)
        agenda.take(.overflow, now: patience)
        #expect(agenda.next(now: patience) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: patience)
        #expect(agenda.next(now: patience) == .prove([Self.folder]))
    }

    @Test mutating func putsOffWhatCannotBeReadLongerEachTime() {
        start()
        let file = LocalID(9)
        var outcome = LookOutcome()
        outcome.unread = [file]
        var now: Milliseconds = 0
        for pause: Milliseconds in [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            plan({ $0.parts.reads = [file] }, now: now)
            #expect(agenda.next(now: now) == .read([file]))
            agenda.take(.wasRead(outcome, left: []), now: now)
            #expect(agenda.next(now: now) == .plan(leavingOut: pause == 0 ? [] : [.local(file)]))
            agenda.take(.planned(.made(MadePlan())), now: now)
            // Looks that come meanwhile do not make it sooner.
            agenda.take(.planAnew, now: now)
            if pause > 0 { plan(now: now) }
            now += pause
        }
    }

    /// People are told, and nothing else waits for it.
    @Test mutating func goesOnWithEverythingElseWhenARequestIsRefused() {
        start()
        agenda.take(.connected(true), now: 0)
        plan({ $0.parts.there = [Self.step] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([Self.step], plannedAt: nil))
        agenda.take(.unanswered(Problem(.storageFull, "Full.")), now: 0)
        #expect(agenda.state.refusal?.code == .storageFull)
        plan(
            {
                $0.parts.there = [Self.step]
                $0.parts.here = [Self.step]
            }, now: 0)
        #expect(agenda.next(now: 0) == .here([Self.step]))
        agenda.take(.didHere(StepOutcome()), now: 0)
        #expect(agenda.next(now: 0) == .wait(until: agenda.timing.firstRetry))
        #expect(agenda.next(now: agenda.timing.firstRetry) == .ask([Self.step], plannedAt: nil))
        agenda.take(.unanswered(Problem(.serverUnreachable, "Gone.")), now: 1_000)
        #expect(agenda.state.refusal?.code == .storageFull, "nobody has said anything else since")
        plan({ $0.parts.there = [Self.step] }, now: 1_000)
        #expect(agenda.next(now: 3_000) == .ask([Self.step], plannedAt: nil))
        agenda.take(.answered(StepOutcome()), now: 3_000)
        #expect(agenda.state.refusal == nil)
    }

    private mutating func refused(_ problem: Problem) {
        start()
        agenda.take(.connected(true), now: 0)
        plan({ $0.parts.there = [Self.step] }, now: 0)
        #expect(agenda.next(now: 0) == .ask([Self.step], plannedAt: nil))
        agenda.take(.unanswered(problem), now: 0)
    }

    @Test mutating func aRefusalEndsWhenNothingIsToBeAskedAnyMore() {
        refused(Problem(.storageFull, "Full."))
        plan({ $0.parts.there = [Self.step] }, now: 0)
        #expect(agenda.state.refusal?.code == .storageFull)
        agenda.take(.mirrorMoved, now: 10)
        plan(now: 10)
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
