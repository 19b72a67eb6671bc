import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite struct ChunkLedgerTests {
    private static func place(_ file: FileKey, _ offset: Int64, _ length: Int) -> ChunkPlace {
        ChunkPlace(file: file, offset: offset, length: length)
    }

    private static func print(_ number: Int) -> Fingerprint { SHA256Digest.of(Array("\(number)".utf8)) }

    private static func ledger(_ bytes: Int64, carried: Int64 = 0) -> ChunkLedger {
        var ledger = ChunkLedger(carried: carried)
        ledger.adopt(StoredMap())
        ledger.found(bytes)
        return ledger
    }

    @Test func aChunkGoesItsWay() {
        var ledger = Self.ledger(100)
        ledger.take([.began(1, MapSlot(start: 0, length: 100))])
        func map(_ cells: Int = 4, filesLeft: Int64 = 1) -> ChunkMap {
            ledger.map(.random(), cells: cells, filesLeft: filesLeft)
        }
        #expect(map().cells == [.waiting, .waiting, .waiting, .waiting])
        // A file of which nothing is known counts as one.
        #expect(map().counts == [.waiting: 1] && map().chunks == 0)
        ledger.take([
            .found(Self.place(1, 0, 25), Self.print(0), .there), .found(Self.place(1, 25, 75), Self.print(1), .waiting),
        ])
        #expect(map().cells == [.there, .waiting, .waiting, .waiting])
        #expect(map().counts == [.there: 1, .waiting: 2] && map().chunks == 2)
        ledger.take([.read(1), .became([Self.place(1, 25, 75)], .moving)])
        #expect(map().counts == [.there: 1, .moving: 1])
        ledger.take([.became([Self.place(1, 25, 75)], .unsure)])
        #expect(map().cells == [.there, .unsure, .unsure, .unsure])
        #expect(ledger.chunk(at: 60) == RecentChunks.Chunk(range: 25..<100, fingerprint: Self.print(1)))
        #expect(ledger.openStretches().map(\.0) == [0..<25])
        ledger.take([.became([Self.place(1, 25, 75)], .sure)])
        // Late words about what is done change nothing.
        ledger.take([.became([Self.place(1, 25, 75)], .moving), .ended(1)])
        #expect(map(filesLeft: 0).counts == [.there: 1, .sure: 1])
        #expect(map().bytesPerCell == 25)
        #expect(ledger.openStretches().isEmpty)
    }

    @Test func whatGoesWrongIsShownAsLongAsItIsTrue() {
        var ledger = Self.ledger(30)
        let slot = MapSlot(start: 10, length: 10)
        ledger.take([.began(1, slot), .found(Self.place(1, 0, 10), Self.print(0), .waiting), .dropped(1)])
        #expect(ledger.map(.random(), cells: 3, filesLeft: 3).cells == [.waiting, .waiting, .waiting])
        ledger.take([.began(2, slot), .failed(2)])
        let failed = ledger.map(.random(), cells: 3, filesLeft: 2)
        #expect(failed.cells == [.waiting, .failed, .waiting])
        #expect(failed.counts == [.failed: 1, .waiting: 2])
        ledger.found(30, failed: [MapSlot(start: 30, length: 30)])
        #expect(ledger.map(.random(), cells: 6, filesLeft: 2).cells.suffix(3) == [.failed, .failed, .failed])
    }

    /// A file may be longer or shorter than it was when it was given its place.
    @Test func aFileKeepsToItsPlace() {
        var ledger = Self.ledger(40)
        ledger.take([
            .began(1, MapSlot(start: 0, length: 20)), .found(Self.place(1, 0, 15), Self.print(0), .sure),
            .found(Self.place(1, 15, 15), Self.print(1), .sure), .found(Self.place(1, 30, 15), Self.print(2), .waiting),
        ])
        #expect(ledger.map(.random(), cells: 2, filesLeft: 2).cells == [.sure, .waiting])
        ledger.take([
            .began(2, MapSlot(start: 20, length: 20)), .found(Self.place(2, 0, 5), Self.print(3), .there), .read(2),
            .ended(2),
        ])
        #expect(ledger.map(.random(), cells: 8, filesLeft: 1).cells.suffix(4) == [.there, .sure, .sure, .sure])
    }

    /// Sent by an earlier run, and found to be there by this one: it did cross the network.
    @Test func whatAnEarlierRunSentIsSure() {
        var ledger = Self.ledger(40, carried: 20)
        ledger.take([.began(1, MapSlot(start: 0, length: 40))])
        for offset in stride(from: Int64(0), to: 40, by: 10) {
            ledger.take([.found(Self.place(1, offset, 10), Self.print(Int(offset)), .there)])
        }
        #expect(ledger.map(.random(), cells: 4, filesLeft: 1).cells == [.sure, .sure, .there, .there])
        #expect(!ledger.isThere(1))
    }

    @Test func onlyTheLatestChunksAreKnownByName() {
        var recent = RecentChunks(limit: 3)
        for number in 0..<5 {
            recent.add(.init(range: Int64(number)..<Int64(number + 1), fingerprint: Self.print(number)))
        }
        #expect((0..<5).map { recent.chunk(at: $0)?.fingerprint } == [nil, nil] + (2..<5).map(Self.print))
    }

    /// Random flows of files against a plain array of chunks.
    @Test(arguments: SeededGenerator.seeds(20)) func equalsAnArrayOfChunks(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var model: [[ChunkState]] = []
        var ledger = ChunkLedger()
        ledger.adopt(StoredMap())
        let length = 8
        for file in 0..<20 {
            let count = Int.random(in: 1...12, using: &random)
            model.append(Array(repeating: .waiting, count: count))
            let before = model.dropLast().reduce(0) { $0 + $1.count }
            ledger.found(Int64(count * length))
            ledger.take([.began(file, MapSlot(start: Int64(before * length), length: Int64(count * length)))])
            for chunk in 0..<count {
                ledger.take([.found(Self.place(file, Int64(chunk * length), length), Self.print(chunk), .waiting)])
            }
        }
        for _ in 0..<400 {
            let file = Int.random(in: 0..<20, using: &random)
            let chunk = Int.random(in: 0..<model[file].count, using: &random)
            let next: [ChunkState: ChunkState] = [.waiting: .moving, .moving: .unsure, .unsure: .sure]
            guard let state = next[model[file][chunk]] else { continue }
            model[file][chunk] = state
            ledger.take([.became([Self.place(file, Int64(chunk * length), length)], state)])
        }
        let all = model.flatMap(\.self)
        let map = ledger.map(.random(), cells: all.count, filesLeft: 0)
        #expect(map.cells == all)
        var counts: [ChunkState: Int64] = [:]
        for state in all { counts[state, default: 0] += 1 }
        // No file was read to its end.
        counts[.waiting, default: 0] += 20
        #expect(map.counts == counts)
        #expect(map.chunks == Int64(all.count))
    }
}
