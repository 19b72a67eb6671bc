import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What is found in the folder's own part when work begins.
@Suite struct RecoveryTests {
    private let bench: WorkBench
    private let name = Array("00ff".utf8)
    private let node = NodeID.random()

    init() throws { bench = try WorkBench() }

    private func fetched(_ bytes: [UInt8]) throws {
        let content = Node.Content(
            version: .random(), size: Int64(bytes.count), sha256: SHA256Digest.of(bytes), modified: 0,
            isExecutable: false, mimeType: "")
        try bench.mirror.write { [node, name] in try SyncTransaction($0).fetched(node, content, name: name) }
    }

    private func isSaidToBeFetched() throws -> Bool {
        try bench.mirror.read { [name] in try SyncTransaction($0).fetchedDigest(of: name) } != nil
    }

    private func check(_ work: SyncWork) {
        guard case .checked(nil)? = work.perform(.check, now: 0, wall: 0) else {
            Issue.record("the folder is not taken for the one that was chosen")
            return
        }
    }

    @Test func whatWasFetchedStays() throws {
        try bench.write([1, 2, 3], OwnPart.incoming(name))
        try fetched([1, 2, 3])
        check(bench.work())
        #expect(try bench.names(in: OwnPart.incoming) == ["00ff"])
        #expect(try isSaidToBeFetched())
    }

    /// A process has ended between changing places and writing that down: what a person has written stands under the name of
    /// what was fetched.
    @Test func whatHoldsSomethingElseIsKeptAndNotUsed() throws {
        try bench.write([9], OwnPart.incoming(name))
        try fetched([1, 2, 3])
        check(bench.work())
        #expect(try bench.names(in: OwnPart.incoming) == [])
        let kept = try bench.names(in: OwnPart.quarantine)
        #expect(try kept.count == 1 && bench.notes() == [".pannier/quarantine/\(kept[0])"])
        #expect(try !isSaidToBeFetched())
    }

    @Test func whatNobodyWaitsForIsKept() throws {
        try bench.write([9], OwnPart.incoming(name))
        check(bench.work())
        #expect(try bench.names(in: OwnPart.incoming) == [])
        #expect(try bench.names(in: OwnPart.quarantine).count == 1)
    }

    /// Of one name twice, both are kept.
    @Test func anotherOneOfTheNameIsKeptToo() throws {
        for byte: UInt8 in [1, 2] {
            try bench.write([byte], OwnPart.incoming(name))
            check(bench.work())
        }
        #expect(try bench.names(in: OwnPart.quarantine).count == 2)
    }

    /// The mirror could not be written after files had changed places, and the same process goes on: what stood in the folder
    /// is known, and nothing is read again.
    @Test func whatStoodInTheFolderIsKept() throws {
        let work = bench.work()
        try bench.write([9], Array("file".utf8))
        try bench.write([1], OwnPart.incoming(name))
        try fetched([1])
        check(work)
        _ = work.perform(.pass(after: LocalID(0)), now: 0, wall: 2_000_000_000_000)
        _ = work.perform(.look([FolderLook(LocalID(1), busy: [])]), now: 0, wall: 2_000_000_000_000)
        try bench.tree.exchange(OwnPart.incoming(name), Array("file".utf8))
        check(work)
        #expect(try bench.names(in: OwnPart.incoming) == [])
        #expect(try bench.names(in: OwnPart.quarantine).count == 1)
        #expect(try bench.notes() == ["file"])
    }

    /// The mirror is another one: nobody knows what was put out of the way.
    @Test func whatNobodyKnowsToBeOutOfTheWayIsPutBack() throws {
        try bench.write([9], OwnPart.parked(LocalID(7), Array("report.txt".utf8)))
        try bench.write([8], Array("report (put back).txt".utf8))
        check(bench.work())
        #expect(try bench.names(in: OwnPart.parked) == [])
        #expect(try bench.tree.read(Array("report (put back 2).txt".utf8)) == [9])
        #expect(try bench.notes() == ["report (put back 2).txt"])
    }

    @Test(arguments: [false, true]) func whatIsKnownToBeOutOfTheWayStaysThere(_ isOld: Bool) throws {
        try bench.write([9], Array("file".utf8))
        let work = bench.work()
        check(work)
        try bench.look(work)
        let local = try bench.local("file")
        #expect(try bench.here([.parkHere(local)], work).done == 1)
        let place = OwnPart.parked(local, Array("file".utf8))
        if isOld { try bench.tree.move(place, to: OwnPart.parked + Array("/\(local.number)".utf8)) }
        check(bench.work())
        #expect(try bench.tree.read(place) == [9])
        #expect(try bench.notes() == [])
    }

    /// Nothing of a person's is removed with what was fetched for nothing.
    @Test func whatStoodInTheFolderIsNotTidiedAway() throws {
        let work = bench.work()
        try bench.write([9], Array("file".utf8))
        check(work)
        try bench.look(work)
        try bench.tree.move(Array("file".utf8), to: OwnPart.incoming(name))
        _ = work.perform(.tidy, now: 0, wall: bench.disk.clock.now + 3 * 86_400_000_000_000)
        #expect(try bench.names(in: OwnPart.incoming) == [])
        #expect(try bench.names(in: OwnPart.quarantine).count == 1)
        #expect(try bench.notes() == ["file"])
    }
}
