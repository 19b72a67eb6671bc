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

        /// Not for another account either.
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
                // Around it is none, either, but where that leaves it out.
                let around = try await one.device.run("sync", one.root)
                #expect(around.exitCode == 1 && around.errors.contains("which is a synced folder itself"))
                try one.write("inner\n", to: ".pannierignore")
                try await one.must("sync", one.root)
                try one.write("b", to: "b")
                try await one.must("wait", "--synced")
                try await two.must("wait", "--synced")
                let inner = SyncedDevice(device: two.device, folder: URL(filePath: one.path("inner")))
                let expected = [".pannierignore", "b", "sub", "sub/a"]
                #expect(try inner.tree().paths == expected)
                #expect(try await one.serverTree().keys.sorted() == expected)
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
