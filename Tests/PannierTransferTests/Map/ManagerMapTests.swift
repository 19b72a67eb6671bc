import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

/// The map of a transfer, from its manager.
@Suite(.timeLimit(.minutes(5))) struct ManagerMapTests {
    private let bench: ManagerBench

    init() throws { bench = try ManagerBench() }

    /// On its way and at rest, and from another process: what is known of chunks is told, and nothing else.
    @Test func theChunkMapOfATransferThatIsPausedInItsMidst() async throws {
        // Cut up and sent in packs of eight MiB; the store takes one of them and no more.
        var random = SeededGenerator(seed: 1)
        let bytes = random.bytes(20 << 20)
        let source = try bench.folder.write(bytes, "big")
        let stored = Box(0)
        var faults = ServiceDouble.Faults()
        faults.put = { _ in
            let number = stored.change { number in
                number += 1
                return number
            }
            return number > 1 ? 503 : nil
        }
        let double = try ServiceDouble(faults)
        try await bench.manager.signedIn(try double.client(), bench.account)
        let target = UploadTarget(
            namespace: bench.account.namespace, folder: bench.account.root, name: try NodeName("big"),
            remote: try RemotePath(parsing: "/big"))
        let id = try await bench.manager.put(source: source, target: target)
        let retrying = try #require(await bench.told { $0.state == .retrying && $0.bytesDone > 0 })
        #expect(retrying.bytesExamined > 0 && retrying.bytesExamined <= retrying.bytesTotal)
        #expect(retrying.file == "big" && retrying.note != nil)
        let map = try await bench.manager.chunkMap(of: id, cells: 100)
        #expect(map.cells.count == 100 && map.bytesPerCell == (20 << 20) / 100)
        #expect(map.cells.first == .sure && map.counts[.moving, default: 0] > 0)
        let first = try await bench.manager.chunk(of: id, cell: 0, cells: 100)
        #expect(first.state == .sure && first.file == "big" && first.offset == 0)
        #expect(first.fingerprint == SHA256Digest.of(Array(bytes[..<first.length])))
        let moving = try #require(map.cells.firstIndex(of: .moving))
        let chunk = try await bench.manager.chunk(of: id, cell: moving, cells: 100)
        let start = Int(chunk.offset)
        #expect(chunk.fingerprint == SHA256Digest.of(Array(bytes[start..<start + chunk.length])))
        _ = try await bench.manager.control(.pause, [id])
        let sure = { (map: ChunkMap) in map.cells.count { $0 == .sure } }
        let paused = try await bench.manager.chunkMap(of: id, cells: 100)
        #expect(sure(paused) == sure(map) && Set(paused.cells) == [.sure, .waiting])
        let state = try #require(try await bench.manager.states().first)
        #expect(state.bytesExamined == state.bytesDone && state.file == nil)
        await bench.manager.stop()
        let other = TransferManager(store: bench.store, tree: bench.tree, copies: bench.copies)
        #expect(try await other.chunkMap(of: id, cells: 100) == paused)
        let waiting = try await other.chunk(of: id, cell: 99, cells: 100)
        #expect(waiting.state == .waiting && waiting.file == "big" && waiting.fingerprint == nil)
        #expect(waiting.offset + Int64(waiting.length) == 20 << 20)
        await #expect(throws: Problem.self) { try await other.chunk(of: id, cell: 100, cells: 100) }
        await #expect(throws: Problem.self) { try await other.chunkMap(of: id, cells: 0) }
        await #expect(throws: Problem.self) { try await other.chunkMap(of: .random(), cells: 1) }
        // Sent by the run before, it is sure, and when all is done nothing else is left.
        stored.change { $0 = -1_000 }
        try await other.signedIn(try double.client(), bench.account)
        _ = try await other.control(.resume, [id])
        for await case .changed(let states) in other.events where states.contains(where: { $0.state == .done }) {
            break
        }
        #expect(Set(try await other.chunkMap(of: id, cells: 100).cells) == [.sure])
        await other.stop()
    }
}
