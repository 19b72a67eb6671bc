import Foundation
import Testing

extension EndToEnd {
    /// Somebody puts older data back in the server's place, by hand and without a word: what has come since is on the devices
    /// still, nothing is deleted there, and it comes back to the server.
    @Suite struct SyncPutBack {
        @Test func olderDataOfTheServer() async throws {
            try await withSyncedPair { pair in
                let (one, two, server) = (pair.one, pair.two, pair.house.server)
                for name in ["stays", "edited", "gone", "folder/inside", "late"] {
                    try one.write("old \(name)", to: name)
                }
                try await pair.both()
                await server.kill()
                let copy = try await server.copyData()
                try await server.serve()

                try one.write("edited since", to: "edited")
                try one.remove("gone")
                try two.move("folder", to: "moved")
                try one.write("new", to: "new/of one")
                try two.write("new", to: "of two")
                try await pair.both()
                await server.kill()
                // Nobody has heard of this yet.
                try two.write("edited while it was away", to: "late")
                try await server.putBack(copy)
                try await server.serve()

                let tree = try await pair.both(within: 120)
                #expect(tree.text("stays") == "old stays")
                #expect(tree.text("edited") == "edited since")
                // Without a base both contents are new: the one that was committed later is current, and both are kept.
                let late = ["old late", "edited while it was away"]
                #expect(tree.text("late").map(late.contains) == true)
                #expect(try await one.versions("/late").map(\.size).contains(24))
                #expect(tree.text("new/of one") == "new" && tree.text("of two") == "new")
                #expect(tree.text("moved/inside") == "old folder/inside")
                // What was deleted since may be there again: nobody knows of that any more.
                #expect(try await one.trash().isEmpty)
                for side in pair.sides {
                    #expect(try side.quarantine().allSatisfy { $0.hasPrefix("old ") || late.contains($0) })
                }
                try await pair.serverHolds(tree)
                #expect(try await one.versions("/edited").map(\.size).contains(12))
            }
        }

        /// The server goes on from the older data before a device hears of it, beyond what that device has seen.
        @Test func itWentOnMeanwhile() async throws {
            try await withSyncedPair { pair in
                let (one, two, server) = (pair.one, pair.two, pair.house.server)
                try one.write("old", to: "first")
                try await pair.both()
                await server.kill()
                let copy = try await server.copyData()
                try await server.serve()
                for number in 0..<3 { try two.write("of two \(number)", to: "two/\(number)") }
                try await pair.both()
                try await two.stopAgent()
                try await one.stopAgent()
                await server.kill()
                try await server.putBack(copy)
                try await server.serve()
                // A third device, which knows of nothing.
                let third = try await pair.house.device("third")
                for number in 0..<12 { try await third.must("mkdir", "/made \(number)") }
                try await two.startAgent()
                try await one.startAgent()
                let tree = try await pair.both(within: 120)
                for number in 0..<3 { #expect(tree.text("two/\(number)") == "of two \(number)") }
                for number in 0..<12 { #expect(tree["made \(number)"] == .folder) }
                #expect(tree.text("first") == "old")
                #expect(try await one.trash().isEmpty)
                try await pair.serverHolds(tree)
            }
        }
    }
}
