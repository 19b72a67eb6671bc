import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// Deletions that wait for a person's word, and the word.
@Suite struct ApprovingTests {
    private var bench: AgreedBench

    init() throws { bench = try AgreedBench() }

    private func approve(here: Int? = nil, there: Int? = nil) throws(Problem) {
        try bench.bench.work().approve(here: here, there: there, wall: AgreedBench.start)
    }

    @Test mutating func aWordHoldsForWhatWasSeenAndForNothingElse() throws {
        try bench.add(150)
        #expect(try bench.plan()?.held == Deletions(there: 150))
        #expect(throws: Problem.self) { try approve(there: 149) }
        #expect(try bench.consented().isEmpty)
        try approve(there: 150)
        let seen = Set(bench.nodes)
        try bench.add(120)
        let plan = try #require(try bench.plan())
        #expect(plan.trashed == seen)
        #expect(plan.held == Deletions(there: 120))
    }

    /// Some of them are back, and as many others are gone.
    @Test mutating func aWordIsNotForOthersThatAreAsMany() throws {
        try bench.add(160, areHere: true)
        try bench.lose(bench.nodes.prefix(150))
        let work = bench.bench.work()
        func approve() throws(Problem) { try work.approve(here: nil, there: 150, wall: AgreedBench.start) }
        #expect(try work.preview(limit: 10).heldThere.count == 150)
        try bench.edit(bench.nodes[0])
        try bench.lose([bench.nodes[155]])
        #expect(try bench.plan()?.held == Deletions(there: 150))
        let problem = #expect(throws: Problem.self) { try approve() }
        #expect(problem?.code == .changedSince)
        #expect(try bench.consented().isEmpty)
        #expect(try work.preview(limit: 10).heldThere.count == 150)
        try approve()
        #expect(try bench.consented().there == Set(bench.nodes[1..<150]).union([bench.nodes[155]]))
    }

    @Test mutating func aWordIsForOneSide() throws {
        try bench.add(150)
        #expect(throws: Problem.self) { try approve(here: 150) }
        #expect(throws: Problem.self) { try approve(here: 1, there: 150) }
        try approve(there: 150)
        #expect(try bench.consented().there.count == 150)
        #expect(try bench.consented().here.isEmpty)
    }

    /// A plan that makes names durable first does that.
    @Test mutating func aWordAgreesOnNothing() throws {
        try bench.add(150)
        let folder = bench.bench
        try folder.write([1], Array("both".utf8))
        try folder.look(folder.work())
        let node = try folder.agree("both")
        try folder.mirror.write { try SyncTransaction($0).forget(node.id) }
        try approve(there: 150)
        #expect(try folder.agreements() == 150)
        #expect(try bench.consented().there.count == 150)
        _ = try bench.plan()
        #expect(try folder.agreements() == 151)
    }

    @Test mutating func nothingIsApprovedWithoutTheFolder() throws {
        try bench.add(150)
        try bench.bench.tree.removeFile(OwnPart.marker)
        let problem = #expect(throws: Problem.self) { try approve(there: 150) }
        #expect(problem?.code == .syncFolderLost)
        #expect(try bench.consented().isEmpty)
    }

    /// Nobody deletes it any more: when somebody does later, that is another deletion.
    @Test mutating func aWordEndsWithWhatItWasFor() throws {
        try bench.add(150)
        try approve(there: 150)
        try bench.delete(bench.nodes.prefix(100))
        _ = try bench.plan()
        #expect(try bench.consented().there == Set(bench.nodes.dropFirst(100)))
        let saved = bench.nodes[100]
        try bench.edit(saved)
        _ = try bench.plan()
        #expect(try bench.consented().there == Set(bench.nodes.dropFirst(101)))
    }

    @Test mutating func aWordHoldsForADay() throws {
        try bench.add(150)
        try approve(there: 150)
        #expect(try bench.plan(minutes: 23 * 60)?.trashed.count == 150)
        #expect(try bench.plan(minutes: 25 * 60)?.held == Deletions(there: 150))
        try approve(there: 150)
        #expect(try bench.plan(minutes: -11)?.held == Deletions(there: 150), "a clock that was put back")
    }

    /// A plan has its time from before it made names durable.
    @Test mutating func aWordThatIsSaidWhileAPlanIsMadeHolds() throws {
        try bench.add(150)
        try approve(there: 150)
        #expect(try bench.plan(minutes: -5)?.trashed.count == 150)
        #expect(try bench.plan(minutes: 1)?.trashed.count == 150)
    }

    /// Both sides agree on others by then: what the folder holds now says nothing of what it has held.
    @Test mutating func whatIsHeldWaitsWhateverComes() throws {
        try bench.add(22)
        #expect(try bench.plan()?.held == Deletions(there: 22))
        let emptied = Set(bench.nodes)
        try bench.add(200, areHere: true)
        #expect(try bench.plan(minutes: 30)?.held == Deletions(there: 22))
        try approve(there: 22)
        #expect(try bench.plan()?.trashed == emptied)
        try bench.delete(emptied)
        _ = try bench.plan()
        #expect(try bench.held().isEmpty)
    }

