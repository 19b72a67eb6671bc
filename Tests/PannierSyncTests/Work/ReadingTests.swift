import GRDB
import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// Files that are to be read, wherever they stand.
@Suite struct ReadingTests {
    private let bench: WorkBench
    private let work: SyncWork

    init() throws {
        bench = try WorkBench()
        work = bench.work()
        try bench.person.write([1], path("a"))
        try bench.looked(.look([FolderLook(LocalID(1))]), work)
    }

    private func content(_ local: LocalID) throws -> SyncContent? {
        try bench.mirror.read { try SyncTransaction($0).content(of: local) }
    }

    @Test func whatIsOutOfTheWayIsReadThere() throws {
        let local = try #require(try bench.locals().first)
        guard case .didHere(let outcome)? = work.perform(.here([.parkHere(local)]), now: 0, wall: 0) else {
            Issue.record("nothing is put out of the way")
            return
        }
        #expect(outcome.done == 1)
        #expect(try bench.names(in: []) == [".pannier"])
        #expect(try bench.looked(.read([local]), work).unread == [])
        #expect(try content(local)?.size == 1)
    }

    @Test func whatCannotBeReadIsSaid() throws {
        let local = try #require(try bench.locals().first)
        try bench.person.remove(path("a"))
        let outcome = try bench.looked(.read([local]), work)
        #expect(outcome.unread == [local] && !outcome.isChanged)
        #expect(try content(local) == nil)
    }
}
