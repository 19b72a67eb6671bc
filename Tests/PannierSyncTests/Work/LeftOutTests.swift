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

    /// A folder with a folder in it, agreed on, and then ignored here.
    private struct Ignored {
        let bench: WorkBench
        let work: SyncWork
        let build: NodeID
        let sub: NodeID

        init() throws {
            bench = try WorkBench()
            work = bench.work()
            for folder in ["build", "build/sub"] { try bench.person.makeFolder(Array(folder.utf8)) }
            try bench.lookAtAll(work)
            try bench.agreeOnAll()
            let locals = try (bench.local("build"), bench.local("build/sub"))
            (build, sub) = try bench.mirror.read { database in
                let sync = SyncTransaction(database)
                return (try #require(try sync.node(of: locals.0)), try #require(try sync.node(of: locals.1)))
            }
            try bench.person.write(Array("build\n".utf8), IgnoreFile.name)
            try bench.lookAtAll(work)
            _ = try bench.agree(".pannierignore")
        }

        var differing: Int64 { get throws { try bench.mirror.read { try SyncTransaction($0).figures().differing } } }

        /// Another device makes a folder there.
        func makeThere(_ name: String, in parent: NodeID) throws -> NodeID {
            let node = Node(
                id: .random(), namespace: bench.account.namespace, parent: parent, name: try NodeName(name),
                kind: .folder, created: 200, revision: 200, changedAt: 0, changedBy: "a@example.org")
            try bench.tell(node)
            // It was listed.
            try bench.mirror.write { try $0.execute(sql: "DELETE FROM frontier") }
            return node.id
        }
    }

    /// It comes when its folder is ignored no more.
    @Test func whatIsNewThereInSomethingIgnoredIsNoDifference() throws {
        let world = try Ignored()
        #expect(try world.bench.planned(world.work).parts.isEmpty && world.differing == 0)
        var nodes = [try world.makeThere("new", in: world.build), try world.makeThere("new", in: world.sub)]
        nodes.append(try world.makeThere("inside", in: nodes[0]))
        #expect(try world.differing > 0)
        #expect(try world.bench.planned(world.work).parts.isEmpty && world.differing == 0)
        try world.bench.person.write(Array("nothing\n".utf8), IgnoreFile.name)
        try world.bench.lookAtAll(world.work)
        let plan = try world.bench.planned(world.work)
        let made = plan.parts.here.compactMap { if case .makeFolderHere(let node, _) = $0 { node } else { nil } }
        #expect(Set(made) == Set(nodes))
        #expect(plan.parts.there.isEmpty && plan.parts.downloads.isEmpty)
    }

    /// Nor is it that what is ignored here was deleted there: it stays on this disk.
    @Test func whatIsDeletedThereOfSomethingIgnoredIsNoDifference() throws {
        let world = try Ignored()
        let build = try world.bench.mirror.read { try SyncTransaction($0).node(world.build) }
        try world.bench.trash(try #require(build))
        #expect(try world.bench.planned(world.work).parts.isEmpty && world.differing == 0)
        #expect(try world.bench.tree.status(Array("build/sub".utf8)) != nil)
    }
}
