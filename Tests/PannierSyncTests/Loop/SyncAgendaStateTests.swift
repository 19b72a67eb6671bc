import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What people are told of the synced folder.
@Suite struct SyncAgendaStateTests {
    private var agenda = SyncAgenda()

    /// Whoever waits for it is told what it has found.
    @Test mutating func aVerificationIsOverWhenItsPlanIsMade() {
        agenda.start()
        agenda.plan(now: 0)
        #expect(agenda.state.isSame)
        agenda.take(.verify, now: 10)
        #expect(agenda.next(now: 10) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 10)
        agenda.plan(now: 10)
        #expect(agenda.next(now: 10) == .verify(after: LocalID(0)))
        agenda.take(.verified(next: nil), now: 10)
        #expect(agenda.state.verifications == 0 && !agenda.state.isSame)
        agenda.plan({ $0.hasProblems = true }, now: 10)
        #expect(agenda.state.verifications == 1 && !agenda.state.isSame && agenda.state.isWaiting)
    }

    @Test mutating func tellsHowOftenAllIsLookedAt() {
        #expect(agenda.state.looksEvery == nil)
        agenda.start()
        #expect(agenda.state.looksEvery == agenda.timing.unwatchedPass)
        agenda.take(.overflow, now: 1_000)
        #expect(agenda.next(now: 1_000) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 61_000)
        #expect(agenda.state.looksEvery == 600_000)
        agenda.plan(now: 61_000)
        #expect(agenda.next(now: 61_000) == .tidy)
        #expect(agenda.next(now: 61_000) == .wait(until: 61_000 + agenda.timing.watchedPass))
    }

    @Test mutating func saysThatAllIsTheSameOnlyWhenNothingIsLeftToLookAt() {
        agenda.start()
        agenda.plan(now: 0)
        #expect(agenda.state.isSame)
        agenda.take(.due([FolderLook(LocalID.sample)]), now: 5)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 5) == .look([FolderLook(LocalID.sample)]))
        var outcome = LookOutcome()
        outcome.again = [LocalID.sample: 500]
        agenda.take(.looked(outcome), now: 5)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 500) == .look([FolderLook(LocalID.sample)]))
        agenda.take(.looked(LookOutcome()), now: 500)
        #expect(agenda.state.isSame)
    }

    /// What the server told is planned for before anything is said of it.
    @Test mutating func isTheSameAsOfALookAtTheServerThatBroughtNothing() {
        agenda.take(.watching(true), now: 0)
        agenda.start()
        agenda.plan(now: 0)
        #expect(agenda.state.isSame && agenda.state.sameAsOf == nil && agenda.state.timesSame == 1)
        let look = ServerLook(number: 1, at: 77, took: 3)
        agenda.take(.serverLooked(look), now: 10)
        #expect(agenda.state.sameAsOf == look && agenda.state.lastServerLook == 1)
        agenda.take(.mirrorMoved, now: 20)
        agenda.take(.serverLooked(ServerLook(number: 2, at: 90, took: 3)), now: 20)
        #expect(agenda.state.sameAsOf == nil)
        var nothing = agenda
        agenda.plan({ $0.parts.here = [PlanStep.sample] }, now: 20)
        _ = agenda.next(now: 20)
        agenda.take(.didHere(StepOutcome()), now: 30)
        agenda.take(.planAnew, now: 30)
        agenda.plan(now: 30)
        #expect(agenda.state.isSame && agenda.state.sameAsOf == nil && agenda.state.timesSame == 2)
        nothing.plan(now: 20)
        #expect(nothing.state.sameAsOf?.number == 2)
    }

    @Test mutating func aFolderThatWasNotThereIsTheSameAsOfNoLookMeanwhile() {
        agenda.take(.watching(true), now: 0)
        agenda.start()
        agenda.plan(now: 0)
        agenda.take(.failed(Problem(.syncFolderLost, "Gone.")), now: 1)
        agenda.take(.serverLooked(ServerLook(number: 1, at: 5, took: 1)), now: 5)
        _ = agenda.next(now: 5_000)
        agenda.take(.checked(nil), now: 5_000)
        _ = agenda.next(now: 5_000)
        agenda.take(.passed(LookOutcome(), next: nil), now: 5_000)
        agenda.plan(now: 5_000)
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
        agenda.plan(now: 1)
        #expect(!agenda.state.isSame)
        #expect(agenda.next(now: 1) == .pass(after: LocalID(0)))
        var outcome = LookOutcome()
        outcome.areRulesChanged = true
        agenda.take(.passed(outcome, next: nil), now: 2)
        #expect(agenda.state.looksDone == 0, "what is ignored has changed on the way")
        #expect(agenda.next(now: 2) == .pass(after: LocalID(0)))
        agenda.take(.passed(LookOutcome(), next: nil), now: 3)
        #expect(agenda.state.looksDone == 2)
        agenda.plan(now: 3)
        #expect(agenda.state.isSame)
        #expect(agenda.next(now: 3).isWait, "two words were one pass")
    }

    @Test mutating func namesFoldersInWhichSomethingIsStillToBeLookedAt() {
        agenda.start()
        agenda.plan(now: 0)
        var outcome = LookOutcome()
        (outcome.again, outcome.missing) = ([LocalID(3): 500], [LocalID(4)])
        agenda.take(.looked(outcome), now: 5)
        agenda.take(.due([FolderLook(LocalID.sample)]), now: 5)
        #expect(agenda.state.restless.folders == [LocalID(3), LocalID(4), LocalID.sample])
        agenda.take(.due((10..<1_000).map { FolderLook(LocalID($0)) }), now: 5)
        #expect(agenda.state.restless.areMore && agenda.state.restless.folders.count < 300)
    }
}
