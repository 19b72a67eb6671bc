import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom
import Testing

/// What was read counts when it is durable.
@Suite struct DurableFilesTests {
    /// However many are read at once, and whatever the power cut leaves undone.
    @Test(arguments: [1, 12]) func whatWasReadIsThereAfterAPowerCut(_ count: Int) throws {
        for seed in UInt64(0)..<16 {
            let bench = try WorkBench()
            let person = SimulatedPerson(bench.disk)
            for number in 0..<count { try person.write([UInt8(number)], Array("file \(number)".utf8)) }
            bench.disk.clock.advance(10_000_000_000)
            let work = bench.work()
            _ = work.perform(.check, now: 0, wall: bench.disk.clock.now)
            _ = work.perform(.look([FolderLook(LocalID(1))]), now: 0, wall: bench.disk.clock.now)
            let locals = try bench.locals()
            #expect(locals.count == count)
            _ = work.perform(.read(locals), now: 0, wall: bench.disk.clock.now)
            var random = SeededGenerator(seed: seed)
            bench.disk.cutPower(&random)
            for number in 0..<count { #expect(person.bytes(Array("file \(number)".utf8)) == [UInt8(number)]) }
        }
    }
}
