import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import Testing

@testable import PannierSync

/// What is merely left out needs nobody, and holds up nothing.
@Suite struct LeftOutTests {
    private func plan(_ bench: WorkBench, _ work: SyncWork) throws -> MadePlan {
        let event = work.perform(.plan(leavingOut: []), now: 0, wall: 0)
        guard case .planned(.made(let plan)) = event else { throw Missing(what: "\(String(describing: event))") }
        return plan
    }

    private struct Missing: Error { let what: String }

    private func passAll(_ work: SyncWork) {
        var next: LocalID? = LocalID(0)
        while let after = next, case .passed(_, let then) = work.perform(.pass(after: after), now: 0, wall: 0) {
            next = then
        }
    }

    @Test func aLinkIsNoProblem() throws {
        let bench = try WorkBench()
        let work = bench.work()
        #expect(work.perform(.check, now: 0, wall: 0) != nil)
        try SimulatedPerson(bench.disk).symlink(Array("nowhere".utf8), Array("link".utf8))
        passAll(work)
        let figures = try bench.mirror.read { try SyncTransaction($0).figures() }
        #expect(figures.problems == 0 && figures.leftOut == [LeftOutCount(.link, 1)])
        #expect(try !plan(bench, work).hasProblems)
        #expect(try bench.mirror.read { try SyncTransaction($0).firstProblem(below: []) } == nil)
        // Once it is gone nothing is left to tell.
        try SimulatedPerson(bench.disk).remove(Array("link".utf8))
        for _ in 0..<2 { passAll(work) }
        _ = work.perform(.prove([LocalID(1)]), now: 0, wall: 0)
        #expect(try bench.mirror.read { try SyncTransaction($0).figures().leftOut.isEmpty })
    }

    /// Two that keep it the same as theirs would send each other's things in circles.
    @Test func aFolderWithAMarkerOfItsOwnIsLeftOut() throws {
        let bench = try WorkBench()
        let work = bench.work()
        _ = work.perform(.check, now: 0, wall: 0)
        let person = SimulatedPerson(bench.disk)
        try person.makeFolder(Array("inner".utf8))
        try person.write([1], Array("inner/file".utf8))
        passAll(work)
        #expect(try bench.locals().count == 1)
        // It becomes one only then.
        try person.makeFolder(Array("inner/.pannier".utf8))
        try person.write([7], Array("inner/.pannier/marker".utf8))
        passAll(work)
        #expect(try bench.locals().isEmpty && bench.folders() == [LocalID(1)])
        #expect(try bench.mirror.read { try SyncTransaction($0).figures().leftOut } == [LeftOutCount(.syncedFolder, 1)])
        // And is none any more.
        try person.remove(Array("inner/.pannier/marker".utf8))
        passAll(work)
        passAll(work)
        #expect(try bench.locals().count == 1)
    }

    /// What both sides agree on is in My Files still, and is not kept the same.
    @Test func whatMyFilesHasIsNotMerelyLeftOut() throws {
        let bench = try WorkBench()
        let work = bench.work()
        try bench.person.makeFolder(Array("inner".utf8))
        try bench.look(work)
        _ = try bench.agree("inner")
        try bench.person.makeFolder(Array("inner/.pannier".utf8))
        try bench.person.write([7], Array("inner/.pannier/marker".utf8))
        try bench.look(work)
        let figures = try bench.mirror.read { try SyncTransaction($0).figures() }
        #expect(figures.problems == 1 && figures.leftOut.isEmpty)
        let plan = try bench.plan(work)
        #expect(plan.hasProblems && plan.parts.isEmpty && plan.held.isEmpty)
    }
}
