import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import Synchronization
import Testing

/// Whether what stands at the folder's path is the folder that both sides have agreed on.
@Suite struct OtherFolderTests {
    private let bench: WorkBench
    private let names = ["a", "b", "c"]

    init() throws {
        bench = try WorkBench()
        for name in names { try bench.write([1], Array(name.utf8)) }
        bench.disk.clock.advance(1_000_000_000)
        let work = bench.work()
        _ = bench.perform(.check, work)
        try bench.look(work)
        for name in names { _ = try bench.agree(name) }
        _ = try bench.plan(work)
    }

    /// A copy that was made of a part of it is put in its place, with the marker: what is missing in it was not deleted, and
    /// what is older was not edited.
    @Test func aCopyHasNoBase() throws {
        let person = SimulatedPerson(bench.disk)
        try person.moveRootAway()
        person.makeOtherRoot()
        for folder in OwnPart.folders { try person.makeFolder(folder) }
        try person.write(bench.marker, OwnPart.marker)
        try person.write([1], Array("a".utf8))
        try person.write([0], Array("b".utf8))
        bench.disk.clock.advance(1_000_000_000)
        let work = bench.work(try SimulatedTree(bench.disk))
        guard case .checked(nil)? = bench.perform(.check, work) else {
            Issue.record("it is not taken for the folder")
            return
        }
        #expect(try bench.agreements() == 0)
        #expect(try bench.notes() == [""])
        try bench.look(work)
        let plan = try bench.plan(work)
        #expect(plan.parts.there.isEmpty && plan.held == Deletions() && !plan.hasProblems)
        #expect(plan.parts.downloads.count == 1, "what is missing comes back")
        guard case .uploadVersion(_, _, base: nil)? = plan.parts.uploads.first, plan.parts.uploads.count == 1 else {
            Issue.record("\(plan.parts.uploads)")
            return
        }
        #expect(try bench.agreements() == 1, "what is equal is taken for one")
    }

    /// Moved away and back, it is the same one.
    @Test func aFolderThatIsMovedGoesOn() throws {
        let person = SimulatedPerson(bench.disk)
        try person.moveRootAway()
        try person.bringRootBack()
        let work = bench.work(try SimulatedTree(bench.disk))
        _ = bench.perform(.check, work)
        #expect(try bench.agreements() == 3 && bench.notes().isEmpty)
    }

    // MARK: Numbers and births

    /// As the mirror knows the folder.
    private func know(_ columns: String) throws {
        try bench.mirror.write { try $0.execute(sql: "UPDATE sync_local SET \(columns) WHERE number = 1") }
    }

    private func isSame(_ work: SyncWork) throws -> Bool {
        guard case .checked(nil)? = bench.perform(.check, work) else { throw WorkBench.Unexpected() }
        let isSame = try bench.agreements() == names.count
        #expect(try bench.notes().isEmpty == isSame)
        return isSame
    }

    /// Disks that have no numbers of their own give others at each mount.
    @Test func aFolderWithAnotherNumberIsTheOneThatWasBornThen() throws {
        try know("inode = 77")
        #expect(try isSame(bench.work()))
        let known = try bench.mirror.read {
            try Int64.fetchOne($0, sql: "SELECT inode FROM sync_local WHERE number = 1")
        }
        #expect(known != 77, "it is known by its number of now")
    }

    @Test func aFolderThatWasBornAtAnotherTimeIsAnother() throws {
        try know("birth = birth - 1")
        #expect(try !isSame(bench.work()))
    }

    @Test func theNumberTellsWhereNobodyKnowsTheBirth() throws {
        try know("birth = NULL")
        #expect(try isSame(bench.work()))
        try know("birth = NULL, inode = 77")
        #expect(try !isSame(bench.work()))
    }

    @Test func theMarkerTellsWhereNumbersAreGivenAnew() throws {
        let tree = FaultyTree(bench.tree)
        tree.fault.withLock { $0 = .renumbers }
        try know("birth = NULL, inode = 77")
        #expect(try isSame(bench.work(tree)))
    }

    /// What it was told lasts a day or two, and holds up nothing.
    @Test func notesEnd() throws {
        try bench.mirror.write { try SyncTransaction($0).note(.noSyncFolder, "it", path: []) }
        let work = bench.work()
        #expect(try !bench.plan(work).hasProblems)
        for day: Int64 in 0..<2 {
            _ = work.perform(.tidy, now: 0, wall: bench.disk.clock.now + day * 86_400_000_000_000)
        }
        #expect(try bench.notes().count == 1)
        _ = work.perform(.tidy, now: 0, wall: bench.disk.clock.now + 2 * 86_400_000_000_000)
        #expect(try bench.notes().isEmpty)
    }
}
