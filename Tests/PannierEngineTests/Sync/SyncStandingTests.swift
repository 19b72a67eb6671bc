import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Testing

@testable import PannierEngine

/// What is said of the synced folder by what is known of it.
@Suite struct SyncStandingTests {
    private static let gone = Problem(.serverUnreachable, "The server does not answer.")

    /// Open, at rest, and the same as of a look at an answering server; but for what `change` does.
    private func standing(_ change: (inout SyncStanding) -> Void = { _ in }) -> SyncStanding {
        var standing = SyncStanding(folder: LocalPath("/home/a/Cloud"))
        (standing.isOpen, standing.isIdle, standing.server) = (true, true, .answers)
        (standing.agenda.passes, standing.agenda.isSame, standing.agenda.isConnected) = (1, true, true)
        standing.agenda.sameAsOf = ServerLook(number: 7, at: 500, took: 1)
        standing.verifiedAt = 500
        change(&standing)
        return standing
    }

    @Test func isInSyncOnlyWithAServerThatAnswers() {
        #expect(standing().phase == .same)
        let away = standing { $0.server = .away(.init(since: 900, problem: Self.gone)) }
        #expect(away.phase == .offline && !away.isAtRest && !away.isVerified(since: 0))
        #expect(away.state.verifiedAt == 500 && away.state.offlineSince == 900, "as of when, and since when")
        #expect(away.state.offlineProblem?.code == .serverUnreachable && away.state.problem == nil)
        #expect(!away.state.isVerified)
        #expect(standing { $0.server = .unknown }.phase == .starting, "nobody has asked it")
    }

    @Test func theWordsAreOfTheTrouble() {
        for (code, words) in [
            (Problem.Code.serverUnreachable, "the server is not reachable since 900"),
            (.tokenInvalid, "signed out since 900"), (.internalError, "the server answers with errors since 900"),
        ] {
            let away = standing { $0.server = .away(.init(since: 900, problem: Problem(code, "t"))) }
            #expect(away.state.offlineWords { "\($0)" } == words)
        }
    }

    @Test func whatIsToBeDoneWaitsForTheServer() {
        let away = standing {
            ($0.agenda.isSame, $0.agenda.sameAsOf, $0.figures.differing) = (false, nil, 3)
            $0.server = .away(.init(since: 900, problem: Self.gone))
        }
        #expect(away.phase == .offline && away.state.differing == 3)
    }

    /// Nobody need do anything about it, and nothing waits for it.
    @Test func whatIsLeftOutIsCountedByItself() {
        let state = standing { $0.figures.leftOut = [LeftOutCount(.link, 2)] }.state
        #expect(state.phase == .same && state.problems == 0 && state.leftOut == [LeftOutCount(.link, 2)])
    }

    @Test func whatIsBeingWrittenIsSaidUnlessItStandsStill() {
        let working = standing {
            ($0.agenda.isSame, $0.agenda.sameAsOf) = (false, nil)
            $0.agenda.beingWritten = BeingWritten(count: 2, folder: LocalID(1), name: Array("log".utf8))
            $0.firstBeingWritten = LocalPath("log")
        }
        #expect(working.phase == .working)
        #expect(working.state.beingWrittenWords == "log and 1 more, which are being written")
        var paused = working
        paused.agenda.isPaused = true
        #expect(paused.state.beingWritten == 0 && paused.state.beingWrittenWords == nil)
    }

    @Test func whatStopsItGoesFirst() {
        let away = ServerReach.away(.init(since: 900, problem: Self.gone))
        let lost = Problem(.syncFolderLost, "Gone.")
        #expect(standing { ($0.agenda.problem, $0.server) = (lost, away) }.phase == .stopped)
        #expect(standing { ($0.agenda.isPaused, $0.agenda.problem) = (true, lost) }.phase == .paused)
        #expect(standing { ($0.isOpen, $0.isPaused, $0.obstacle) = (false, true, lost) }.phase == .paused)
        #expect(standing { ($0.isOpen, $0.obstacle) = (false, lost) }.state.problem == lost)
    }

    @Test func whatTheServerRefusesStopsNothing() {
        let full = Problem(.storageFull, "Full.")
        let refused = standing { $0.agenda.refusal = full }
        #expect(refused.state.refusal == full && refused.state.problem == nil && refused.problem == nil)
        let finding = SyncRunner.folderFinding(of: refused.state)
        #expect(finding.verdict == .warning && finding.text.contains("Full."))
        #expect(SyncRunner.folderFinding(of: standing().state).verdict == .ok)
    }

    @Test func aDiskIsToldByWhatItIsFor() {
        let there = Finding.disk(LocalPath("/"), for: "the synced folder")
        #expect(there.topic == "disk" && there.text.hasSuffix(" free for the synced folder in /"))
        let missing = Finding.disk(LocalPath("/no/such/folder"), for: "the synced folder")
        #expect(missing.verdict == .warning && missing.text.hasPrefix("/no/such/folder: "))
    }

    @Test func whatIsNotedWaitsForNobody() {
        let noted = standing { ($0.figures.problems, $0.figures.notes) = (0, 2) }
        #expect(noted.state.problems == 0 && noted.state.notes == 2)
        #expect(SyncRunner.folderFinding(of: noted.state).verdict == .ok)
        let one = standing { ($0.figures.problems, $0.figures.notes) = (1, 2) }
        #expect(SyncRunner.folderFinding(of: one.state).text.contains("1 thing waits for you"))
    }

