import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite struct UploadFlowTests {
    private static let small: UploadFlow.Bounds = {
        var bounds = UploadFlow.Bounds()
        bounds.batch = 20
        bounds.commits = 20
        bounds.unread = 20
        bounds.windowBytes = 500
        return bounds
    }()

    private func run(_ seed: UInt64, files: Int = 150, alphabet: Int = 200, _ faults: UploadWorld.Faults) throws
        -> (committed: Set<Int64>, failed: [Int64: Problem], sentTwice: Int, requests: Int)
    {
        var world = UploadWorld(seed: seed, files: files, alphabet: alphabet)
        world.faults = faults
        let flow = try world.run(UploadFlow(pending: 0, isScanned: false, bounds: Self.small))
        #expect(flow.unfinished == (0, 0))
        #expect(flow.awaited.isEmpty)
        #expect(flow.held.isEmpty)
        // Every file stands in the map as it ended, whatever came to pass on its way.
        for (row, slot) in world.slots {
            let worst = world.ledger.runs.worst(in: slot.range)?.state
            let isGood = worst == .sure || worst == .there
            #expect(world.committed.contains(row) ? isGood : worst == .failed, "\(row)")
        }
        let map = world.ledger.map(.random(), cells: 7, filesLeft: 0)
        #expect(Set(map.counts.keys).isSubset(of: [.sure, .there, .failed]))
        return (world.committed, world.failed, world.sentTwice, world.requests)
    }

    @Test(arguments: SeededGenerator.seeds(20)) func everyFileIsCommittedOnceWhenNothingFails(_ seed: UInt64) throws {
        let end = try run(seed, UploadWorld.Faults())
        #expect(end.committed.count + end.failed.count == 150)
        #expect(end.failed.keys.allSatisfy { $0 % 17 == 0 })
        #expect(end.sentTwice == 0)
    }

    @Test(arguments: SeededGenerator.seeds(20)) func equalChunksAreSentOnce(_ seed: UInt64) throws {
        let end = try run(seed, alphabet: 3, UploadWorld.Faults())
        #expect(end.sentTwice == 0)
    }

    @Test(arguments: SeededGenerator.seeds(40)) func faultsTakeOnlyTheirFilesWithThem(_ seed: UInt64) throws {
        var faults = UploadWorld.Faults()
        faults.changes = 5
        faults.lostUploads = 3
        faults.brokenPacks = 10
        faults.brokenSeals = 10
        faults.forgottenChunks = 3
        faults.unreadable = 3
        let end = try run(seed, faults)
        #expect(end.committed.isDisjoint(with: end.failed.keys))
        #expect(end.committed.count + end.failed.count == 150)
        #expect(!end.committed.isEmpty)
    }

    @Test(arguments: SeededGenerator.seeds(5)) func aFileThatAlwaysChangesIsGivenUpInWords(_ seed: UInt64) throws {
        var faults = UploadWorld.Faults()
        faults.changes = 100
        let end = try run(seed, files: 30, faults)
        #expect(end.committed.isEmpty)
        #expect(end.failed.filter { $0.key % 17 != 0 }.values.allSatisfy { $0.code == .localFileChanged })
    }

    /// Every pack breaks as it is ended: all files fail in the end, and nothing hangs.
    @Test(arguments: SeededGenerator.seeds(5)) func packsThatCannotBeEndedFailTheirFiles(_ seed: UInt64) throws {
        var faults = UploadWorld.Faults()
        faults.brokenSeals = 100
        let end = try run(seed, files: 30, faults)
        // Files without a chunk need no pack.
        #expect(end.committed.count + end.failed.count == 30)
        #expect(!end.failed.isEmpty)
    }

    @Test func requestsAreFull() throws {
        var world = UploadWorld(seed: 1, files: 400, alphabet: 100_000)
        _ = try world.run(UploadFlow(pending: 0, isScanned: false, bounds: Self.small))
        // 20 to open, 20 to commit; a declaration for a window of up to eight files; packs of a few chunks each.
        #expect(world.requests < 20 + 25 + 100 + 2 * world.packsSent)
    }

    @Test func anUploadOfNothingEndsAtOnce() {
        var flow = UploadFlow(pending: 0, isScanned: true)
        #expect(flow.step(nil).isEmpty)
        #expect(flow.isFinished)
    }

    @Test func whatWaitsForCompanyDoesNotWaitForEver() throws {
        var flow = UploadFlow(pending: 0, isScanned: false)
        _ = flow.step(nil)
        let file = OpenedFile(
            key: 1, row: 1, place: LocalPlace(LocalPath("/x"), below: []), upload: .random(), size: 0,
            chunkClass: .standard, attempts: 0)
        _ = flow.step(.opened(taken: 0, files: [file]))
        let end = FileEnd.Outcome.whole(size: 0, chunkCount: 0, sha256: .ofNoBytes, modified: 0, changed: 0, note: nil)
        // The scan is still at work, so more may come: an empty file is not committed alone.
        let first = flow.step(
            .read(ReadWindow(ends: [FileEnd(file: 1, outcome: end)], added: Backlog(files: 1, bytes: 0))))
        #expect(first.isEmpty)
        var actions: [UploadFlow.Action] = []
        for _ in 0..<3 { actions += flow.step(.tick) }
        guard case .commit(let items) = actions.first else {
            Issue.record("nothing was committed: \(actions)")
            return
        }
        #expect(items.map(\.ready.row) == [1])
    }
}
