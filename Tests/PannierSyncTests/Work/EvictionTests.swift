import DiskSimulation
import GRDB
import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Testing

/// What is to be on the server alone leaves this disk, and nothing that was written is lost by that.
@Suite struct EvictionTests {
    private static let day: Nanoseconds = 86_400 * 1_000_000_000
    private let bench: WorkBench
    private let work: SyncWork
    private let node: Node
    private let local: LocalID
    private var person: SimulatedPerson { SimulatedPerson(bench.disk) }

    init() throws {
        bench = try WorkBench()
        work = bench.work()
        try SimulatedPerson(bench.disk).write([1, 2], Array("a.log".utf8))
        bench.disk.clock.advance(1_000_000_000)
        _ = bench.perform(.check, work)
        try bench.look(work)
        node = try bench.agree("a.log")
        local = try bench.local("a.log")
    }

    private var content: SyncContent? { node.content.map { SyncContent($0) } }

    private func evict() throws -> StepOutcome { try bench.here([.evictHere(local, node.id, content)], work) }

    private func tidy(_ wall: Nanoseconds) { _ = work.perform(.tidy, now: 0, wall: wall) }

    /// So many days, tidied once a day.
    /// - Parameter isOnline: the server is asked every day, too.
    private func pass(days: Int64, isOnline: Bool = true) throws {
        let now = bench.disk.clock.now
        for day in 0..<days {
            if isOnline, day > 0 { try bench.answer(after: 86_400_000) }
            tidy(now + day * Self.day)
        }
    }

    private var kept: [String] { get throws { try bench.names(in: OwnPart.evicted) } }
    private var top: [String] { get throws { try bench.names(in: []).filter { $0 != ".pannier" } } }

    @Test func itStaysForADay() throws {
        #expect(try evict().done == 1)
        #expect(try top == [] && kept.count == 1)
        #expect(try bench.agreements() == 0 && bench.locals().isEmpty)
        try pass(days: 2)
        #expect(try kept.count == 1)
        try pass(days: 4)
        #expect(try kept == [] && top == [])
        #expect(try bench.names(in: OwnPart.quarantine) == [])
    }

    /// This machine is switched on every third day, and has a network then.
    @Test func itGoesOnAMachineThatIsSeldomOn() throws {
        _ = try evict()
        let now = bench.disk.clock.now
        for day in Int64(0)..<3 {
            if day > 0 { try bench.answer(after: 3 * 86_400_000) }
            #expect(try kept.count == 1)
            tidy(now + 3 * day * Self.day)
        }
        #expect(try kept == [] && top == [])
    }

    /// As much has not gone by on the server.
    @Test func aClockThatJumpsEmptiesNothing() throws {
        _ = try evict()
        let (now, decade) = (bench.disk.clock.now, 3_652 * Self.day)
        for _ in 0..<5 { for jump in [0, decade, -decade] { tidy(now + jump) } }
        #expect(try kept.count == 1)
    }

    /// A program has it open: what it writes goes into the file, wherever that stands.
    @Test func whatAProgramGoesOnWritingIsAPersonsAgain() throws {
        _ = try evict()
        let name = try #require(try kept.first)
        try person.append([3], OwnPart.evicted + Array("/\(name)".utf8))
        try pass(days: 4)
        #expect(try top == ["a (put back).log"] && kept == [])
        #expect(person.bytes(Array("a (put back).log".utf8)) == [1, 2, 3])
        #expect(try bench.notes() == ["a (put back).log"])
    }

