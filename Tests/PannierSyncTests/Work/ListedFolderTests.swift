import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What is missing in a folder that nobody has seen whole is not gone.
@Suite struct ListedFolderTests {
    private let bench: WorkBench
    private let work: SyncWork

    /// A folder with a file and a folder in it, all of it agreed on.
    init() throws {
        bench = try WorkBench()
        work = bench.work(settle: 2_000)
        try bench.person.makeFolder(path("X"))
        try bench.person.makeFolder(path("X/in"))
        try bench.person.write([1], path("X/a"))
        try bench.person.write([2], path("X/in/b"))
        try bench.lookAtAll(work)
        try bench.agreeOnAll()
        let plan = try bench.planned(work)
        #expect(plan.parts.isEmpty)
    }

    /// A backup is put into the place of the folder.
    private func restore() throws {
        bench.disk.clock.advance(60_000_000_000)
        try bench.person.removeAll(path("X"))
        bench.disk.clock.advance(1_000_000_000)
        try bench.person.makeFolder(path("X"))
        try bench.person.makeFolder(path("X/in"))
        try bench.person.write([1], path("X/a"))
        try bench.person.write([2], path("X/in/b"))
    }

    private func local(_ path: String) throws -> LocalID {
        let all = try bench.folders() + bench.locals()
        let found = try all.last { try bench.path(of: $0) == path }
        return try #require(found)
    }

    @Test func nothingIsDeletedWhileAFolderCannotBeLookedAt() throws {
        try restore()
        try bench.looked(.look([FolderLook(LocalID(1))]), work)
        let new = try #require(try bench.folders().last)
        bench.disk.faults.nextListEnds = 0
        try bench.looked(.look([FolderLook(new)]), work)
        try bench.looked(.prove([LocalID(1)]), work)
        let plan = try bench.planned(work)
        #expect(plan.parts.there == [] && plan.held.isEmpty)
        #expect(plan.parts.here == [] && plan.parts.downloads == [])

        try bench.lookAtAll(work)
        let last = try bench.planned(work)
        #expect(last.parts.isEmpty)
    }

    /// And then what is missing in it is gone.
    @Test func whatIsMissingInItIsGoneOnceAllOfItWasSeen() throws {
        try restore()
        try bench.person.remove(path("X/a"))
        try bench.looked(.look([FolderLook(LocalID(1))]), work)
        bench.disk.faults.nextListEnds = 0
        try bench.looked(.look([FolderLook(try local("X"))]), work)
        try bench.looked(.prove([LocalID(1)]), work)
        #expect(try bench.planned(work).parts.there == [])
        try bench.lookAtAll(work)
        #expect(try bench.planned(work).parts.there.count == 1)
    }

    /// Its files have not come to rest, so they are not known yet.
    @Test func nothingIsDeletedWhileANewFolderIsBeingFilled() throws {
        try restore()
        let now = bench.disk.clock.now + 1_000_000_000
        try bench.lookAtAll(work, wall: now)
        #expect(try bench.locals() == [])
        let plan = try bench.planned(work)
        #expect(plan.parts.there == [] && plan.held.isEmpty)
        try bench.lookAtAll(work)
        let last = try bench.planned(work)
        #expect(last.parts.isEmpty)
    }

    /// What it holds is hidden, and not gone; and it is the same when the other file system is taken away.
    @Test func aFolderThatSomethingIsMountedOverIsNotGone() throws {
        let before = try local("X")
        try bench.person.cover(path("X"), true)
        try bench.lookAtAll(work)
        #expect(try bench.locals() == [])
        let plan = try bench.planned(work)
        #expect(plan.parts.isEmpty && plan.held.isEmpty && plan.hasProblems)

        try bench.person.cover(path("X"), false)
        try bench.looked(.look([FolderLook(LocalID(1))]), work)
        #expect(try local("X") == before)
        #expect(try bench.planned(work).parts.there == [])
        try bench.lookAtAll(work)
        #expect(try bench.locals().count == 2)
        let last = try bench.planned(work)
        #expect(last.parts.isEmpty && !last.hasProblems)
    }

    /// Whatever was deleted beneath it meanwhile.
    @Test func whatWasDeletedBeneathAMountIsFoundAfterwards() throws {
        try bench.person.cover(path("X"), true)
        try bench.lookAtAll(work)
        #expect(try bench.planned(work).parts.isEmpty)
        try bench.person.cover(path("X"), false)
        try bench.person.remove(path("X/a"))
        try bench.lookAtAll(work)
        #expect(try bench.planned(work).parts.there.count == 1)
    }

    /// A second look at one folder says nothing of another one.
    @Test func onlyWhatWasLookedForASecondTimeIsGone() throws {
        try bench.person.remove(path("X/a"))
        try bench.person.remove(path("X/in/b"))
        let (x, inner) = (try local("X"), try local("X/in"))
        for _ in 0..<2 { try bench.looked(.look([FolderLook(x), FolderLook(inner)]), work) }
        let outcome = try bench.looked(.prove([inner]), work)
        #expect(try bench.locals().count == 1)
        #expect(outcome.missing == [])
        #expect(try bench.looked(.look([FolderLook(x)]), work).missing == [x])
    }
}
