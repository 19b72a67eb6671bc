import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// The answer “no” to deletions that are held.
@Suite struct BringingBackTests {
    private var bench: AgreedBench

    init() throws { bench = try AgreedBench() }

    private func bringBack(here: Int? = nil, there: Int? = nil) throws(Problem) {
        try bench.bench.work().bringBack(here: here, there: there)
    }

    /// They go into the trash there.
    private func trash(_ nodes: some Collection<NodeID>) throws {
        try bench.bench.mirror.write { database in
            for node in nodes {
                try database.execute(sql: "UPDATE nodes SET trashed_at = 5 WHERE id = ?", arguments: [node.blob])
            }
        }
    }

    @Test mutating func whatIsMissingHereComesBack() throws {
        try bench.add(150)
        #expect(try bench.plan()?.held == Deletions(there: 150))
        try bringBack(there: 150)
        let plan = try #require(try bench.plan())
        #expect(plan.held.isEmpty && plan.trashed.isEmpty && plan.parts.here.isEmpty)
        #expect(plan.parts.downloads.count == 150)
    }

    /// It is still here, and is sent anew.
    @Test mutating func whatIsMissingThereGoesUpAgain() throws {
        try bench.add(150, areHere: true)
        try trash(bench.nodes)
        #expect(try bench.plan()?.held == Deletions(here: 150))
        try bringBack(here: 150)
        let plan = try #require(try bench.plan())
        #expect(plan.held.isEmpty && plan.parts.here.isEmpty)
        #expect(plan.parts.uploads.count == 150)
    }

    @Test mutating func othersThanWereSeenStayHeld() throws {
        try bench.add(150)
        for (here, there) in [(nil, 149), (1, 150), (150, nil)] as [(Int?, Int?)] {
            let problem = #expect(throws: Problem.self) { try bringBack(here: here, there: there) }
            #expect(problem?.code == .changedSince)
        }
        #expect(try bench.plan()?.held == Deletions(there: 150))
    }

    /// Some of them are back, and as many others are gone.
    @Test mutating func othersThatAreAsManyStayHeld() throws {
        try bench.add(160, areHere: true)
        try bench.lose(bench.nodes.prefix(150))
        let work = bench.bench.work()
        #expect(try work.preview(limit: 10).heldThere.count == 150)
        try bench.edit(bench.nodes[0])
        try bench.lose([bench.nodes[155]])
        #expect(try bench.plan()?.held == Deletions(there: 150))
        #expect(throws: Problem.self) { try work.bringBack(here: nil, there: 150) }
        #expect(try bench.plan()?.held == Deletions(there: 150))
        // Once they were shown it is for these.
        #expect(try work.preview(limit: 10).heldThere.count == 150)
        try work.bringBack(here: nil, there: 150)
        #expect(try bench.plan()?.held.isEmpty == true)
    }

    @Test mutating func nothingComesBackWithoutTheFolder() throws {
        try bench.add(150)
        try bench.bench.tree.removeFile(OwnPart.marker)
        let problem = #expect(throws: Problem.self) { try bringBack(there: 150) }
        #expect(problem?.code == .syncFolderLost)
        #expect(try bench.bench.agreements() == 150)
    }
}