    /// It writes between the look at what was moved, and the look before.
    @Test func whatIsWrittenMeanwhileStays() throws {
        var isMoved = false
        bench.disk.watchChanges = { if $0.isByPannier { isMoved = true } }
        bench.tree.meanwhile = { [bench] () throws(LocalError) in
            guard isMoved, let name = bench.keptName else { return }
            isMoved = false
            try SimulatedPerson(bench.disk).append([3], OwnPart.evicted + Array("/\(name)".utf8))
        }
        #expect(try evict().failures.map { $0.failure } == [.stale([LocalID(1)])])
        #expect(try top == ["a.log"] && kept == [])
        #expect(person.bytes(Array("a.log".utf8)) == [1, 2, 3])
        try bench.look(work)
        let upload = try bench.plan(work).parts.uploads.first
        guard case .uploadVersion(local, node.id, base: _?)? = upload else {
            Issue.record("it is taken for another file: \(String(describing: upload))")
            return
        }
    }

    /// Another one has taken its name by then: what was written is kept, and that is told.
    @Test func whatCannotGoBackIsKept() throws {
        var isMoved = false
        bench.disk.watchChanges = { if $0.isByPannier { isMoved = true } }
        bench.tree.meanwhile = { [bench] () throws(LocalError) in
            guard isMoved, let name = bench.keptName else { return }
            isMoved = false
            try SimulatedPerson(bench.disk).append([3], OwnPart.evicted + Array("/\(name)".utf8))
            try SimulatedPerson(bench.disk).write([4], Array("a.log".utf8))
        }
        #expect(try evict().failures.map { $0.failure } == [.stale([LocalID(1)])])
        #expect(try top == ["a.log"] && kept == [])
        #expect(person.bytes(Array("a.log".utf8)) == [4])
        let name = try #require(try bench.names(in: OwnPart.quarantine).first)
        #expect(person.bytes(OwnPart.quarantine + Array("/\(name)".utf8)) == [1, 2, 3])
        #expect(try bench.notes() == ["a.log"])
    }

    /// What has left its place is known, whatever fails then.
    @Test func whatCannotBeMadeDurableIsKnown() throws {
        bench.disk.faults.nextSyncFails = true
        guard case .failed? = bench.perform(.here([.evictHere(local, node.id, content)]), work) else {
            Issue.record("it goes on")
            return
        }
        #expect(try kept.count == 1 && top == [])
        tidy(bench.disk.clock.now)
        #expect(try kept.count == 1 && top == [] && bench.notes().isEmpty)
    }

    /// The server is an older one than it was: it never had the file.
    @Test(arguments: [false, true]) func whatTheServerHasLostComesBack(_ isThere: Bool) throws {
        _ = try evict()
        try bench.startOver(with: isThere ? [node] : [])
        try pass(days: 4)
        #expect(try kept == [])
        #expect(try top == (isThere ? [] : ["a (put back).log"]))
    }

    /// It is down, and nobody knows what it will be when it is back.
    @Test func nothingGoesBeforeTheServerHasSpokenAgain() throws {
        _ = try evict()
        try pass(days: 6, isOnline: false)
        #expect(try kept.count == 1 && top == [])
        try bench.answer(after: 3_600_000)
        tidy(bench.disk.clock.now + 6 * Self.day)
        #expect(try kept.count == 1, "it has said nothing after the two days")
        try bench.answer(after: 5 * 86_400_000)
        tidy(bench.disk.clock.now + 7 * Self.day)
        #expect(try kept == [] && top == [])
    }

    /// In the trash it is still there; not so what somebody has deleted for good.
    @Test(arguments: [false, true]) func whatIsNotThereAnyMoreComesBack(_ isGone: Bool) throws {
        _ = try evict()
        try bench.trash(node)
        if isGone { try bench.purge(node) }
        try pass(days: 4)
        #expect(try kept == [])
        #expect(try top == (isGone ? ["a (put back).log"] : []))
    }

    @Test func nothingLeavesThatNobodyAgreesOn() throws {
        try bench.startOver(with: [node])
        #expect(try evict().done == 0)
        #expect(try top == ["a.log"] && kept == [])
    }

