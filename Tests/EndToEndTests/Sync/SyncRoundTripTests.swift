import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What is done in one folder is soon in the other one, and on the server.
    @Suite struct SyncRoundTrip {
        @Test func newEditedAndDeleted() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("first\n", to: "docs/notes.txt")
                try one.write("#!/bin/sh\n", to: "docs/run.sh", executable: true)
                try one.write("", to: "docs/empty")
                try one.makeFolder("nothing in it/nor in this")
                try setModified(one.path("docs/notes.txt"), seconds: 1_000_000_000, nanoseconds: 123_456_789)
                let first = try await pair.both()
                #expect(first.text("docs/notes.txt") == "first\n")
                #expect(first["nothing in it/nor in this"] == .folder)
                try await pair.serverHolds(first)
                let inode = try one.inode("docs/notes.txt")

                try two.write("second, from the other side\n", to: "docs/notes.txt")
                chmod(two.path("docs/run.sh"), 0o644)
                let second = try await pair.both()
                #expect(second.text("docs/notes.txt") == "second, from the other side\n")
                #expect(try one.inode("docs/notes.txt") != inode, "replaced by a whole file, never written in place")
                #expect(try one.quarantine().contains("first\n"), "what was replaced is kept")
                #expect(try await two.versions("/docs/notes.txt").map(\.size) == [28, 6])
                try await pair.serverHolds(second)

                try two.remove("docs")
                let third = try await pair.both()
                #expect(third.paths == ["nothing in it", "nothing in it/nor in this"])
                #expect(try one.quarantine().contains("second, from the other side\n"))
                #expect(try await one.trash().map(\.name) == ["docs"])
                try await pair.serverHolds(third)
            }
        }

        /// It is this disk's own: no version is made of it, and the other disk keeps its date.
        @Test func aNewDateAloneDoesNotTravel() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("as it was", to: "a")
                try setModified(one.path("a"), seconds: 1_000_000_000, nanoseconds: 0)
                try await pair.both()
                let (puts, before) = (try pair.house.server.metric("pannier_store_puts_total"), try two.tree())
                try setModified(one.path("a"), seconds: 1_500_000_000, nanoseconds: 0)
                for side in pair.sides { try await side.must("wait", "--synced") }
                #expect(try await one.versions("/a").count == 1)
                #expect(try pair.house.server.metric("pannier_store_puts_total") == puts)
                #expect(try two.tree() == before)
                #expect(try one.tree() != before, "and here it stays as it was set")
            }
        }

        /// A folder that is moved is one operation on either side: no byte crosses, no file is made anew.
        @Test func aMovedFolderIsOneOperation() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<200 { try one.write("\(number)", to: "a/b \(number % 7)/\(number)") }
                try one.makeFolder("elsewhere")
                try await pair.both()
                let before = try await one.serverTree()
                let inode = try two.inode("a/b 3/10")
                let objects = try pair.house.server.metric("pannier_store_puts_total")
                let reads = try pair.house.server.metric("pannier_store_gets_total")

                try one.move("a", to: "elsewhere/moved")
                let tree = try await pair.both()
                #expect(tree.text("elsewhere/moved/b 3/10") == "10")
                let after = try await one.serverTree()
                #expect(after["elsewhere/moved"]?.id == before["a"]?.id)
                #expect(after["elsewhere/moved/b 3/10"]?.id == before["a/b 3/10"]?.id)
                #expect(try two.inode("elsewhere/moved/b 3/10") == inode)
                #expect(try pair.house.server.metric("pannier_store_puts_total") == objects)
                #expect(try pair.house.server.metric("pannier_store_gets_total") == reads)
                #expect(try await one.trash().isEmpty)
                #expect(try two.quarantine().isEmpty)
            }
        }

        /// By programs that copy and delete: between disks, and where a name cannot be changed.
        @Test func aCopyWhoseOriginalIsRemovedIsAMove() async throws {
            try await withSyncedPair { pair in
                let one = pair.one
                for name in ["a", "b", "c"] { try one.write("this is \(name)", to: "from/\(name)") }
                try one.makeFolder("to")
                try await pair.both()
                let before = try await one.serverTree()
                for name in ["a", "b", "c"] { try one.write("this is \(name)", to: "to/\(name)2") }
                try one.remove("from")
                // The other disk keeps the files that it has, and their dates.
                try await pair.settle()
                for side in pair.sides { #expect(try side.tree().paths == ["to", "to/a2", "to/b2", "to/c2"]) }
                let after = try await one.serverTree()
                for name in ["a", "b", "c"] { #expect(after["to/\(name)2"]?.id == before["from/\(name)"]?.id) }
                #expect(try await one.trash().map(\.name) == ["from"])
            }
        }

        /// Many moves at once, with names that change places.
        @Test func namesThatChangePlaces() async throws {
            try await withSyncedPair { pair in
                for name in ["a", "b", "c"] { try pair.one.write("was \(name)", to: "x/\(name)") }
                try await pair.both()
                let before = try await pair.one.serverTree()
                for (from, to) in [("a", "t"), ("b", "a"), ("c", "b"), ("t", "c")] {
                    try pair.one.move("x/\(from)", to: "x/\(to)")
                }
                #expect(try await pair.both().text("x/c") == "was a")
                let after = try await pair.one.serverTree()
                #expect(after["x/c"]?.id == before["x/a"]?.id)
                #expect(after["x/a"]?.id == before["x/b"]?.id)
                #expect(after.count == before.count)
                #expect(try await pair.one.trash().isEmpty)
            }
        }

        @Test func aFolderThatMovedWhileItWasEdited() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("old", to: "project/inner/file")
                try await pair.both()
                for side in pair.sides { try await side.must("pause", "--sync") }
                try one.move("project", to: "renamed")
                try two.write("edited there", to: "project/inner/file")
                try two.write("new there", to: "project/new")
                for side in pair.sides { try await side.must("resume", "--sync") }
                let tree = try await pair.both()
                #expect(tree.paths == ["renamed", "renamed/inner", "renamed/inner/file", "renamed/new"])
                #expect(tree.text("renamed/inner/file") == "edited there")
                #expect(tree.text("renamed/new") == "new there")
                try await pair.serverHolds(tree)
            }
        }
    }
}

/// Gives a file another modification time.
func setModified(_ path: String, seconds: Int, nanoseconds: Int = 0) throws {
    let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
    let times = [time, time]
    guard utimensat(AT_FDCWD, path, times, 0) == 0 else {
        throw Missed(what: "\(path): \(String(cString: strerror(errno)))")
    }
}
