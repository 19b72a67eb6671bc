import GRDB
import Glibc
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
        let hands: DiskHands
        let work: SyncWork
        /// A day of today's, by the clock that the disk stamps files with.
        let now: Nanoseconds

        init(_ names: [String]) throws {
            hands = try DiskHands()
            let mirror = try DatabaseQueue()
            try MirrorSchema.migrator.migrate(mirror)
            let account = Account(
                id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
                chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)
            let root = Node(
                id: account.root, namespace: account.namespace, parent: nil, name: try NodeName("root"), kind: .folder,
                created: 1, revision: 1, changedAt: 0, changedBy: "a@example.org", content: nil)
            let view = ViewID(high: account.namespace.high, low: account.namespace.low)
            let page = ChangePage(
                changes: [.viewOpened(view: view, root: root, shared: nil)], cursor: "c", hasMore: false, epoch: 1,
                revision: 1, now: 0)
            let pairing = Pairing(hands.tree, at: LocalPath(hands.root))
            let marker = [UInt8](repeating: 1, count: 16)
            try pairing.prepare(marker: marker, disk: "disk")
            try mirror.write { database in
                try FeedState.adopt(server: "http://example.org", account: account, in: database)
                var feed = try FeedTransaction(database)
                try feed.apply(page)
                try pairing.write(marker: marker, database)
            }
            work = SyncWork(
                mirror: mirror, tree: hands.tree,
                transfers: SyncTransferQueue(add: { _, _, _ in }, underWay: { _ in .init() }, added: {}),
                watch: SyncWatch(begin: { _, _ in }, forget: { _ in }), settle: 2_000,
                conflictMark: { ConflictMark(device: "d", now: 0) })
            for name in names { try hands.write([1], ".pannier/quarantine/\(name)") }
            now = try #require(try hands.tree.status(Array(".pannier".utf8))).changed
        }

        /// Tidies at a date.
        func tidy(_ wall: Nanoseconds) throws {
            guard case .tidied? = work.perform(.tidy, now: 0, wall: wall) else { throw Untidied() }
        }

        var names: Set<String> {
            get throws {
                var names: Set<String> = []
                try hands.tree.list(OwnPart.quarantine) { name, _ in names.insert(String(decoding: name, as: UTF8.self))
                }
                return names
            }
        }
    }

    private struct Untidied: Error {}

    @Test func goesAfterThirtyDays() throws {
        let world = try World(["a"])
        for day in 0..<30 { try world.tidy(world.now + Int64(day) * Self.day) }
        #expect(try world.names == ["a"])
        try world.hands.write([1], ".pannier/quarantine/b")
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
        for hour in 0..<200 { try world.tidy(world.now + Int64(hour) * Self.day / 24) }
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
        try world.hands.tree.removeFile(Array(".pannier/quarantine/a".utf8))
        // The disk stamps by ticks.
        var stamp = world.now
        while stamp <= world.now {
            try world.hands.tree.write([2], to: Array(".pannier/quarantine/a".utf8))
            stamp = try #require(try world.hands.tree.status(Array(".pannier/quarantine/a".utf8))).changed
        }
        try world.tidy(world.now + 30 * Self.day)
        #expect(try world.names == ["a"])
    }
}
