import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Where a synced folder may be, and what it is made of.
    @Suite struct SyncPlaces {
        @Test func aFolderThatIsMissingIsMade() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let folder = house.directory.path(percentEncoded: false) + "/new"
                let none = try await device.run("sync", "\(folder)/below")
                #expect(none.exitCode == 1 && none.errors.contains("sync_folder_unfit"), "\(none.story)")
                #expect(none.errors.contains("is not there") && !none.errors.contains("uploaded"))
                let made = try await device.run("sync", folder)
                #expect(made.exitCode == 0, "\(made.story)")
                #expect(FileManager.default.fileExists(atPath: "\(folder)/.pannier/marker"))
                _ = try await device.run("agent", "--stop")
            }
        }

        /// Not for another account either. One that stands further down is left to itself.
        @Test func noneLiesInAnother() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("a", to: "sub/a")
                try await pair.both()
                try await two.must("sync", "--stop")
                let inside = try await two.device.run("sync", one.path("sub"))
                #expect(inside.exitCode == 1 && inside.errors.contains("which is a synced folder itself"))
                #expect(try one.tree().paths == ["sub", "sub/a"])

                // Once it is let go it is a folder like any other.
                try await one.must("sync", "--stop")
                #expect(!FileManager.default.fileExists(atPath: one.path(".pannier/marker")))
                try await two.must("sync", one.path("inner"))
                // The outer one leaves the inner one out, and says so.
                try await one.must("sync", one.root)
                try one.write("b", to: "b")
                try await one.must("wait", "--synced")
                #expect(try await one.state().leftOut == ["synced_folder": 1])
                try await two.must("wait", "--synced")
                let inner = SyncedDevice(device: two.device, folder: URL(filePath: one.path("inner")))
                #expect(try inner.tree().paths == ["b", "sub", "sub/a"])
                #expect(try await one.serverTree().keys.sorted() == ["b", "sub", "sub/a"])
            }
        }

        /// The other answer to deletions that wait.
        @Test func whatWasDeletedByMistakeComesBack() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<150 { try one.write("\(number)", to: "many/\(number)") }
                let before = try await pair.both()
                try one.remove("many")
                _ = try await one.wait(for: "waiting")
                #expect(try await one.state().heldThere == 151)
                try await one.must("approve", "--undo", "--there", "151")
                #expect(try await pair.both() == before)
                #expect(try await two.trash().isEmpty)
            }
        }
    }
}
