import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What would be done next, as people are told.
@Suite struct PreviewTests {
    private let bench: WorkBench
    private let account: BenchAccount

    init() throws {
        bench = try WorkBench()
        account = BenchAccount(bench)
    }

    @Test func whatHasFailedSaysSo() throws {
        let node = try account.make("film", [1])
        try account.write([2], "notes")
        try account.settle()
        try bench.mirror.write {
            try SyncTransaction($0).report(Problem(.localDiskFull, "No room."), key: "node \(node.id)", path: [])
        }
        let plan = try account.work.preview(limit: 10)
        #expect(plan.steps.map(\.kind) == [.download, .upload] || plan.steps.map(\.kind) == [.upload, .download])
        #expect(plan.steps.first { $0.kind == .download }?.problem?.title == "No room.")
        #expect(plan.steps.first { $0.kind == .upload }?.problem == nil)
        #expect(!plan.isIncomplete)
    }

    /// Here it stands already where it goes to there.
    @Test func aMoveThereSaysFromWhere() throws {
        let folder = try account.make("src", nil)
        try account.make("m", [4, 4, 4], in: folder)
        try account.makeFolder("src")
        try account.write([4, 4, 4], "src/m")
        try account.settle()
        try bench.tree.move(Array("src/m".utf8), to: Array("renamed".utf8))
        try account.settle()
        let plan = try account.work.preview(limit: 10)
        #expect(plan.steps.map(\.kind) == [.moveThere])
        #expect(plan.steps.first?.path == LocalPath("src/m") && plan.steps.first?.detail == "to renamed")
    }

    /// Two looks have to have missed it.
    @Test func whatIsLookedForIsNotConcluded() throws {
        try account.make("a", [1])
        try account.write([1], "a")
        try account.settle()
        try account.remove("a")
        _ = account.work.perform(.look([FolderLook(LocalID(1))]), now: 0, wall: BenchAccount.wall)
        let plan = try account.work.preview(limit: 10)
        #expect(plan.isIncomplete && plan.steps.isEmpty)
    }

    @Test func nothingIsPlannedFromHalfATree() throws {
        try account.settle()
        try bench.mirror.write { try $0.execute(sql: "UPDATE feed SET cursor = NULL") }
        #expect { try account.work.preview(limit: 10) } throws: { ($0 as? Problem)?.code == .unavailable }
    }

    @Test func nothingIsPlannedWithoutTheFolder() throws {
        try account.settle()
        try bench.tree.removeFile(OwnPart.marker)
        #expect { try account.work.preview(limit: 10) } throws: { ($0 as? Problem)?.code == .syncFolderLost }
    }

    @Test func heldPathsAreInOrder() throws {
        let guarded = BenchAccount(bench, guardedCount: 0)
        for name in ["c", "a", "b"] {
            try guarded.make(name, [1])
            try guarded.write([1], name)
        }
        try guarded.settle()
        for name in ["c", "a", "b"] { try guarded.remove(name) }
        try guarded.settle()
        let plan = try guarded.work.preview(limit: 2)
        #expect(plan.heldThere.count == 3)
        #expect(plan.heldThere.first == [HeldPath(LocalPath("a")), HeldPath(LocalPath("b"))])
    }

    private func makeFolderOfTwo(_ account: BenchAccount) throws -> [Node] {
        let outer = try account.make("k", nil)
        let inner = try account.make("in", nil, in: outer)
        try account.makeFolder("k")
        try account.makeFolder("k/in")
        let files = try ["x", "y"].map { name in
            try account.write([1], "k/in/\(name)")
            return try account.make(name, [1], in: inner)
        }
        let other = try account.make("a", [1])
        try account.write([1], "a")
        try account.settle()
        return files + [inner, outer, other]
    }

    @Test func aFolderThatIsHeldTellsOfAllInIt() throws {
        let guarded = BenchAccount(bench, guardedCount: 0)
        _ = try makeFolderOfTwo(guarded)
        for path in ["k/in/x", "k/in/y", "a"] { try guarded.remove(path) }
        for path in ["k/in", "k"] { try bench.tree.removeFolder(Array(path.utf8)) }
        try guarded.settle()
        let held = try guarded.work.preview(limit: 10).heldThere
        #expect(held.count == 5)
        #expect(held.first == [HeldPath(LocalPath("a")), HeldPath(LocalPath("k"), inside: 3)])
        #expect(held.rest(after: 2) == 0 && held.rest(after: 1) == 4)
    }

    @Test func whatLeavesThisDiskWithItsFolderIsToldWithThat() throws {
        for node in try makeFolderOfTwo(account) { try account.trash(node) }
        let plan = try account.work.preview(limit: 10)
        #expect(plan.total == 2)
        #expect(Set(plan.steps.map(\.path)) == [LocalPath("a"), LocalPath("k")])
        let detail = plan.steps.first { $0.path == LocalPath("k") }?.detail
        #expect(detail == "with 3 in it, into .pannier/quarantine")
    }
}
