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
                try OrdinaryUser.own(one.folder)
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
    }
}