    @Test mutating func whatIsBackIsHeldNoMore() throws {
        try bench.add(22)
        _ = try bench.plan()
        #expect(try bench.held().there == Set(bench.nodes))
        for node in bench.nodes { try bench.edit(node) }
        #expect(try bench.plan()?.held == Deletions())
        #expect(try bench.held().isEmpty)
    }

    // MARK: Little by little

    @Test mutating func whatWasDeletedInTheLastMinutesCounts() throws {
        try bench.add(300, areHere: true)
        let first = Array(bench.nodes.prefix(90))
        try bench.lose(first)
        #expect(try bench.plan()?.trashed == Set(first))
        try bench.delete(first)
        try bench.lose(bench.nodes[90..<110])
        let plan = try #require(try bench.plan(minutes: 9))
        #expect(plan.trashed.isEmpty)
        #expect(plan.held == Deletions(there: 20))
        // What is held stays held, however long somebody thinks of it.
        #expect(try bench.plan(minutes: 18)?.held == Deletions(there: 20))
        #expect(try bench.plan(minutes: 27)?.held == Deletions(there: 20))
        try approve(there: 20)
        #expect(try bench.plan(minutes: 28)?.trashed.count == 20)
    }

    @Test mutating func someMinutesLaterItCountsNoMore() throws {
        try bench.add(300, areHere: true)
        let first = Array(bench.nodes.prefix(90))
        try bench.lose(first)
        _ = try bench.plan()
        try bench.delete(first)
        try bench.lose(bench.nodes[90..<110])
        #expect(try bench.plan(minutes: 11)?.trashed.count == 20)
    }

    @Test mutating func whatSomebodyHasSaidYesToDoesNotCount() throws {
        try bench.add(150)
        try approve(there: 150)
        #expect(try bench.plan()?.trashed.count == 150)
        #expect(try bench.deletedLately().isEmpty)
    }

    /// Nothing came of its deletion.
    @Test mutating func whatIsBackDoesNotCount() throws {
        try bench.add(300, areHere: true)
        try bench.lose(bench.nodes.prefix(90))
        _ = try bench.plan()
        #expect(try bench.deletedLately().there == Set(bench.nodes.prefix(90)))
        let saved = bench.nodes[7]
        try bench.edit(saved)
        _ = try bench.plan()
        #expect(try bench.deletedLately().there == Set(bench.nodes.prefix(90)).subtracting([saved]))
    }

    // MARK: The feed

    /// A folder that something was moved into may be told of in a later page than that.
    @Test mutating func nothingIsPlannedBetweenTwoPages() throws {
        try bench.add(1)
        #expect(try bench.isPlanned())
        #expect(try !bench.tell(revision: 3, hasMore: true).hasCaughtUp)
        #expect(try !bench.isPlanned())
        #expect(throws: Problem.self) { try approve(there: 1) }
        #expect(try bench.tell(revision: 4).hasCaughtUp, "somebody may wait for that")
        #expect(try bench.isPlanned())
        #expect(try !bench.tell(revision: 5).hasCaughtUp)
    }

    /// What has come there since then is not to be deleted, whether it is known by now or not.
    @Test mutating func aDeletionIsProvenByWhatThePlanKnew() throws {
        try bench.add(1)
        _ = try bench.tell(revision: 100)
        let plan = try #require(try bench.plan())
        #expect(plan.revision == 100)
        _ = try bench.tell(revision: 103)
        let event = bench.bench.work().perform(.ask(plan.parts.there, plannedAt: plan.revision), now: 0, wall: 0)
        guard case .asking(let request?, _, _)? = event, case .trash(let deletion) = request.body else {
            Issue.record("\(String(describing: event))")
            return
        }
        #expect(deletion.items.map(\.unchangedSince) == [100] && request.epoch == 1)
    }

    /// To a server of another epoch the revision that it was planned at means something else.
    @Test mutating func nothingIsDeletedInAnotherEpochThanItWasPlannedIn() throws {
        try bench.add(1)
        let plan = try #require(try bench.plan())
        let action = SyncAction.ask(plan.parts.there, plannedAt: plan.revision)
        // Between two epochs.
        try bench.bench.mirror.write { try $0.execute(sql: "UPDATE feed SET epoch = NULL") }
        guard case .unanswered? = bench.bench.work().perform(action, now: 0, wall: 0) else {
            Issue.record("it is asked of a server that nobody knows")
            return
        }
        try bench.bench.mirror.write { try $0.execute(sql: "UPDATE feed SET epoch = 1") }
        try bench.bench.startOver(with: [])
        guard case .asking(let request, _, _)? = bench.bench.work().perform(action, now: 0, wall: 0) else {
            Issue.record("it is not thought of anew")
            return
        }
        #expect(request?.steps == nil)
    }
}
