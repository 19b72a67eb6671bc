import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite struct DownloadFlowTests {
    private static let small: DownloadFlow.Bounds = {
        var bounds = DownloadFlow.Bounds()
        bounds.batch = 20
        bounds.finishBatch = 10
        bounds.foundAhead = 50
        bounds.flightBytes = 300
        bounds.longestRange = 120
        bounds.plannedRanges = 4
        bounds.digestBytes = 100
        return bounds
    }()

    private func run(_ seed: UInt64, _ faults: DownloadWorld.Faults) throws -> (Set<Int64>, [Int64: Problem]) {
        var world = DownloadWorld(seed: seed, files: 150)
        world.faults = faults
        let flow = try world.run(DownloadFlow(pending: 0, isScanned: false, bounds: Self.small))
        #expect(flow.unfinished == (0, 0))
        #expect(flow.flightBytes == 0)
        #expect(flow.flights.isEmpty && flow.toFail.isEmpty)
        for (row, slot) in world.slots {
            let worst = world.ledger.runs.worst(in: slot.range)?.state
            let isWhole = worst == .sure || worst == .there
            #expect(world.done.contains(row) ? isWhole : worst == .failed, "\(row)")
        }
        return (world.done, world.failed)
    }

    @Test(arguments: SeededGenerator.seeds(20)) func everyFileComesWholeWhenNothingFails(_ seed: UInt64) throws {
        let (done, failed) = try run(seed, DownloadWorld.Faults())
        #expect(done.count == 150)
        #expect(failed.isEmpty)
    }

    /// What happens costs the same however many files are open.
    @Test func manyOpenFilesMakeNoEventSlow() {
        var few = Self.flow(open: 10)
        var many = Self.flow(open: 10_000)
        let (first, second) = (Self.time(of: &few), Self.time(of: &many))
        // Going through all files for each event would take a thousand times as long.
        #expect(second < first * 50)
    }

    private static func flow(open count: Int) -> DownloadFlow {
        var flow = DownloadFlow(pending: count, isScanned: true)
        _ = flow.step(nil)
        let files = (0..<count).map { number in
            let item = DownloadItem(
                row: Int64(number), path: [], isFolder: false, node: .random(), version: .random(), size: 1,
                sha256: .ofNoBytes, modified: 0, isExecutable: false, hasPart: false)
            return DownloadFile(key: number, item: item, hasPart: false)
        }
        _ = flow.step(.prepared(taken: count, files: files))
        return flow
    }

    private static func time(of flow: inout DownloadFlow) -> Duration {
        let start = ContinuousClock.now
        for _ in 0..<2_000 {
            _ = flow.step(.tick)
            #expect(flow.unfinished == (0, 0))
        }
        return ContinuousClock.now - start
    }

    @Test(arguments: SeededGenerator.seeds(40)) func faultsTakeOnlyTheirFilesWithThem(_ seed: UInt64) throws {
        var faults = DownloadWorld.Faults()
        faults.refusedFiles = 3
        faults.senselessPages = 2
        faults.damagedRanges = 3
        faults.wrongDigests = 5
        faults.takenNames = 3
        faults.lostFiles = 5
        faults.presentChunks = 20
        let (done, failed) = try run(seed, faults)
        #expect(done.isDisjoint(with: failed.keys))
        #expect(done.count + failed.count == 150)
        #expect(!done.isEmpty && !failed.isEmpty)
    }

    @Test(arguments: SeededGenerator.seeds(5)) func whatIsThereIsNotFetched(_ seed: UInt64) throws {
        var faults = DownloadWorld.Faults()
        faults.presentChunks = 100
        let (done, failed) = try run(seed, faults)
        #expect(done.count == 150 && failed.isEmpty)
    }

    /// What the disk loses is fetched again from its first byte, once; then it fails.
    @Test(arguments: SeededGenerator.seeds(10)) func whatTheDiskLosesIsFetchedAgain(_ seed: UInt64) throws {
        var world = DownloadWorld(seed: seed, files: 150)
        world.faults.lostFiles = 40
        _ = try world.run(DownloadFlow(pending: 0, isScanned: false, bounds: Self.small))
        #expect(world.done.count + world.failed.count == 150)
        for row in world.done { #expect(world.losses[row, default: 0] <= 1) }
        #expect(world.done.contains { world.losses[$0] == 1 })
        for (row, problem) in world.failed {
            #expect(world.losses[row] == 2)
            #expect(problem.code == .localWriteFailed)
        }
    }

    @Test func numbersThatMemoryWouldBeTakenForAreChecked() {
        let item = DownloadItem(
            row: 1, path: [], isFolder: false, node: .random(), version: nil, size: 10, sha256: .ofNoBytes, modified: 0,
            isExecutable: false, hasPart: false)
        let file = DownloadFile(key: 1, item: item, hasPart: false)
        for (length, offset, sealed) in [
            (0, 0, 38), (-1, 0, 38), (10, -1, 38), (1 << 40, 0, 38), (10, 0, 1 << 40), (10, 1 << 62, 38), (10, 0, 0),
        ] {
            var flow = DownloadFlow(pending: 0, isScanned: true)
            _ = flow.step(.prepared(taken: 0, files: [file]))
            let place = PackedChunk(
                fingerprint: .ofNoBytes, length: length, offset: offset, sealedLength: sealed, codec: .none)
            let page = GetContent.Page(
                content: .init(
                    version: .random(), size: 10, sha256: .ofNoBytes, modified: 0, isExecutable: false, mimeType: ""),
                chunkCount: 1, first: 0,
                chunks: [.init(pack: .random(), place: place, key: String(repeating: "0", count: 64))])
            let question = DownloadFlow.Question(file: file, first: 0, offset: 0)
            let actions = flow.step(.answered([.init(question: question, page: .success(page))]))
            guard case .fail(_, let problem) = actions.first, actions.count == 1 else {
                Issue.record("\((length, offset, sealed)) was believed: \(actions)")
                continue
            }
            #expect(problem.code == .manifestMismatch)
        }
    }
}
