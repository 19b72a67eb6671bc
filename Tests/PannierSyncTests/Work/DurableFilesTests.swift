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

    /// A folder, and what was moved here from elsewhere and does not look new: before anything is asked for, they are there
    /// after a power cut, too.
    @Test func whatIsNewIsThereBeforeItIsAskedFor() throws {
        for seed in UInt64(0)..<16 {
            let bench = try WorkBench()
            let person = SimulatedPerson(bench.disk)
            try person.write([1], Array("file".utf8))
            bench.disk.syncAll()
            bench.disk.clock.advance(10_000_000_000)
            let work = bench.work()
            _ = bench.perform(.check, work)
            try bench.look(work)
            try person.makeFolder(Array("folder".utf8))
            try person.rename(Array("file".utf8), Array("folder/file".utf8))
            _ = bench.perform(.look(try bench.folders().map { FolderLook($0) }), work)
            _ = bench.perform(.look(try bench.folders().map { FolderLook($0) }), work)
            let plan = try bench.plan(work)
            #expect(plan.parts.there.count == 1, "\(plan.parts)")
            var random = SeededGenerator(seed: seed)
            bench.disk.cutPower(&random)
            #expect(person.bytes(Array("folder/file".utf8)) == [1])
        }
    }

    /// Another process has found it, and has ended before it asked for anything.
    @Test func whatWasFoundByAnotherProcessIsThereBeforeItIsAskedFor() throws {
        for seed in UInt64(0)..<16 {
            let bench = try WorkBench()
            let person = SimulatedPerson(bench.disk)
            try person.write([1], Array("file".utf8))
            bench.disk.syncAll()
            bench.disk.clock.advance(10_000_000_000)
            let first = bench.work()
            _ = bench.perform(.check, first)
            try bench.look(first)
            try person.makeFolder(Array("folder".utf8))
            try person.rename(Array("file".utf8), Array("folder/file".utf8))
            for _ in 0..<2 { _ = bench.perform(.look(try bench.folders().map { FolderLook($0) }), first) }
            let plan = try bench.plan(bench.work())
            #expect(plan.parts.there.count == 1, "\(plan.parts)")
            var random = SeededGenerator(seed: seed)
            bench.disk.cutPower(&random)
            #expect(person.bytes(Array("folder/file".utf8)) == [1])
        }
    }

    /// Files that were written since look older than what was made durable before.
    @Test func aClockThatIsPutBackIsNotBelieved() throws {
        for seed in UInt64(0)..<16 {
            let bench = try WorkBench()
            let person = SimulatedPerson(bench.disk)
            let work = bench.work()
            _ = bench.perform(.check, work)
            for number in 0..<12 { try person.write([UInt8(number)], Array("old \(number)".utf8)) }
            bench.disk.clock.advance(60_000_000_000)
            try bench.look(work)
            let now = bench.disk.clock.now
            bench.disk.clock.advance(-50_000_000_000)
            try person.write([7], Array("new".utf8))
            bench.disk.clock.advance(60_000_000_000)
            _ = work.perform(.look([FolderLook(LocalID(1))]), now: now / 1_000_000 + 60_000, wall: bench.disk.clock.now)
            let local = try bench.local("new")
            _ = work.perform(.read([local]), now: now / 1_000_000 + 60_000, wall: bench.disk.clock.now)
            var random = SeededGenerator(seed: seed)
            bench.disk.cutPower(&random)
            #expect(person.bytes(Array("new".utf8)) == [7])
        }
    }
}
