import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What is said of one thing is what the planner makes of it.
@Suite struct WhyTests {
    private let bench: WorkBench
    private let account: BenchAccount

    init() throws {
        bench = try WorkBench()
        account = BenchAccount(bench)
    }

    private func why(_ path: String, _ account: BenchAccount? = nil) throws -> (SyncFacts, Verdict) {
        let (facts, verdict) = try (account ?? self.account).work.why(LocalPath(path))
        return (facts, try #require(verdict))
    }

    /// A folder and a file in it, the same on both sides.
    private func makeBuild() throws -> (folder: Node, file: Node) {
        let folder = try account.make("build", nil)
        let file = try account.make("made", [1], in: folder)
        try account.makeFolder("build")
        try account.write([1], "build/made")
        #expect(try account.settle().parts.isEmpty)
        return (folder, file)
    }

    @Test func whatIsTheSame() throws {
        _ = try makeBuild()
        let (facts, verdict) = try why("build/made")
        #expect(facts.agreed != nil && verdict.outcome == .same && verdict.changes.isEmpty)
    }

    /// It lies on the disk, and nobody looks at it: that is no deletion.
    @Test func whatIsIgnoredAndWasTheSame() throws {
        _ = try makeBuild()
        try account.write(Array("build/\n".utf8), ".pannierignore")
        try account.settle()
        let (facts, verdict) = try why("build/made")
        #expect(facts.here == nil && facts.unseen == .file(1) && facts.leftOut == LocalPath("build"))
        #expect(facts.there != nil && facts.agreed != nil)
        #expect(verdict.outcome == .leftOut && verdict.steps.isEmpty)
        let folder = try why("build")
        #expect(folder.0.here?.kind == .excluded && folder.0.leftOut == folder.0.here?.path)
        #expect(folder.1.outcome == .leftOut)
    }

    @Test func whatIsIgnoredAndNobodyElseKnows() throws {
        try account.makeFolder("tmp")
        try account.write([1], "tmp/x")
        try account.write(Array("tmp/\n".utf8), ".pannierignore")
        try account.settle()
        let (facts, _) = try why("tmp/x")
        #expect(facts.unseen == .file(1) && facts.leftOut == LocalPath("tmp"))
    }

    /// What is new in it keeps it.
    @Test func aFolderThatIsRevived() throws {
        let (folder, file) = try makeBuild()
        try account.trash(file)
        try account.trash(folder)
        try account.write([7], "build/new")
        try account.look()
        let (_, verdict) = try why("build")
        #expect(verdict.changes == [.goneThere])
        #expect(verdict.steps.contains { if case .makeFolderThere = $0 { true } else { false } }, "\(verdict)")
        let gone = try why("build/made").1
        #expect(gone.steps.contains { if case .deleteHere = $0 { true } else { false } }, "\(gone)")
    }

    /// By either name, a file that a program has copied and deleted is one that was moved.
    @Test func aMoveThatMadeAnotherFile() throws {
        let node = try account.make("old", [4, 4, 4])
        try account.write([4, 4, 4], "old")
        try account.settle()
        try account.write([4, 4, 4], "new")
        try account.remove("old")
        try account.settle()
        for path in ["old", "new"] {
            let (facts, verdict) = try why(path)
            #expect(facts.here?.path == LocalPath("new") && facts.there?.id == node.id, "\(path)")
            #expect(verdict.changes == [.movedHere], "\(path): \(verdict)")
            let step = try #require(verdict.steps.first { if case .moveThere = $0 { true } else { false } })
            #expect(verdict.places[step] == LocalPath("new"))
        }
    }

    @Test func whatGoesWithItsFolder() throws {
        let (folder, _) = try makeBuild()
        try account.remove("build/made")
        try bench.tree.removeFolder(Array("build".utf8))
        try account.settle()
        let (_, verdict) = try why("build/made")
        #expect(verdict.changes == [.goneHere] && verdict.outcome == .goesThere(with: folder.id))
        #expect(verdict.folder == LocalPath("build"))
    }

    @Test func whatIsHeldWaitsForAWord() throws {
        let guarded = BenchAccount(bench, guardedCount: 0)
        try guarded.make("a", [1])
        try guarded.write([1], "a")
        try guarded.settle()
        try guarded.remove("a")
        #expect(try guarded.settle().held.there == 1)
        #expect(try why("a", guarded).1.outcome == .heldThere)
    }

    @Test func whatWasNotLookedAtIsNoDeletion() throws {
        try account.settle()
        try account.write([1, 2], "fresh")
        let (facts, verdict) = try why("fresh")
        #expect(facts.here == nil && facts.unseen == .file(2) && verdict.outcome == .unknown)
    }

    @Test func whatIsBeingWrittenIsToldAsItWas() throws {
        try account.make("log", [1])
        try account.write([1], "log")
        try account.settle()
        #expect(try !why("log").0.isOutdated)
        try account.write([1, 2, 3], "log")
        #expect(try why("log").0.isOutdated)
    }

    @Test func nothingOfThatName() throws {
        try account.settle()
        #expect { try account.work.why(LocalPath("nosuch")) } throws: { ($0 as? Problem)?.code == .notFound }
    }
}