    /// What the server has not told yet may be that it is gone there.
    @Test func nothingLeavesBeforeAllIsTold() throws {
        try bench.tellPart()
        #expect(try evict().done == 0)
        #expect(try top == ["a.log"] && kept == [] && bench.agreements() == 1)
        try bench.answer(after: 1)
        #expect(try evict().done == 1)
    }

    @Test func nothingLeavesThatIsInTheTrashThere() throws {
        try bench.trash(node)
        #expect(try evict().done == 0)
        #expect(try top == ["a.log"] && bench.agreements() == 1)
    }

    /// Where it cannot be moved it is agreed on as it was.
    @Test func whatCannotBeMovedStaysAgreedOn() throws {
        try bench.tree.removeFolder(OwnPart.evicted)
        let outcome = try evict()
        #expect(outcome.failures.map { $0.failure } == [.stale([LocalID(1)])])
        #expect(outcome.done == 0)
        #expect(try top == ["a.log"] && bench.local("a.log") == local && bench.agreements() == 1)
        #expect(try bench.plan(work).parts.isEmpty)
    }

    /// A process ends when it was moved, and before that is known: nobody takes it for a deletion, whatever a person wants
    /// by then.
    @Test func aCrashIsNoDeletion() throws {
        var isDead = false
        bench.disk.watchChanges = { if $0.isByPannier { isDead = true } }
        bench.tree.meanwhile = { () throws(LocalError) in if isDead { throw LocalError(ESRCH) } }
        guard case .failed? = bench.perform(.here([.evictHere(local, node.id, content)]), work) else {
            Issue.record("it goes on")
            return
        }
        bench.disk.watchChanges = { _ in }
        bench.tree.meanwhile = {}
        let next = bench.work()
        _ = bench.perform(.check, next)
        try bench.look(next)
        let plan = try bench.plan(next)
        #expect(plan.parts.there.isEmpty && plan.held == Deletions())
        #expect(plan.parts.downloads.map(\.transferred) == [.node(node.id)])
        _ = next.perform(.tidy, now: 0, wall: bench.disk.clock.now)
        #expect(try kept.count == 1 && top == [])
        try pass(days: 4)
        #expect(try kept == [] && top == [])
    }

    /// A process ends when what was agreed on is forgotten, and before it is moved: what is written to it then, before
    /// another process begins or after, is an edit, and no other file of that name.
    @Test(arguments: [false, true]) func aCrashBeforeItLeavesMakesNoConflict(_ isLate: Bool) throws {
        let (step, tree, root) = (PlanStep.evictHere(local, node.id, content), bench.tree, bench.account.root)
        try bench.mirror.write { database in
            var here = HereSteps(database, tree, root: root)
            let outcome = try here.perform([step])
            #expect(outcome.done == 1)
        }
        #expect(try bench.agreements() == 0 && top == ["a.log"])
        if !isLate { try person.append([3], Array("a.log".utf8)) }
        let next = bench.work()
        _ = bench.perform(.check, next)
        #expect(try bench.agreements() == 1)
        if isLate { try person.append([3], Array("a.log".utf8)) }
        try bench.look(next)
        #expect(try bench.plan(next).parts.uploads == [.uploadVersion(local, node.id, base: content)])
        try pass(days: 4)
        #expect(try top == ["a.log"] && kept == [] && bench.notes() == [])
    }

    /// On another server it may never have been.
    @Test func afterACrashNothingIsAgreedOnInAnotherEpoch() throws {
        let (step, tree, root) = (PlanStep.evictHere(local, node.id, content), bench.tree, bench.account.root)
        try bench.mirror.write { database in
            var here = HereSteps(database, tree, root: root)
            _ = try here.perform([step])
        }
        try bench.startOver(with: [node])
        _ = bench.perform(.check, bench.work())
        #expect(try bench.agreements() == 0 && top == ["a.log"])
    }

