import PannierCore
import SeededRandom
import Testing

@testable import PannierMirror

@Suite struct ChunkRunsTests {
    /// The same as a plain array of bytes, in whatever order stretches are set.
    @Test(arguments: SeededGenerator.seeds(30)) func equalsAnArrayOfStates(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let total = Int64.random(in: 1...400, using: &random)
        var runs = ChunkRuns()
        var model = [ChunkState](repeating: .waiting, count: Int(total))
        for _ in 0..<200 {
            let (range, state) = Self.change(of: total, &random)
            runs.set(range, state)
            for byte in range { model[Int(byte)] = state }
            Self.compare(runs, model, cells: Int.random(in: 1...500, using: &random))
        }
        let neighbours = zip(model, model.dropFirst() + [.waiting]).count { $0 != $1 }
        #expect(runs.count == neighbours + 1)
    }

    /// Merged, nothing is told better than it is, and what is on its way or waits is told as it is.
    @Test(arguments: SeededGenerator.seeds(30)) func mergingFavoursNothing(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bounds = ChunkRuns.Bounds()
        (bounds.fine, bounds.most, bounds.grains) = (40, 10_000, 16)
        var runs = ChunkRuns(bounds: bounds)
        let total: Int64 = 2_000
        var model = [ChunkState](repeating: .waiting, count: Int(total))
        for _ in 0..<1_000 {
            let start = Int64.random(in: 0..<total, using: &random)
            let state = [ChunkState.failed, .sure, .there, .moving].randomElement(using: &random) ?? .sure
            let range = start..<min(total, start + Int64.random(in: 1...5, using: &random))
            // Once settled, a byte stays so, as long as a run of the transfer lasts.
            guard range.allSatisfy({ !model[Int($0)].isSettled }) else { continue }
            runs.set(range, state)
            for byte in range { model[Int(byte)] = state }
        }
        for byte in 0..<total {
            let (told, real) = (runs.state(at: byte), model[Int(byte)])
            #expect(real.isSettled ? told.isSettled && told.code <= real.code : told == real)
        }
        // Without the bound it would be several hundred.
        #expect(runs.count < zip(model, model.dropFirst()).count { $0 != $1 })
    }

    /// However scattered the work is, and whatever it leaves, memory stays where it was said to.
    @Test func aMillionScatteredChunksStaySmall() {
        var runs = ChunkRuns()
        for chunk in stride(from: Int64(0), to: 1 << 20, by: 2) {
            runs.set(chunk << 20..<(chunk + 1) << 20, .sure)
            runs.set((chunk + 1) << 20..<(chunk + 2) << 20, .there)
        }
        #expect(runs.count <= 2 * ChunkRuns.Bounds().fine)
        #expect(Set(runs.cells(2_000, of: 1 << 40)) == [.sure])
        runs.set(5 << 20..<6 << 20, .failed)
        #expect(runs.cells(2_000, of: 1 << 40).count { $0 == .failed } == 1)
    }

    @Test func settlingLeavesWhatIsSettled() {
        var runs = ChunkRuns()
        runs.set(0..<10, .there)
        runs.set(10..<20, .unsure)
        runs.set(30..<40, .sure)
        runs.settle(5..<35)
        #expect(runs.cells(40, of: 40) == Array(repeating: .there, count: 10) + Array(repeating: .sure, count: 30))
        #expect(runs.count == 3)
    }

    @Test func cellsOfHugeAndTinyTransfers() {
        var runs = ChunkRuns()
        runs.set(0..<1, .failed)
        runs.set((1 << 40) - 1..<1 << 40, .moving)
        let cells = runs.cells(2_000, of: 1 << 40)
        #expect(cells.first == .failed && cells[1] == .waiting)
        #expect(runs.cells(4, of: 2) == [.failed, .failed, .waiting, .waiting])
        #expect(runs.cells(4, of: 0).isEmpty)
        #expect(ChunkRuns().worst(in: 5..<5) == nil)
        // Numbers of other machines.
        runs.set(0..<Int64.max, .sure)
        #expect(runs.cells(3, of: ChunkRuns.lastByte) == [.sure, .sure, .sure])
    }

    private static func change(
        of total: Int64, _ random: inout SeededGenerator
    ) -> (range: Range<Int64>, state: ChunkState) {
        let (one, other) = (Int64.random(in: 0...total, using: &random), Int64.random(in: 0...total, using: &random))
        return (min(one, other)..<max(one, other), ChunkState.allCases.randomElement(using: &random) ?? .sure)
    }

    private static func compare(_ runs: ChunkRuns, _ model: [ChunkState], cells: Int) {
        let total = Int64(model.count)
        let told = runs.cells(cells, of: total)
        #expect(told.count == cells)
        for (cell, state) in told.enumerated() {
            let range = ChunkRuns.range(of: cell, of: cells, total)
            let worst = range.map { model[Int($0)] }.min { $0.code < $1.code }
            #expect(state == worst)
            let found = runs.worst(in: range)
            #expect(found?.state == worst)
            #expect(found.map { $0.range.allSatisfy { model[Int($0)] == worst } } == true)
        }
    }
}
