import Foundation
import Testing

extension EndToEnd {
    /// Both sides change the same thing: nobody's work is lost, and the tree stays clean.
    @Suite struct SyncConflicts {
        private func apart(_ pair: SyncedPair, _ changes: () throws -> Void) async throws {
            for side in pair.sides { try await side.must("pause", "--sync") }
            try changes()
            // The order of commits decides: one comes first.
            try await pair.one.must("resume", "--sync")
            _ = try await pair.one.device.start(["wait", "--synced"]).finish(within: 60)
            try await pair.two.must("resume", "--sync")
        }

        @Test func bothEdit() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("base", to: "file")
                try await pair.both()
                try await apart(pair) {
                    try one.write("from one", to: "file")
                    try two.write("from two, later", to: "file")
                }
                let tree = try await pair.both()
                #expect(tree.paths == ["file"], "no copy in the tree")
                #expect(tree.text("file") == "from two, later", "the last commit stands")
                let versions = try await one.versions("/file")
                #expect(versions.map(\.size) == [15, 8, 4])
                #expect(versions.map(\.conflict) == [nil, "open", nil])
                #expect(versions.map(\.device) == ["two", "one", "one"])
                for side in pair.sides { #expect(try await side.must("versions").output == "/file\n") }

                try await one.must("restore", "/file", "--version", "\(versions[1].number)")
                let flipped = try await pair.both()
                #expect(flipped.text("file") == "from one")
                #expect(flipped.paths == ["file"])
                #expect(try await one.versions("/file").map(\.conflict) == [nil, nil, "settled", nil])
                #expect(try await one.must("versions").output == "")
                #expect(try await one.trash().isEmpty)
            }
        }

        @Test func bothEditAlike() async throws {
            try await withSyncedPair { pair in
                try pair.one.write("base", to: "file")
                try await pair.both()
                try await apart(pair) { for side in pair.sides { try side.write("the same", to: "file") } }
                // Nothing was sent either way, so each keeps its own time of change.
                try await pair.settle()
                #expect(try pair.two.text("file") == "the same")
                let tree = try pair.one.tree()
                #expect(tree.text("file") == "the same")
                #expect(tree.paths == ["file"], "no copy in the tree")
                #expect(try await pair.one.versions("/file").map(\.conflict) == [nil, nil])
            }
        }

        /// A file and a folder want one name: the file gets another one, whoever comes first, and it is said.
        @Test(arguments: [false, true]) func fileAgainstFolder(isFileFirst: Bool) async throws {
            try await withSyncedPair { pair in
                let (owner, other) = isFileFirst ? (pair.one, pair.two) : (pair.two, pair.one)
                try await apart(pair) {
                    try other.write("inside", to: "name.txt/file")
                    try owner.write("a file", to: "name.txt")
                }
                let tree = try await pair.both()
                let file = try #require(tree.paths.first { $0.contains("(conflict ") })
                let day = #/name \(conflict two \d{4}-\d{2}-\d{2}\)\.txt/#
                #expect(file.wholeMatch(of: day) != nil, "\(file)")
                #expect(tree.text(file) == "a file")
                #expect(tree.text("name.txt/file") == "inside")
                #expect(tree.paths.count == 3)
                try await pair.serverHolds(tree)
            }
        }

        @Test func editAgainstDeletion() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for name in ["folder/edited there", "folder/edited here", "folder/alone"] {
                    try one.write("base", to: name)
                }
                try await pair.both()
                let before = try await one.serverTree()
                try await apart(pair) {
                    try one.remove("folder/edited there")
                    try one.write("edit of one", to: "folder/edited here")
                    try two.write("edit of two", to: "folder/edited there")
                    try two.remove("folder/edited here")
                    try two.remove("folder/alone")
                }
                let tree = try await pair.both()
                #expect(tree.paths == ["folder", "folder/edited here", "folder/edited there"])
                #expect(tree.text("folder/edited here") == "edit of one")
                #expect(tree.text("folder/edited there") == "edit of two")
                #expect(try await one.serverTree()["folder/edited here"]?.id == before["folder/edited here"]?.id)
                #expect(try await one.trash().map(\.name) == ["alone"])
            }
        }

        /// What is new in a folder that the other side deletes keeps the folder.
        @Test func newInADeletedFolder() async throws {
            try await withSyncedPair { pair in
                try pair.one.write("old", to: "a/b/old")
                try await pair.both()
                try await apart(pair) {
                    try pair.one.remove("a")
                    try pair.two.write("new", to: "a/b/new")
                }
                let tree = try await pair.both()
                #expect(tree.paths == ["a", "a/b", "a/b/new"])
                try await pair.serverHolds(tree)
            }
        }

        @Test func movedToTwoPlaces() async throws {
            try await withSyncedPair { pair in
                try pair.one.write("inside", to: "a/file")
                for name in ["x", "y"] { try pair.one.makeFolder(name) }
                try await pair.both()
                try await apart(pair) {
                    try pair.one.move("a", to: "x/a")
                    try pair.two.move("a", to: "y/a")
                    try pair.one.move("y", to: "z")
                }
                let tree = try await pair.both()
                #expect(tree.paths.filter { $0.hasSuffix("a/file") }.count == 1, "\(tree.paths)")
                try await pair.serverHolds(tree)
            }
        }
    }
}
