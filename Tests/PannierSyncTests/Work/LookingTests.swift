import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What looks at folders conclude.
@Suite struct LookingTests {
    private let bench: WorkBench
    private let person: SimulatedPerson
    private static let top = LocalID(1)
    /// Long after anything was changed.
    private static let later: Nanoseconds = 2_000_000_000_000

    init() throws {
        bench = try WorkBench()
        person = SimulatedPerson(bench.disk)
    }

    private func outcome(_ work: SyncWork, _ action: SyncAction, wall: Nanoseconds = later) throws -> LookOutcome {
        guard case .looked(let outcome)? = work.perform(action, now: 0, wall: wall) else {
            throw Problem(.internalError, "not looked")
        }
        return outcome
    }

    private func look(
        _ work: SyncWork, _ folders: [LocalID], busy: Set<[UInt8]> = [], wall: Nanoseconds = later
    ) throws -> LookOutcome {
        try outcome(work, .look(folders.map { FolderLook($0, busy: busy) }), wall: wall)
    }

    /// What was told of the folder is looked for where it stood; what came into it before it moved is not gone.
    @Test func aFolderThatWasMovedIsLookedInto() throws {
        let work = bench.work()
        try person.makeFolder(path("folder"))
        try person.write([1], path("file"))
        let folders = try look(work, [Self.top]).folders
        _ = try look(work, folders)
        let file = try bench.known()["file"]
        try person.rename(path("file"), path("folder/file"))
        try person.rename(path("folder"), path("other"))
        let outcome = try look(work, try look(work, folders).others)
        #expect(outcome.folders == folders)
        _ = try look(work, outcome.folders)
        #expect(try self.outcome(work, .prove([Self.top])).gone == [])
        #expect(try bench.known()["other/file"] == file)
    }

    /// The look that would prove it gone fails: then it is neither gone nor where another one stands.
    @Test func whatWasReplacedIsStillMissingWhenItsFolderCannotBeLookedAt() throws {
        let work = bench.work()
        try person.write([1], path("file"))
        _ = try look(work, [Self.top])
        try person.save([2], path("file"), .renameOver)
        #expect(try look(work, [Self.top]).missing == [Self.top])
        bench.disk.faults.noList = 100
        let outcome = try outcome(work, .prove([Self.top]))
        #expect(outcome.missing == [Self.top])
        #expect(outcome.unlisted == [Self.top])
        bench.disk.faults.noList = 0
        #expect(try self.outcome(work, .prove([Self.top])).missing == [])
        #expect(try bench.locals().count == 1)
    }

    /// Without another one in its place it may be back.
    @Test func whatIsGoneIsNotMissingWhenItsFolderCannotBeLookedAt() throws {
        let work = bench.work()
        try person.write([1], path("file"))
        _ = try look(work, [Self.top])
        try person.remove(path("file"))
        #expect(try look(work, [Self.top]).missing == [Self.top])
        bench.disk.faults.noList = 100
        #expect(try outcome(work, .prove([Self.top])).missing == [])
        #expect(try bench.locals().count == 1)
    }

    /// The last plan has waited with that for somebody: another one does not.
    @Test func aFolderThatCanBeReadAgainMakesAnotherPlan() throws {
        let work = bench.work()
        try person.write([1], path("file"))
        for _ in 0..<2 { _ = try look(work, [Self.top]) }
        #expect(try !look(work, [Self.top]).isChanged)
        bench.disk.faults.noList = 100
        #expect(try look(work, [Self.top]).unlisted == [Self.top])
        bench.disk.faults.noList = 0
        #expect(try look(work, [Self.top]).isChanged)
        #expect(try !look(work, [Self.top]).isChanged)
    }

    /// A program may be about to write it anew. That it was there is known to a new process, too.
    @Test func nothingIsConcludedWhileAnIgnoreFileIsGoneForAMoment() throws {
        try person.makeFolder(path("a"))
        try person.makeFolder(path("a/sub"))
        try person.write(Array("*.o\n".utf8), path("a/.pannierignore"))
        try person.write([1], path("a/sub/x.o"))
        bench.disk.clock.advance(10_000_000_000)
        let wall = bench.disk.clock.now
        let first = bench.work(settle: 2_000)
        for _ in 0..<3 { _ = try look(first, bench.folders(), wall: wall) }
        #expect(try bench.locals().count == 1, "the ignore file alone")
        try person.remove(path("a/.pannierignore"))
        let sub = try #require(try bench.known()["a/sub"])
        let next = bench.work(settle: 2_000)
        #expect(try look(next, [sub], wall: wall).again[sub] != nil)
        #expect(try bench.locals().count == 1)
        #expect(try look(next, [sub], wall: wall + 2_000_000_000).again.isEmpty)
    }

