import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What is in quarantine stays there for its thirty days, whatever the clock says meanwhile.
@Suite struct QuarantineTests {
    private static let day: Nanoseconds = 86_400 * 1_000_000_000
    private static let decade = 3_652 * day

    /// A synced folder with files in quarantine.
    private struct World {
        let bench: WorkBench
        let work: SyncWork
        let now: Nanoseconds

        init(_ names: [String]) throws {
            bench = try WorkBench()
            work = bench.work()
            now = bench.disk.clock.now
            for name in names { try put([1], name) }
        }

        func put(_ bytes: [UInt8], _ name: String) throws {
            bench.disk.clock.advance(1_000_000_000)
            try bench.write(bytes, OwnPart.quarantine + Array("/\(name)".utf8))
        }

        func remove(_ name: String) throws {
            try bench.tree.removeFile(OwnPart.quarantine + Array("/\(name)".utf8))
        }

        /// Tidies at a date.
        func tidy(_ wall: Nanoseconds) throws {
            guard case .tidied? = work.perform(.tidy, now: 0, wall: wall) else { throw Untidied() }
        }

        var names: [String] { get throws { try bench.names(in: OwnPart.quarantine) } }
    }

    private struct Untidied: Error {}

    @Test func goesAfterThirtyDays() throws {
        let world = try World(["a"])
        for day in 0..<30 { try world.tidy(world.now + Int64(day) * Self.day) }
        #expect(try world.names == ["a"])
        try world.put([1], "b")
        try world.tidy(world.now + 30 * Self.day)
        #expect(try world.names == ["b"])
        for day in 31..<60 { try world.tidy(world.now + Int64(day) * Self.day) }
        #expect(try world.names == ["b"])
        try world.tidy(world.now + 60 * Self.day)
        #expect(try world.names == [])
    }

    /// Agents begin many times a day.
    @Test func daysAreNotCountedTwice() throws {
        let world = try World(["a"])
        for hour in 0..<720 { try world.tidy(world.now + Int64(hour) * Self.day / 24) }
        #expect(try world.names == ["a"])
    }

    /// Files that came in while the clock stood at 1970, and a clock that jumps ten years ahead, back, and ahead again.
    @Test(arguments: [
        [0, decade], [decade, 0, decade], [0, -decade, decade, 0, -decade, decade], [-decade, decade],
    ])
    func aClockThatJumpsEmptiesNothing(_ jumps: [Nanoseconds]) throws {
        let world = try World(["a"])
        for jump in jumps { try world.tidy(world.now + jump) }
        #expect(try world.names == ["a"])
        // From then on it has its days.
        for day in 1...29 - jumps.count { try world.tidy(world.now + jumps[jumps.count - 1] + Int64(day) * Self.day) }
        #expect(try world.names == ["a"])
        for day in 30 - jumps.count...31 { try world.tidy(world.now + jumps[jumps.count - 1] + Int64(day) * Self.day) }
        #expect(try world.names == [])
    }

    /// A person emptied it, and another file came in under the same name.
    @Test func anotherFileOfThatNameHasItsOwnDays() throws {
        let world = try World(["a"])
        for day in 0..<30 { try world.tidy(world.now + Int64(day) * Self.day) }
        try world.remove("a")
        try world.put([2], "a")
        try world.tidy(world.now + 30 * Self.day)
        #expect(try world.names == ["a"])
    }
}