    /// The mirror is another one: nobody knows whether the server has it.
    @Test func whatNobodyKnowsIsAPersonsAgain() throws {
        try bench.write([7], OwnPart.kept(in: OwnPart.evicted, LocalID(99), Array("b.log".utf8), 1))
        tidy(bench.disk.clock.now)
        #expect(try top == ["a.log", "b (put back).log"] && kept == [])
        #expect(try bench.notes() == ["b (put back).log"])
    }

    private func leave(_ count: Int64) throws {
        for number in 1...count {
            try bench.write([7], OwnPart.kept(in: OwnPart.evicted, LocalID(100 + number), Array("b.log".utf8), 1))
        }
    }

    /// However many have the same name, each one finds one that is free.
    @Test func manyOfOneNameArePutBack() throws {
        try leave(12)
        tidy(bench.disk.clock.now)
        #expect(try kept == [] && top.count == 13)
        #expect(try top.count { $0.hasPrefix("b (put back 10.1") } == 3)
    }

    /// The disk has a fault when one of them is to be moved.
    @Test func oneThatCannotBeMovedHoldsUpNoOther() throws {
        try leave(3)
        var hasFailed = false
        bench.tree.meanwhile = { [unowned tree = bench.tree] () throws(LocalError) in
            guard tree.looked == OwnPart.evicted, !hasFailed else { return }
            hasFailed = true
            throw LocalError(EIO)
        }
        tidy(bench.disk.clock.now)
        #expect(hasFailed)
        #expect(try kept.count == 1 && top.count == 3)
        tidy(bench.disk.clock.now)
        #expect(try kept == [])
    }

    /// The pair ends: what the server has for certain goes, and the rest is not left where nobody looks.
    @Test(arguments: [false, true]) func whatHasLeftIsSettledWithThePair(_ isCertain: Bool) throws {
        _ = try evict()
        if isCertain {
            try bench.answer(after: 3 * 86_400_000)
            try bench.mirror.write { try $0.execute(sql: "INSERT OR REPLACE INTO sync_days VALUES (1, 2, 0)") }
        }
        try bench.write([7], OwnPart.kept(in: OwnPart.evicted, LocalID(99), Array("b.log".utf8), 1))
        let unneeded = try bench.mirror.read { try EvictedForGood($0) }
        try Pairing(bench.tree, at: LocalPath("/folder")).release(unneeded)
        #expect(try kept == [])
        #expect(try top == (isCertain ? [] : ["a (put back).log"]) + ["b (put back).log"])
    }

    /// A program has written on in it.
    @Test func whatWasChangedStaysWhenThePairEnds() throws {
        _ = try evict()
        let name = try #require(try kept.first)
        try person.append([3], OwnPart.evicted + Array("/\(name)".utf8))
        try bench.answer(after: 3 * 86_400_000)
        try bench.mirror.write { try $0.execute(sql: "INSERT OR REPLACE INTO sync_days VALUES (1, 2, 0)") }
        let unneeded = try bench.mirror.read { try EvictedForGood($0) }
        try Pairing(bench.tree, at: LocalPath("/folder")).release(unneeded)
        #expect(person.bytes(Array("a (put back).log".utf8)) == [1, 2, 3])
    }

    @Test func aFolderLeavesWithWhatIsInIt() throws {
        try person.makeFolder(Array("d".utf8))
        try bench.look(work)
        let folder = try bench.agree("d")
        let inside = try bench.local("d")
        let steps: [PlanStep] = [.evictHere(local, node.id, content), .evictHere(inside, folder.id, nil)]
        let outcome = try bench.here(steps, work)
        #expect(outcome.done == 2 && outcome.gone == [inside])
        #expect(try top == [] && bench.agreements() == 0)
    }
}

extension WorkBench {
    /// What lies in the part for what has left.
    fileprivate var keptName: String? {
        var name: String?
        disk.walk { path, found in
            if found.isFile, path.starts(with: OwnPart.evicted) {
                name = String(decoding: path.dropFirst(OwnPart.evicted.count + 1), as: UTF8.self)
            }
        }
        return name
    }
}