    /// No limit that is raised lets a folder be watched that cannot be read.
    @Test func whatCannotBeReadIsNotALackOfWatches() {
        let unread = standing { $0.coverage = WatchCoverage(watched: 9, unwatched: 1, unreadable: 1) }.state
        #expect(unread.unheard == 0 && unread.watchWords == "watched 9 of 10 folders, 1 cannot be read")
        let finding = SyncRunner.watchFinding(unread)
        #expect(finding.verdict == .warning && !finding.text.contains("sysctl"))
        let few = standing { $0.coverage = WatchCoverage(watched: 9, unwatched: 2, unreadable: 1) }.state
        #expect(few.unheard == 1 && SyncRunner.watchFinding(few).text.contains("sysctl"))
        #expect(few.watchWords.contains("1 cannot be read, the rest is looked at"))
    }

    /// What was watched and found before says nothing of what is there now.
    @Test func aFolderThatIsNotThereIsNotWatched() {
        let lost = standing {
            $0.coverage = WatchCoverage(watched: 9, unwatched: 1, unreadable: 1)
            $0.agenda.problem = Problem(.syncFolderLost, "Gone.")
        }.state
        #expect(lost.watched == 0 && lost.unwatched == 0 && lost.unreadable == 0)
        let (watch, verified) = (SyncRunner.watchFinding(lost), SyncRunner.verifiedFinding(lost))
        #expect(watch.verdict == .warning && watch.text == "not watched, since the folder is not there")
        #expect(verified.verdict == .warning && verified.text.contains("the folder is not there"))
        #expect(SyncRunner.verifiedFinding(standing().state).verdict == .ok)
    }

    @Test func waitingEndsWithWhatAPersonHasToMend() throws {
        try standing().mustGoOn(for: nil)
        #expect(throws: Problem.syncIsPaused) { try standing { $0.agenda.isPaused = true }.mustGoOn(for: nil) }
        let lost = Problem(.syncFolderLost, "Gone.")
        #expect(throws: lost) { try standing { $0.agenda.problem = lost }.mustGoOn(for: nil) }
        // What may pass by itself is waited for, for a while.
        let slow = standing { $0.transfers = Problem(.storeRefused, "Not now.") }
        try slow.mustGoOn(for: nil)
        #expect(slow.lasting(for: nil)?.code == .storeRefused && slow.state.transferProblem?.code == .storeRefused)
        #expect(standing().lasting(for: nil) == nil)
    }

    @Test func whoeverWaitsForAPathWaitsForNothingElse() throws {
        let paused = Problem.transfersPaused
        let (held, full) = (standing { $0.transfers = paused }, standing { $0.agenda.refusal = Self.gone })
        var place = PathStanding(kind: .synced)
        #expect(throws: paused) { try held.mustGoOn(for: nil) }
        try held.mustGoOn(for: place)
        #expect(held.lasting(for: place) == nil && full.lasting(for: place) == nil)
        place.differs = true
        try held.mustGoOn(for: place)
        #expect(held.lasting(for: place) == nil && full.lasting(for: place) == Self.gone)
        place.isUnderWay = true
        #expect(throws: paused) { try held.mustGoOn(for: place) }
        let away = standing { $0.server = .away(.init(since: 900, problem: Self.gone)) }
        #expect(away.lasting(for: PathStanding(kind: .synced)) == Self.gone, "which concerns everything")
    }

    /// The loop may be idle and say that all is the same before it has heard of what is waited for.
    @Test func isOnlyDoneWithWhatItHasHeardOf() {
        let asked = SyncAsked(looks: 2, serverLook: 7)
        #expect(!standing().hasLooked(asked))
        #expect(!standing { ($0.agenda.looksDone, $0.agenda.lastServerLook) = (2, 6) }.hasLooked(asked))
        #expect(!standing { ($0.agenda.looksDone, $0.agenda.lastServerLook) = (1, 7) }.hasLooked(asked))
        #expect(standing { ($0.agenda.looksDone, $0.agenda.lastServerLook) = (2, 7) }.hasLooked(asked))
        #expect(standing().isVerified(since: 7) && !standing().isVerified(since: 8))
        #expect(!standing { $0.agenda.isUnderWay = true }.isAtRest)
        #expect(!standing { $0.isIdle = false }.isAtRest)
        #expect(standing().hasPlanned && !standing { $0.agenda.isPlanWanted = true }.hasPlanned)
    }

    @Test func theServerIsAwaySinceTheFirstTimeThatItWas() {
        func status(_ connection: EngineStatus.Connection, _ problem: Problem? = nil) -> EngineStatus {
            EngineStatus(
                server: nil, account: nil, device: nil, connection: connection, problem: problem, verifiedAt: nil,
                latencyMilliseconds: nil, fileCount: 0, agentProcess: 1, version: "")
        }
        var reach = ServerReach.unknown.next(status(.connecting), now: 1)
        #expect(reach == .unknown)
        reach = reach.next(status(.live), now: 2)
        #expect(reach == .answers && reach.next(status(.polled), now: 3) == .answers)
        reach = reach.next(status(.offline, Self.gone), now: 4)
        reach = reach.next(status(.offline, Self.gone), now: 9)
        #expect(reach == .away(.init(since: 4, problem: Self.gone)))
        reach = reach.next(status(.signedOut), now: 10)
        #expect(reach == .away(.init(since: 10, problem: .nobodySignedIn)), "that is another trouble")
        let failing = Problem(.internalError, "No.")
        #expect(reach.next(status(.offline, failing), now: 11) == .away(.init(since: 11, problem: failing)))
        #expect(reach.next(status(.live), now: 11) == .answers)
    }
}
