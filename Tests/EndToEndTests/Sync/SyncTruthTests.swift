import Foundation
import Testing

extension EndToEnd {
    /// What is said of the folder holds of both sides, or it is not said.
    @Suite struct SyncTruth {
        private static let unreachable: Int32 = 5

        /// Nobody knows what a server holds that does not answer.
        @Test func theServerIsNotReachable() async throws {
            try await withSyncedPair { pair in
                let one = pair.one
                try one.write("a", to: "a")
                try await pair.both()
                let before = try #require(try await one.state().verifiedAt)
                await pair.house.server.kill()
                for arguments in [["wait", "--synced"], ["wait", "--synced", one.path("a")], ["verify"]] {
                    let ran = try await one.device.start(arguments).finish(within: 60)
                    #expect(
                        ran.exitCode == Self.unreachable && ran.errors.contains("server_unreachable"), "\(ran.story)")
                }
                let away = try await one.wait(for: "offline")
                let verified = try #require(away.verifiedAt)
                #expect(verified >= before && away.offline?.code == "server_unreachable" && away.problem == nil)
                // A change of this disk that amounts to nothing makes it no later.
                try one.write("b", to: "b")
                try one.remove("b")
                try one.write("a", to: "a")
                #expect(try await one.must("status").output.contains("not reachable since"))
                #expect(try await one.state().verifiedAt == verified)
                try await pair.house.server.serve()
                // Written anew with what it held, it has another date here alone.
                try await pair.settle()
                #expect(try one.tree().paths == ["a"] && pair.two.tree().paths == ["a"])
                #expect(try #require(try await one.state().verifiedAt) > verified)
                try await one.must("verify")
            }
        }

        /// One word of each is enough, however little time has passed.
        @Test func whatTheOtherHasDoneIsHereWhenAWaitEnds() async throws {
            try await withSyncedPair { pair in
                for round in 0..<5 {
                    try pair.one.write("round \(round)", to: "file \(round)")
                    try await pair.one.must("wait", "--synced")
                    try await pair.two.must("wait", "--synced")
                    #expect(try pair.two.text("file \(round)") == "round \(round)")
                }
            }
        }

        @Test func onePathIsWaitedForByItself() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("before", to: "docs/a")
                try await pair.both()
                for number in 0..<150 { try one.write("\(number)", to: "many/\(number)") }
                try await pair.both()
                // Something that waits for a person.
                try one.remove("many")
                mkfifo(one.path("pipe"), 0o600)
                _ = try await one.wait(for: "waiting")
                try one.write("now", to: "docs/a")
                try await one.must("wait", "--synced", one.path("docs"))
                try await two.must("wait", "--synced", "/docs/a")
                #expect(try two.text("docs/a") == "now")
                let held = try await one.device.run("wait", "--synced", "/many")
                #expect(held.exitCode == 1 && held.errors.contains("deletions_held"), "\(held.story)")
                let nowhere = try await one.device.run("wait", "--synced", "/docs/b")
                #expect(nowhere.exitCode == 6, "\(nowhere.story)")
                let pipe = try await one.device.run("wait", "--synced", one.path("pipe"))
                #expect(pipe.exitCode == 1 && pipe.errors.contains("not_synchronised"), "\(pipe.story)")
                try await two.must("keep", "--online-only", "/docs")
                _ = try await eventually("it has left") { try two.tree()["docs"] == nil ? true : nil }
                let online = try await two.device.run("wait", "--synced", "/docs")
                #expect(online.exitCode == 1 && online.errors.contains("My Files alone"), "\(online.story)")
            }
        }

        /// What is under way stops, and stays so until it is let go on; what somebody sends by hand goes on.
        @Test func aPauseStopsWhatIsUnderWay() async throws {
            try await withSyncedPair { pair in
                let one = pair.one
                try await one.must("limit", "up", "100K")
                var noise = Noise(seed: 83)
                let large = String(decoding: noise.bytes(3_000_000).map { $0 % 95 + 32 }, as: UTF8.self)
                try one.write(large, to: "large")
                try await eventually("it is being sent") {
                    try await one.device.transfers().contains { $0.state == "running" } ? true : nil
                }
                try await one.must("pause", "--sync")
                #expect(try await one.device.transfers().map(\.state) == ["paused"])
                try await one.must("limit", "up", "off")
                try await one.stopAgent()
                try await one.startAgent()
                try one.write("by hand", to: "by hand")
                try await one.must("mkdir", "/elsewhere")
                try await one.must("put", one.path("by hand"), "/elsewhere")
                #expect(try await one.device.transfers().contains { $0.state == "paused" })
                #expect(try await one.serverTree()["large"] == nil)
                try await one.must("resume", "--sync")
                #expect(try await pair.both().text("large") == large)
            }
        }

        /// Transfers that somebody has paused, each by itself, hold up the folder: that is said.
        @Test func pausedTransfersAreSaidToHoldItUp() async throws {
            try await withSyncedPair { pair in
                let one = pair.one
                try await one.must("limit", "up", "100K")
                var noise = Noise(seed: 84)
                let large = String(decoding: noise.bytes(3_000_000).map { $0 % 95 + 32 }, as: UTF8.self)
                try one.write(large, to: "large")
                try await eventually("it is being sent") {
                    try await one.device.transfers().contains { $0.state == "running" } ? true : nil
                }
                try await one.must("pause")
                let wait = try await one.device.run("wait", "--synced", within: 60)
                #expect(wait.exitCode == 1 && wait.errors.contains("paused"), "\(wait.story)")
                #expect(try await one.must("status").output.contains("do not go on"))
                try await one.must("limit", "up", "off")
                try await one.must("resume")
                #expect(try await pair.both().text("large") == large)
            }
        }

        /// Without its account, and with a new mirror, a folder is no synced one any more, and that is said.
        @Test(arguments: ["logout", "rebuild"]) func theFolderIsLetGo(_ how: String) async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("stays", to: "a")
                try await pair.both()
                let said = try await how == "logout" ? one.must("logout") : one.must("agent", "--rebuild")
                #expect(said.output.contains("not kept the same any more"), "\(said.story)")
                let status = try await one.device.run("sync")
                #expect(status.exitCode == 6, "\(status.story)")
                let isMarked = FileManager.default.fileExists(atPath: one.root + "/.pannier/marker")
                #expect(isMarked == (how == "rebuild"), "signed out, it is a folder as any other")
                try one.write("nobody's", to: "b")
                #expect(try one.text("a") == "stays")
                #expect(try await two.must("wait", "--synced").exitCode == 0)
                #expect(try two.tree().paths == ["a"])
                if how == "logout" {
                    // Nobody has it: another profile may.
                    let login = try await one.device.run(
                        "login", pair.house.server.address, "--email", "alice@example.org", "--password-stdin",
                        "--device", "one", input: House.password + "\n")
                    #expect(login.exitCode == 0, "\(login.story)")
                }
                // What is in My Files has to be known first.
                try await one.must("ls")
                try await one.must("sync", one.root)
                #expect(try await pair.both().paths == ["a", "b"])
            }
        }
    }
}
