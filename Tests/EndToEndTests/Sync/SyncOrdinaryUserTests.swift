import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Tests are often run by root, whom no mode keeps away from anything; people are not root.
    @Suite struct SyncOrdinaryUser {
        private func mode(_ path: String) throws -> mode_t {
            var status = stat()
            try #require(lstat(path, &status) == 0, "\(path) is not there")
            return status.st_mode & 0o777
        }

        /// An agent opens the folder that an earlier one has made, however that one ended; and one whose lock nobody could
        /// open, as it was made once.
        @Test func theFolderIsOpenedAgain() async throws {
            try await inHouse { house in
                let device = try await house.device(
                    "one", variables: ["PANNIER_SYNC_SETTLE": "\(SyncedPair.settle)"], isOrdinary: true)
                let one = SyncedDevice(device: device, folder: try house.folder("one"))
                let lock = one.path(".pannier/lock")
                try one.write("0", to: "a")
                try await one.must("sync", one.root)
                try await one.must("wait", "--synced")
                for (number, isKilled) in [(1, false), (2, true), (3, false)] {
                    if isKilled { try await one.killAgent() } else { try await one.stopAgent() }
                    if number == 3 { try #require(chmod(lock, 0) == 0) }
                    try one.write("\(number)", to: "b\(number)")
                    let wait = try await one.device.run("wait", "--synced", within: 60)
                    #expect(wait.exitCode == 0, "\(number): \(wait.story)")
                    #expect(try mode(lock) == 0o600)
                }
                #expect(try await one.serverTree().keys.sorted() == ["a", "b1", "b2", "b3"])
                #expect(try await one.state().problem == nil)
            }
        }

        /// What was deleted in a folder of one's own, or is on its way into one, is nobody else's to read.
        @Test func nobodyElseReadsTheOwnPart() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("secret", to: "key")
                try await pair.both()
                try #require(chmod(two.path("key"), 0o600) == 0)
                try #require(chmod(two.path(".pannier/quarantine"), 0o755) == 0)
                try await two.stopAgent()
                try one.write("another secret", to: "key")
                try await pair.both()
                let text = try two.text("key")
                let story = try await one.must("versions", "/key").output
                #expect(text == "another secret", "\(story)")
                #expect(try mode(two.path("key")) == 0o600, "whoever could not read it cannot now")
                for folder in ["", "/incoming", "/quarantine", "/parked", "/evicted"] {
                    #expect(try mode(two.path(".pannier\(folder)")) == 0o700, "\(folder)")
                }
            }
        }
    }
}
