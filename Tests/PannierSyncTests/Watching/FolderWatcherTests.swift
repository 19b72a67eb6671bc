import ChildPrograms
import Foundation
import PannierMirror
import PannierSync
import Testing

@Suite(.timeLimit(.minutes(2))) struct FolderWatcherTests {
    private let hands: DiskHands
    private let collector = EventCollector()
    private let top = LocalID(1)

    init() throws { hands = try DiskHands() }

    private func watched<Result>(limit: Int = .max, _ body: (FolderWatcher) throws -> Result) throws -> Result {
        let watcher = try FolderWatcher(hands.disk, limit: limit, collector.sink)
        defer { watcher.stop() }
        #expect(watcher.watch(top, at: []))
        return try body(watcher)
    }

    private func name(_ text: String, _ change: NameChange, in folder: LocalID = LocalID(1)) -> WatchEvent {
        .name(Array(text.utf8), change, in: folder)
    }

    /// All that was heard until now: the order of events is that of what happened.
    private func heard() throws -> [WatchEvent] {
        try hands.write([], "mark")
        let events = try collector.take { $0 == name("mark", .closed) }.map(\.event)
        try hands.remove("mark")
        _ = try collector.take { $0 == name("mark", .removed) }
        return events.filter { event in
            if case .name(let name, _, _) = event { name != Array("mark".utf8) } else { true }
        }
    }

    @Test func hearsWhatHappens() throws {
        try watched { _ in
            try hands.write([1], "a")
            #expect(try heard() == [name("a", .made), name("a", .written), name("a", .closed)])
            try hands.setExecutable(true, "a")
            #expect(try heard() == [name("a", .touched)])
            try hands.rename("a", "b")
            let moves = try heard()
            guard case .name(_, .movedAway(let number), _) = moves.first else {
                throw EventCollector.Silence(heard: moves)
            }
            #expect(moves == [name("a", .movedAway(number)), name("b", .movedHere(number))])
            try hands.remove("b")
            #expect(try heard() == [name("b", .removed)])
            try hands.write([], [0xFF, 0x0A])
            #expect(try heard().first == .name([0xFF, 0x0A], .made, in: top))
        }
    }

    @Test func aWatchStaysOnItsFolder() throws {
        try hands.makeFolder("x")
        try hands.makeFolder("x/y")
        try watched { watcher in
            watcher.watch(LocalID(2), at: path("x"))
            watcher.watch(LocalID(3), at: path("x/y"))
            try hands.rename("x", "z")
            try hands.write([], "z/y/a")
            let events = try heard()
            #expect(events.contains(.itself(LocalID(2))))
            #expect(events.contains(name("a", .made, in: LocalID(3))))
            #expect(watcher.coverage == WatchCoverage(watched: 3))
        }
    }

    @Test func aFolderThatIsGoneIsWatchedNoMore() throws {
        try hands.makeFolder("x")
        try watched { watcher in
            watcher.watch(LocalID(2), at: path("x"))
            try hands.remove("x")
            #expect(try heard() == [.itself(LocalID(2)), name("x", .removed)])
            #expect(watcher.coverage == WatchCoverage(watched: 1))
            #expect(!watcher.watch(LocalID(2), at: path("x")))
            #expect(watcher.coverage == WatchCoverage(watched: 1))
        }
    }

    @Test func nothingIsHeardOfWhatIsForgotten() throws {
        try hands.makeFolder("x")
        try watched { watcher in
            watcher.watch(LocalID(2), at: path("x"))
            watcher.forget(LocalID(2))
            try hands.write([], "x/a")
            #expect(try heard() == [])
            watcher.watch(LocalID(2), at: path("x"))
            try hands.remove("x/a")
            #expect(try heard() == [name("a", .removed, in: LocalID(2))])
        }
    }

    /// A row was lost, and the folder has another number now: what is old must not end what is new.
    @Test func aFolderHasOneNumber() throws {
        try hands.makeFolder("x")
        try watched { watcher in
            watcher.watch(LocalID(2), at: path("x"))
            watcher.watch(LocalID(3), at: path("x"))
            watcher.forget(LocalID(2))
            #expect(watcher.coverage == WatchCoverage(watched: 2))
            try hands.write([], "x/a")
            #expect(try heard().first == name("a", .made, in: LocalID(3)))
        }
    }

    @Test func nothingOutsideIsWatched() throws {
        let outside = try DiskHands()
        try hands.symlink(outside.root, "link")
        try hands.makeFolder("x")
        try hands.symlink("x", "within")
        try hands.makeFolder(".pannier")
        try hands.makeFolder(".pannier/incoming")
        try hands.write([], "file")
        try watched { watcher in
            for place in ["link", "within", "..", "x/..", "file", ".pannier", ".pannier/incoming", "none"] {
                #expect(!watcher.watch(LocalID(9), at: path(place)), "\(place)")
            }
            #expect(watcher.coverage == WatchCoverage(watched: 1))
            try hands.write([], ".pannier/marker")
            try hands.rename(".pannier/incoming", ".pannier/other")
            #expect(chmod(hands.at(".pannier"), 0o700) == 0)
            #expect(try heard() == [])
        }
    }

    @Test func whatCannotBeWatchedIsCountedAndTriedAgain() throws {
        for folder in ["x", "y"] { try hands.makeFolder(folder) }
        try watched(limit: 2) { watcher in
            #expect(watcher.watch(LocalID(2), at: path("x")))
            #expect(!watcher.watch(LocalID(3), at: path("y")))
            #expect(watcher.coverage == WatchCoverage(watched: 2, unwatched: 1))
            watcher.forget(LocalID(2))
            #expect(watcher.watch(LocalID(3), at: path("y")))
            #expect(watcher.coverage == WatchCoverage(watched: 2))
        }
    }

    /// No limit helps with it.
    @Test func whatMayNotBeReadIsCountedApart() throws {
        try hands.makeFolder("x")
        if geteuid() == 0 { #expect(chown(hands.at("x"), OrdinaryThread.user, OrdinaryThread.user) == 0) }
        #expect(chmod(hands.at("x"), 0o311) == 0)
        try watched { watcher in
            #expect(!OrdinaryThread.run { watcher.watch(LocalID(2), at: path("x")) })
            #expect(watcher.coverage == WatchCoverage(watched: 1, unwatched: 1, unreadable: 1))
            #expect(chmod(hands.at("x"), 0o755) == 0)
            #expect(OrdinaryThread.run { watcher.watch(LocalID(2), at: path("x")) })
            #expect(watcher.coverage == WatchCoverage(watched: 2))
        }
    }

    @Test func tellsWhenTheKernelCouldNotKeepAll() throws {
        let text = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let limit = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        try watched { _ in
            collector.hold(true)
            // Some are taken before the watcher is held up.
            for number in 0..<limit + 4_000 { #expect(mkdir(hands.at("\(number)"), 0o755) == 0) }
            collector.hold(false)
            _ = try collector.take { $0 == .overflow }
            #expect(try heard().contains(name("\(limit + 3_999)", .made)) == false)
            try hands.remove("0")
            #expect(try heard() == [name("0", .removed)])
        }
    }

    @Test func afterTheEndNothingIsTold() throws {
        let watcher = try FolderWatcher(hands.disk, collector.sink)
        watcher.watch(top, at: [])
        watcher.stop()
        watcher.stop()
        try hands.write([], "a")
        #expect(collector.isEmpty)
    }

    /// Many folders at once: a pass over a large tree watches each of them.
    @Test func watchesManyFolders() throws {
        let count = ProcessInfo.processInfo.environment["PANNIER_FULL"] == nil ? 2_000 : 100_000
        for folder in 0..<count / 1_000 { try hands.makeFolder("\(folder)") }
        for folder in 0..<count { try hands.makeFolder("\(folder / 1_000)/\(folder)") }
        try watched { watcher in
            let took = ContinuousClock().measure {
                for folder in 0..<count {
                    watcher.watch(LocalID(Int64(folder + 2)), at: path("\(folder / 1_000)/\(folder)"))
                }
            }
            print("\(count) folders are watched after \(took)")
            #expect(watcher.coverage == WatchCoverage(watched: count + 1))
            try hands.write([], "0/\(count / 2_000)/a")
            #expect(try heard().first == name("a", .made, in: LocalID(Int64(count / 2_000 + 2))))
        }
    }
}
