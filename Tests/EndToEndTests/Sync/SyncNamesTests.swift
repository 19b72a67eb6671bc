import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Names of every kind, what is not synchronised, and what a person does not want to be.
    @Suite struct SyncNames {
        @Test func namesOfEveryKind() async throws {
            try await withSyncedPair { pair in
                let names = [
                    "two  words", "…", "🚲", "👩‍👩‍👧‍👦", "\u{202E}turned", " leading", "trailing ", "-rf", "*?[x]", "a\\b",
                    "\"'",
                    ".hidden", "CON", String(repeating: "é", count: 127), "caf\u{E9}",
                ]
                for (number, name) in names.enumerated() {
                    try pair.one.write("\(number)", to: "names/\(name)/\(name)")
                }
                let tree = try await pair.both()
                #expect(tree.paths.count == 2 * names.count + 1)
                for (number, name) in names.enumerated() {
                    #expect(tree.text("names/\(name)/\(name)") == "\(number)", "\(name)")
                }
                try await pair.serverHolds(tree)
            }
        }

        /// They are told of, stay here alone, and keep nothing else from going on.
        @Test func whatCannotBeKept() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("composed", to: "caf\u{E9}")
                try await pair.both()
                try one.write("decomposed", to: "cafe\u{301}")
                try one.write("line", to: "new\nline")
                // Bytes that are no text.
                try writeBytes(Array("no text".utf8), to: Array(one.path("").utf8) + [0xFF, 0xFE], mode: 0o644)
                symlink("/etc", one.path("link"))
                mkfifo(one.path("pipe"), 0o600)
                try one.write("goes on", to: "other")
                try await pair.settle(isUneasy: true)
                #expect(try two.text("other") == "goes on")
                let wait = try await one.device.run("wait", "--synced")
                #expect(wait.exitCode == 8, "\(wait.story)")
                let state = try await one.wait(for: "waiting")
                #expect(state.problems == 1 && state.leftOut == ["link": 1, "device": 1, "name": 2])
                var problems = try await one.problems()
                // However its name is shown.
                let shown = try #require(
                    problems.keys.first { !["cafe\u{301}", "new\nline", "link", "pipe"].contains($0) })
                #expect(problems.removeValue(forKey: shown) == "not_synchronised")
                #expect(
                    problems == [
                        "cafe\u{301}": "name_twin", "new\nline": "not_synchronised", "link": "not_synchronised",
                        "pipe": "not_synchronised",
                    ])
                #expect(try two.tree().paths == ["caf\u{E9}", "other"])
                #expect(Array(try two.tree().paths[0].utf8) == Array("caf\u{E9}".utf8))
                #expect(try await two.state().phase == "same")

                // Once they have other names, or are gone, nothing is left to tell.
                try one.move("cafe\u{301}", to: "tea")
                // What is merely left out keeps nothing from being the same.
                try await one.must("wait", "--synced")
                #expect(try await one.state().phase == "same")
                for name in ["new\nline", "link", "pipe"] { try one.remove(name) }
                _ = withName(Array(one.path("").utf8) + [0xFF, 0xFE]) { unlink($0) }
                let tree = try await pair.both()
                #expect(tree.paths == ["caf\u{E9}", "other", "tea"])
                #expect(try await one.problems().isEmpty)
            }
        }

        /// What a rule excludes stays as it is on every side, and is synchronised again when the rule is gone.
        @Test func ignoreRulesComeAndGo() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("log", to: "x.log")
                try one.write("text", to: "x.txt")
                try await pair.both()
                try one.write("*.log\nbuild/\n", to: ".pannierignore")
                try await pair.both()
                try one.write("log and more", to: "x.log")
                try one.write("made", to: "build/made")
                try two.write("another", to: "y.log")
                try two.write("seen", to: "seen.txt")
                try await pair.settle()
                #expect(try two.text("seen.txt") == "seen" && one.text("seen.txt") == "seen")
                #expect(try two.text("x.log") == "log" && one.text("x.log") == "log and more")
                #expect(try two.tree()["build"] == nil && one.tree()["y.log"] == nil)
                let there = try await one.serverTree()
                #expect(Set(there.keys) == [".pannierignore", "seen.txt", "x.log", "x.txt"])
                #expect(there["x.log"]?.size == 3)

                try one.remove(".pannierignore")
                let tree = try await pair.both()
                #expect(tree.paths == ["build", "build/made", "seen.txt", "x.log", "x.txt", "y.log"])
                #expect(tree.text("x.log") == "log and more")
                try await pair.serverHolds(tree)
            }
        }

        /// In My Files alone, and here again.
        @Test func onlineOnly() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for name in ["1", "2", "deep/3"] { try one.write(name, to: "docs/\(name)") }
                try one.write("stays", to: "other")
                try await pair.both()
                try await two.must("keep", "--online-only", two.path("docs"))
                try await two.must("wait", "--synced")
                #expect(try two.tree().paths == ["other"])
                #expect(try two.quarantine().isEmpty, "the server has it")
                #expect(try await one.serverTree().count == 6)
                try one.write("4", to: "docs/deep/4")
                try await pair.settle()
                #expect(try one.tree().paths.count == 7)
                #expect(try two.tree().paths == ["other"])

                try await two.must("keep", "--here", "/docs")
                let tree = try await pair.both()
                #expect(tree.text("docs/deep/3") == "deep/3" && tree.text("docs/deep/4") == "4")
                #expect(try await one.trash().isEmpty)
            }
        }
    }
}
