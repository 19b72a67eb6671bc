import Foundation
import Testing

extension EndToEnd {
    /// What is done while something is not there, is carried out when it is back.
    @Suite struct SyncAway {
        @Test func paused() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("before", to: "a")
                try await pair.both()
                try await one.must("pause", "--sync")
                try one.write("meanwhile", to: "b")
                try two.write("there", to: "c")
                let wait = try await one.device.run("wait", "--synced")
                #expect(wait.exitCode == 1 && wait.errors.contains("paused"), "\(wait.story)")
                try await two.must("wait", "--synced")
                #expect(try one.tree().paths == ["a", "b"] && two.tree().paths == ["a", "c"])
                // It stays so when the agent starts anew.
                try await one.stopAgent()
                #expect(try await one.state().phase == "paused")
                try await one.must("resume", "--sync")
                #expect(try await pair.both().paths == ["a", "b", "c"])
            }
        }

        @Test func theServerIsAway() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for name in ["keep", "edit", "delete", "folder/inside"] { try one.write(name, to: name) }
                try await pair.both()
                let before = try await one.serverTree()
                await pair.house.server.kill()
                try one.write("edited here", to: "edit")
                try one.remove("delete")
                try one.move("folder", to: "moved")
                try one.write("new", to: "moved/new")
                try two.write("from two", to: "of two")
                #expect(try await one.state().phase != "stopped")
                // What would be done is known without the server.
                let plan = try await eventually(within: 20, "a plan") { () -> String? in
                    let plan = try await one.must("plan").output
                    return plan.contains("moved") && plan.contains("delete") ? plan : nil
                }
                #expect(!plan.contains("keep"))
                try await pair.house.server.serve()
                let tree = try await pair.both()
                #expect(tree.paths == ["edit", "keep", "moved", "moved/inside", "moved/new", "of two"])
                #expect(tree.text("edit") == "edited here")
                let after = try await one.serverTree()
                #expect(after["moved/inside"]?.id == before["folder/inside"]?.id)
                #expect(after["edit"]?.id == before["edit"]?.id)
            }
        }

        @Test func theAgentIsAway() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for name in ["a", "b", "c", "d", "folder/e"] { try one.write(name, to: name) }
                try await pair.both()
                let before = try await one.serverTree()
                try await one.stopAgent()
                try one.write("edited", to: "a")
                try one.move("b", to: "folder/b")
                try one.remove("c")
                try one.write("new", to: "new")
                try two.move("folder", to: "there")
                try two.remove("d")
                try two.write("of two", to: "there/f")
                try await two.must("wait", "--synced")
                try await one.startAgent()
                let tree = try await pair.both()
                #expect(tree.paths == ["a", "new", "there", "there/b", "there/e", "there/f"])
                #expect(tree.text("a") == "edited")
                let after = try await one.serverTree()
                #expect(after["there/b"]?.id == before["b"]?.id, "found again, not sent again")
                #expect(Set(try await one.trash().map(\.name)) == ["c", "d"])
                try await pair.serverHolds(tree)
            }
        }

        /// Both sides are filled when they meet: what is equal is taken for one, nothing is deleted.
        @Test func firstPairing() async throws {
            try await inHouse { house in
                let pair = try await SyncedPair.open(in: house)
                let (one, two) = (pair.one, pair.two)
                var noise = Noise(seed: 61)
                let large = String(decoding: noise.bytes(300_000).map { $0 % 95 + 32 }, as: UTF8.self)
                for side in pair.sides {
                    try side.write(large, to: "same/large")
                    try setModified(side.path("same/large"), seconds: 1_600_000_000)
                    try side.write("of \(side.device.name)", to: "same/only \(side.device.name)")
                    try side.write("differs: \(side.device.name)", to: "same/differs")
                }
                try one.write("a file", to: "kind")
                try two.write("in a folder", to: "kind/inside")
                try await one.must("sync", one.root)
                try await one.must("wait", "--synced")
                let bytes = try house.server.metric("pannier_store_put_bytes_total")
                let read = try house.server.metric("pannier_store_get_bytes_total")
                try await two.must("sync", two.root)
                let tree = try await pair.both()
                // The file gives way, though the server has it under that name already.
                let marked = try #require(tree.paths.first { $0.hasPrefix("kind (conflict two ") })
                #expect(
                    Set(tree.paths) == [
                        "kind", "kind/inside", marked, "same", "same/differs", "same/large", "same/only one",
                        "same/only two",
                    ])
                #expect(tree.text(marked) == "a file")
                #expect(tree.text("kind/inside") == "in a folder")
                // The later commit is the current one.
                #expect(tree.text("same/differs") == "differs: two")
                #expect(try await two.versions("/same/differs").map(\.conflict) == [nil, "open"])
                #expect(try await two.versions("/same/large").count == 1)
                #expect(try house.server.metric("pannier_store_put_bytes_total") - bytes < 50_000, "sent again")
                #expect(try house.server.metric("pannier_store_get_bytes_total") - read < 50_000, "fetched")
                #expect(try await one.trash().isEmpty)
                try await pair.serverHolds(tree)
            }
        }

        /// Ended and begun again: both sides are united, and what was deleted on one meanwhile is there again.
        @Test func pairedAnew() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for name in ["a", "b"] { try one.write(name, to: name) }
                try await pair.both()
                try await one.must("sync", "--stop")
                #expect(try one.tree().paths == ["a", "b"])
                try one.remove("a")
                try two.remove("b")
                try await two.must("wait", "--synced")
                try await one.must("sync", one.root)
                let tree = try await pair.both()
                #expect(tree.paths == ["a", "b"])
            }
        }
    }
}
