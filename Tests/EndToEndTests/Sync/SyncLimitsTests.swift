import ChildPrograms
import Foundation
import Glibc
import PannierCore
import Testing

extension EndToEnd {
    /// The machine gives less than is asked for.
    @Suite struct SyncLimits {
        /// Few watches, or none at all: what is not watched is told of, and found by looking.
        @Test(
            .enabled(if: Namespace.isPossible, "needs a user namespace of its own"),
            arguments: [("max_inotify_watches", 100), ("max_inotify_instances", 0)])
        func fewWatches(_ limit: String, _ value: Int) async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<140 { try one.write("\(number)", to: "folder \(number)/file") }
                try await pair.both()
                try await two.stopAgent()
                let agent = try Namespace.agent(of: two.device, "echo \(value) >/proc/sys/user/\(limit)")
                let state = try await eventually(within: 60, "few folders are watched") { () -> SyncState? in
                    // A command would start an agent of its own while this one begins.
                    guard case .sync(let state?)? = try? two.device.say(.syncState) else { return nil }
                    return state.phase == .same && state.unwatched > 0 ? state : nil
                }
                #expect(state.watched <= value && state.watched + state.unwatched == 141, "\(state)")
                #expect(value == 0 || state.watched > 50, "\(state)")
                #expect(try await two.must("sync").output.contains("of 141 folders"))
                for number in 0..<140 { try two.write("changed \(number)", to: "folder \(number)/file") }
                let tree = try await pair.both()
                for number in 0..<140 { #expect(tree.text("folder \(number)/file") == "changed \(number)") }
                #expect(try await one.trash().isEmpty)
                try await two.stopAgent()
                _ = try await agent.finish(within: 30)
            }
        }

        /// One page more is free each time, so that each time another write fails: whatever is seen is whole, nothing is
        /// deleted anywhere, and all comes when there is room.
        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own")) func everyWriteFailsOnce()
            async throws
        {
            try await inHouse { house in
                let disk = try SmallDisk(at: house.directory.appending(path: "small"), bytes: 64 << 20)
                defer { disk.end() }
                let pair = try await SyncedPair.open(in: house, second: disk.folder)
                try await pair.pair()
                let work = try SyncWorkload(pair)
                try await work.begin()
                for round in 1...(Products.isLong ? 48 : 12) {
                    try await pair.two.stopAgent()
                    let filler = try disk.fill(".pannier/filler", leaving: round - 1)
                    try work.change(0, round: round)
                    try await pair.one.must("wait", "--synced")
                    try await work.watched {
                        try await pair.two.startAgent()
                        try await eventually(within: 60, "it says that the disk is full") {
                            try await pair.two.problems().values.contains("local_disk_full") ? true : nil
                        }
                    }
                    work.everyFileIsWhole(in: pair.two.root)
                    #expect(try await pair.one.trash().allSatisfy { $0.name.hasPrefix("of 0") })
                    try FileManager.default.removeItem(at: filler)
                    try await alike(pair)
                }
                try await work.nothingIsLost()
            }
        }

        /// There is room again, which nobody tells the second one: what has failed is tried again after a while, and until then
        /// a wait ends with what was said of it.
        private func alike(_ pair: SyncedPair) async throws {
            try await eventually(within: 120, "both are the same") {
                for side in pair.sides { _ = try await side.device.start(["wait", "--synced"]).finish(within: 120) }
                return try pair.one.tree() == pair.two.tree() ? true : nil
            }
        }

        /// The mirror cannot be written: nothing is done, and it is said; then it goes on by itself.
        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own")) func noRoomForTheMirror()
            async throws
        {
            try await inHouse { house in
                let state = house.directory.appending(path: "devices/two/state")
                let disk = try SmallDisk(at: state, bytes: 16 << 20)
                defer { disk.end() }
                let pair = try await SyncedPair.open(in: house)
                try await pair.pair()
                let (one, two) = (pair.one, pair.two)
                for number in 0..<20 { try one.write("\(number)", to: "a/\(number)") }
                try await pair.both()
                let filler = try disk.fill("filler", leaving: 0)
                for number in 0..<20 { try two.write("edited \(number)", to: "a/\(number)") }
                try two.write(String(repeating: "new ", count: 50_000), to: "b")
                let stopped = try await two.wait(for: "stopped")
                #expect(stopped.problem != nil)
                #expect(try two.text("a/7") == "edited 7")
                try FileManager.default.removeItem(at: filler)
                let tree = try await eventually(within: 120, "it goes on") { () -> FolderTree? in
                    let (left, right) = (try one.tree(), try two.tree())
                    return left == right && left.text("a/7") == "edited 7" && left["b"] != nil ? left : nil
                }
                #expect(tree.paths.count == 22)
                try await pair.serverHolds(try await pair.both())
                #expect(try await one.trash().isEmpty)
            }
        }

        /// What has no room waits and is told of; what was there stays, and all comes when there is room.
        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own")) func aFullDisk() async throws {
            try await inHouse { house in
                let disk = try SmallDisk(at: house.directory.appending(path: "small"), bytes: 6 << 20)
                defer { disk.end() }
                let pair = try await SyncedPair.open(in: house, second: disk.folder)
                try await pair.pair()
                let (one, two) = (pair.one, pair.two)
                var noise = Noise(seed: 71)
                func text(_ size: Int) -> String {
                    String(decoding: noise.bytes(size).map { $0 % 95 + 32 }, as: UTF8.self)
                }
                try one.write(text(2 << 20), to: "edited")
                try await pair.both()
                let large = text(3 << 20)
                try one.write(large, to: "edited")
                for number in 0..<3 { try one.write(text(2 << 20), to: "large \(number)") }
                try one.write("small", to: "small")
                _ = try await eventually(within: 30, "it says that the disk is full") {
                    try await two.problems().values.contains("local_disk_full") ? true : nil
                }
                #expect(try await one.trash().isEmpty)
                #expect(try one.tree().text("edited") == large)
                #expect(try two.tree()["edited"] != nil, "nothing goes before what replaces it is there")
                try disk.grow(to: 100 << 20)
                let tree = try await eventually(within: 120, "all is there") { () -> FolderTree? in
                    let (left, right) = (try one.tree(), try two.tree())
                    return left == right ? left : nil
                }
                #expect(tree.paths.count == 5)
                try await pair.both()
            }
        }
    }
}

/// A user namespace of its own, with limits of its own.
private enum Namespace {
    static let isPossible: Bool = {
        if Products.mustRunAll { return true }
        let program = try? ChildProgram(
            "/usr/bin/unshare",
            ["--user", "--map-root-user", "sh", "-c", "echo 20 >/proc/sys/user/max_inotify_watches"],
            environment: ["PATH": "/usr/bin:/bin"], output: "/dev/null", errors: "/dev/null")
        return program?.endBlocking() == 0
    }()

    /// - Parameter first: what is done in there before the agent begins.
    static func agent(of device: Device, _ first: String) throws -> Program {
        try Program(
            URL(filePath: "/usr/bin/unshare"),
            [
                "--user", "--map-root-user", "sh", "-c", "\(first); exec \"$0\" agent --foreground",
                Products.client.path(percentEncoded: false),
            ], environment: device.environment, directory: device.home.appending(path: "out"))
    }
}