    /// Its new name has not come to rest: where it stands is known all the same.
    @Test func whatHasANewNameJustNowIsNotMissing() throws {
        let work = bench.work()
        try person.write([1], path("file"))
        _ = try look(work, [Self.top])
        let file = try bench.known()["file"]
        try person.rename(path("file"), path("other"))
        #expect(try look(work, [Self.top], busy: [path("other")]).missing == [])
        #expect(try bench.known() == ["other": #require(file)])
        _ = try look(work, [Self.top])
        #expect(try bench.known() == ["other": #require(file)])
    }

    /// It is the file that it was, whether somebody goes on writing to it or not.
    @Test(arguments: [true, false]) func whatComesFromElsewhereIsKnown(isAsItWas: Bool) throws {
        let work = bench.work(settle: 2_000)
        try person.makeFolder(path("folder"))
        try person.write([1], path("file"))
        let folders = try look(work, [Self.top]).folders
        _ = try look(work, folders)
        let file = try bench.known()["file"]
        bench.disk.clock.advance(10_000_000_000)
        try person.rename(path("file"), path("folder/file"))
        if !isAsItWas { try person.append([2], path("folder/file")) }
        _ = try look(work, folders, wall: bench.disk.clock.now)
        #expect(try bench.known()["folder/file"] == file)
    }

    /// Its folder waits for a second look already, and what was to come before that may have come before it was moved: it is
    /// looked for once more.
    @Test func whatIsMissedLaterIsNotProvenToBeGone() throws {
        let work = bench.work()
        try person.makeFolder(path("folder"))
        try person.write([1], path("first"))
        try person.write([2], path("second"))
        let folders = try look(work, [Self.top]).folders
        _ = try look(work, folders)
        let second = try bench.known()["second"]
        try person.remove(path("first"))
        #expect(try look(work, [Self.top]).missing == [Self.top])
        try person.rename(path("second"), path("folder/second"))
        for _ in 0..<2 { _ = try look(work, [Self.top]) }
        #expect(try outcome(work, .prove([Self.top])).missing == [Self.top])
        #expect(Set(try bench.known().keys) == ["folder", "second"], "the first one is gone")
        _ = try look(work, folders)
        #expect(try bench.known()["folder/second"] == second)
        try person.remove(path("folder/second"))
        #expect(try look(work, folders).missing == folders)
        #expect(try outcome(work, .prove(folders)).missing == [])
        #expect(Set(try bench.known().keys) == ["folder"])
    }

    /// Nobody has looked for it in this process; the one that has ended may have.
    @Test func whatWasMissedBeforeIsProvenByASecondLook() throws {
        try person.write([1], path("file"))
        let before = bench.work()
        _ = try look(before, [Self.top])
        try person.remove(path("file"))
        for _ in 0..<2 { _ = try look(before, [Self.top]) }
        let work = bench.work()
        #expect(try look(work, [Self.top]).missing == [Self.top])
        #expect(try outcome(work, .prove([Self.top])).missing == [])
        #expect(try bench.locals() == [])
    }

    /// Something was missed in a folder that is out of the way, and the process has ended then.
    @Test func aPassLooksIntoWhatIsOutOfTheWay() throws {
        let before = bench.work()
        try person.makeFolder(path("folder"))
        try person.write([1], path("folder/file"))
        _ = bench.perform(.check, before)
        try bench.look(before)
        let folder = try bench.local("folder")
        #expect(try bench.here([.parkHere(folder)], before).done == 1)
        try person.remove(OwnPart.parked(folder, path("folder")) + path("/file"))
        #expect(try look(before, [folder]).missing == [folder])
        let work = bench.work()
        guard case .passed(let outcome, _)? = bench.perform(.pass(after: LocalID(0)), work) else {
            Issue.record("no pass")
            return
        }
        #expect(outcome.missing == [folder])
        #expect(try self.outcome(work, .prove([folder])).missing == [])
        #expect(try bench.locals() == [])
    }

    private func path(_ text: String) -> TreePath { Array(text.utf8) }
}
