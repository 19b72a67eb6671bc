import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Clocks decide nothing: the server's order does.
    @Suite struct SyncClocks {
        /// One device lives ten years ahead, the other ten years ago.
        @Test func tenYearsApart() async throws {
            try await withClocks(ShiftedClock.decade, -ShiftedClock.decade) { pair, _ in
                let (one, two) = (pair.one, pair.two)
                for (side, ahead) in [(one, ShiftedClock.decade), (two, -ShiftedClock.decade)] {
                    let date = try #require(try await side.state().verifiedAt) / 1_000
                    #expect(abs(date - Int64(time(nil)) - ahead) < 600, "that is its date")
                }
                for name in ["keep", "edit", "delete", "folder/inside"] { try one.write("first \(name)", to: name) }
                var noise = Noise(seed: 83)
                try one.write(String(decoding: noise.bytes(3 << 20).map { $0 % 95 + 32 }, as: UTF8.self), to: "large")
                try await pair.serverHolds(try await pair.both())
                // Each in turn edits what the other one wrote: the order of commits is the order of versions.
                for (round, side) in [two, one, two].enumerated() {
                    try side.write("edit \(round)", to: "edit")
                    #expect(try await pair.both().text("edit") == "edit \(round)")
                }
                #expect(try await two.versions("/edit").map(\.device) == ["two", "one", "two", "one"])
                try one.move("folder", to: "moved")
                try two.remove("delete")
                let tree = try await pair.both()
                #expect(tree.paths == ["edit", "keep", "large", "moved", "moved/inside"])
                #expect(try await one.trash().map(\.name) == ["delete"], "nothing that nobody deleted")
                #expect(try one.quarantine().contains("first delete"))
                try await pair.serverHolds(tree)
                try await conflict(pair)
                // What was deleted comes back.
                try await one.must("restore", "/delete")
                #expect(try await pair.both().text("delete") == "first delete")
            }
        }

        /// Both edit the same file while neither hears of the other.
        private func conflict(_ pair: SyncedPair) async throws {
            for side in pair.sides { try await side.must("pause", "--sync") }
            try pair.one.write("of ten years ahead", to: "keep")
            try pair.two.write("of ten years ago, and later", to: "keep")
            try await pair.one.must("resume", "--sync")
            _ = try await pair.one.device.start(["wait", "--synced"]).finish(within: 60)
            try await pair.two.must("resume", "--sync")
            #expect(try await pair.both().text("keep") == "of ten years ago, and later")
            let versions = try await pair.one.versions("/keep")
            #expect(versions.map(\.conflict) == [nil, "open", nil])
            #expect(versions.map(\.device) == ["two", "one", "one"])
        }

        /// The date changes under agents at work: they go on, and nothing is taken for old.
        @Test func aClockThatJumps() async throws {
            try await withClocks(0, 0) { pair, clocks in
                let (one, two) = (pair.one, pair.two)
                try one.write("base", to: "file")
                try await pair.both()
                let jumps = [ShiftedClock.decade, -ShiftedClock.decade, 3_600, 0]
                for (round, jump) in jumps.enumerated() {
                    for (side, clock) in zip(pair.sides, clocks) {
                        try side.write("before \(round)", to: "of \(side.device.name)")
                        // While it waits for the file to come to rest.
                        try clock.jump(to: side.device.name == "one" ? jump : -jump)
                    }
                    try one.write("edit \(round)", to: "file")
                    let tree = try await pair.both()
                    #expect(tree.text("file") == "edit \(round)")
                    #expect(tree.text("of two") == "before \(round)")
                    let date = try #require(try await one.state().verifiedAt) / 1_000
                    #expect(abs(date - Int64(time(nil)) - jump) < 600, "it tells of now, not of before")
                }
                #expect(try await pair.both().paths == ["file", "of one", "of two"])
                #expect(try await one.trash().isEmpty)
                #expect(try await one.versions("/file").count == 5)
                #expect(Set(try two.quarantine()).isSuperset(of: ["base", "edit 0", "edit 1", "edit 2"]))
            }
        }

        /// Dates of files that no clock ever showed: they come to rest, and arrive as they are.
        @Test func filesOfOtherTimes() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                let dates = [
                    ("ahead", Int(time(nil)) + Int(ShiftedClock.decade), 999_999_999), ("the first second", 0, 1),
                    ("before 1970", -86_400 * 365, 0), ("just before 1970", -1, 999_999_999),
                    ("1901", -2_147_483_647, 5), ("after 2038", 2_147_483_648, 500_000_000),
                ]
                for (name, seconds, nanoseconds) in dates {
                    try one.write(name, to: name)
                    try setModified(one.path(name), seconds: seconds, nanoseconds: nanoseconds)
                }
                let tree = try await pair.both()
                for (name, seconds, nanoseconds) in dates {
                    guard case .file(_, let modified, _)? = tree[name] else {
                        Issue.record("\(name) is not there")
                        continue
                    }
                    #expect(modified == Int64(seconds) * 1_000_000_000 + Int64(nanoseconds), "\(name)")
                }
                // An edit counts although its date goes back.
                for (name, _, _) in dates {
                    try two.write("\(name), again", to: name)
                    try setModified(two.path(name), seconds: 1_000, nanoseconds: 0)
                }
                let edited = try await pair.both()
                for (name, _, _) in dates { #expect(edited.text(name) == "\(name), again") }
                #expect(edited.paths.count == dates.count)
                for (name, _, _) in dates { #expect(try await one.versions("/\(name)").count == 2, "\(name)") }
                #expect(try await one.trash().isEmpty)
            }
        }

        private func withClocks(
            _ one: Int64, _ two: Int64, _ body: (SyncedPair, [ShiftedClock]) async throws -> Void
        ) async throws {
            try await inHouse { house in
                let clocks = try [one, two].map { try ShiftedClock(ahead: $0, in: house.directory) }
                let pair = try await SyncedPair.open(in: house, clocks: clocks)
                try await pair.pair()
                try await pair.both()
                try await body(pair, clocks)
                try await pair.endAtOnce()
            }
        }
    }
}
