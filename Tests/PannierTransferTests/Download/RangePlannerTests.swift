import PannierChunks
import PannierCore
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite struct RangePlannerTests {
    private func chunk(_ pack: PackID, _ offset: Int, _ length: Int) -> GetContent.Chunk {
        let place = PackedChunk(
            fingerprint: SHA256Digest.of([UInt8(truncatingIfNeeded: offset)]), length: length, offset: offset,
            sealedLength: length, codec: .none)
        return GetContent.Chunk(pack: pack, place: place, key: "")
    }

    private func target(_ index: Int) -> ChunkTarget { ChunkTarget(file: 1, index: index, offset: Int64(index)) }

    @Test func neighboursAreJoinedUpToTheLongest() {
        var planner = RangePlanner(longest: 250, gap: 0)
        let pack = PackID.random()
        for index in 0..<5 { planner.add(chunk(pack, index * 100, 100), key: [], target: target(index)) }
        #expect(planner.plan().map(\.range) == [0..<200, 200..<400, 400..<500])
    }

    @Test func smallGapsAreFetchedAndLargeOnesAreNot() {
        var planner = RangePlanner(longest: 1_000, gap: 10)
        let pack = PackID.random()
        for (index, offset) in [0, 110, 221].enumerated() {
            planner.add(chunk(pack, offset, 100), key: [], target: target(index))
        }
        #expect(planner.plan().map(\.range) == [0..<210, 221..<321])
    }

    @Test func aChunkInManyPlacesIsFetchedOnce() {
        var planner = RangePlanner()
        let pack = PackID.random()
        for index in 0..<5 { planner.add(chunk(pack, 0, 100), key: [], target: target(index)) }
        let ranges = planner.plan()
        #expect(ranges.count == 1)
        #expect(ranges[0].chunks.count == 1)
        #expect(ranges[0].chunks[0].targets.map(\.index) == [0, 1, 2, 3, 4])
    }

    @Test(arguments: SeededGenerator.seeds(50)) func everyTargetIsServedOnce(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var planner = RangePlanner(longest: 500, gap: 20)
        let packs = (0..<3).map { _ in PackID.random() }
        // Packs whose chunks lie back to back, of any length.
        let places: [[(offset: Int, length: Int)]] = packs.map { _ in
            var offset = 0
            return (0..<30).map { _ in
                let length = Int.random(in: 1...700, using: &random)
                defer { offset += length }
                return (offset, length)
            }
        }
        let count = Int.random(in: 0...200, using: &random)
        for index in 0..<count {
            let pack = Int.random(in: 0..<3, using: &random)
            let place = places[pack][Int.random(in: 0..<30, using: &random)]
            planner.add(chunk(packs[pack], place.offset, place.length), key: [], target: target(index))
        }
        var served: [Int] = []
        for range in planner.plan() {
            #expect(range.range.count <= 500 || range.chunks.count == 1)
            for wanted in range.chunks {
                let end = wanted.place.offset + wanted.place.sealedLength
                #expect(range.range.lowerBound <= wanted.place.offset && end <= range.range.upperBound)
                served += wanted.targets.map(\.index)
            }
        }
        #expect(served.sorted() == Array(0..<count), "seed \(seed)")
    }
}
