import ChildPrograms
import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// The machine gives less than is asked for.
    @Suite struct SyncLimits {
        /// Few watches: what is not watched is told of, and found by looking.
        @Test(.enabled(if: Namespace.isPossible, "needs a user namespace of its own")) func fewWatches() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<40 { try one.write("\(number)", to: "folder \(number)/file") }
                try await pair.both()
                try await two.stopAgent()
                let agent = try Namespace.agent(of: two.device, "echo 20 >/proc/sys/user/max_inotify_watches")
                let state = try await eventually(within: 30, "few folders are watched") {
                    let state = try await two.state()
                    return state.phase == "same" && state.unwatched > 0 ? state : nil
                }
                #expect(state.watched <= 20 && state.watched + state.unwatched == 41, "\(state)")
                #expect(try await two.must("sync").output.contains("of 41 folders"))
                for number in 0..<40 { try two.write("changed \(number)", to: "folder \(number)/file") }
                let tree = try await pair.both()
                #expect(tree.text("folder 39/file") == "changed 39")
                #expect(try await one.trash().isEmpty)
                try await two.stopAgent()
                _ = try await agent.finish(within: 30)
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
