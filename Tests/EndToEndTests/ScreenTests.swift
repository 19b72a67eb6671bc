import Foundation
import Testing

extension EndToEnd {
    /// The full screen as somebody uses it: a terminal, keys, a real agent, a real server.
    @Suite("The full screen", .timeLimit(.minutes(5)))
    struct FullScreenTests {
        /// Uploads a folder, pauses, goes on, shares it, sees changes arrive, renames, trashes, restores, changes the
        /// theme, and leaves. Each outcome is looked at on the server, through another device.
        @Test("The newcomer's path")
        func newcomer() async throws {
            try await inHouse { house in
                let alice = try await house.device("alice")
                let witness = try await house.device("witness")
                let mia = try await house.device("mia", of: "mia@example.org")
                let folder = try house.folder("source/film")
                var noise = Noise(seed: 7)
                try noise.write(24 << 20, to: folder.appending(path: "rushes.mov"))
                try Data("act one\n".utf8).write(to: folder.appending(path: "script.txt"))
                // So slow that it can be paused.
                try await alice.must("limit", "up", "4M")

                try await Screen.with(alice) { screen in
                    try await upload(folder, screen, alice)
                    try await share(screen, mia)
                    try await seeChanges(house, screen, witness, mia)
                    try await rename(screen, witness)
                    try await trashAndRestore(screen, witness)
                    try await leave(screen)
                }
                let target = try house.folder("target")
                try await witness.must(
                    "get", "/movie/rushes.mov", "/movie/script.txt", target.path(percentEncoded: false))
                #expect(try await differences(folder, target, in: house.directory) == "")
            }
        }

        private func upload(_ folder: URL, _ screen: Screen, _ alice: Device) async throws {
            try await screen.wait(for: "Nothing here yet.")
            try await screen.press("I")
            try await screen.wait(for: "Upload to /")
            try await screen.press("/", "C-u")
            try await screen.type(folder.deletingLastPathComponent().path(percentEncoded: false))
            try await screen.press("Enter")
            try await screen.wait(for: "film/")
            try await screen.press("s")
            try await screen.wait(for: "film on the way to /")
            try await screen.press("w")
            try await screen.wait(for: "sending")
            try await screen.press("p")
            try await screen.wait(for: "1 paused")
            try await eventually(within: 20, "the pause") {
                try await alice.transfers().first?.state == "paused" ? true : nil
            }
            try await screen.press("p")
            try await screen.wait(for: "sending")
            try await alice.must("limit", "up", "off")
            try await screen.wait(for: "film is uploaded", within: 60)
            try await screen.press("Escape")
            try await screen.wait(for: "film/")
        }

        private func share(_ screen: Screen, _ mia: Device) async throws {
            try await screen.press("S")
            try await screen.wait(for: "Who has access")
            try await screen.type("mia@example.org")
            try await screen.press("C-s")
            try await screen.wait(for: "mia@example.org may see film now")
            try await screen.press("Escape")
            try await screen.wait(untilGone: "Who has access")
            try await eventually(within: 20, "the share") {
                try await mia.run("ls", "shared:/").output.contains("film/") ? true : nil
            }
        }

        /// From another device of hers, and from somebody else; within a second of their being there.
        private func seeChanges(_ house: House, _ screen: Screen, _ witness: Device, _ mia: Device) async throws {
            let other = try house.folder("other").appending(path: "from elsewhere.txt")
            try Data("hello\n".utf8).write(to: other)
            try await witness.must("put", other.path(percentEncoded: false), "/")
            try await screen.wait(for: "from elsewhere.txt", within: 2)
            try await mia.must("mkdir", "/plans")
            try await mia.must("share", "/plans", "alice@example.org")
            try await screen.wait(for: "mia@example.org shares plans with you", within: 2)
            try await screen.wait(for: "plans/")
        }

        private func rename(_ screen: Screen, _ witness: Device) async throws {
            try await screen.press("Home", "r")
            try await screen.wait(for: "rename or move film")
            try await screen.press("C-u")
            try await screen.type("movie")
            try await screen.press("Enter")
            try await screen.wait(for: "movie/")
            #expect(try await names(witness) == ["movie/", "from elsewhere.txt"])
        }

        private func trashAndRestore(_ screen: Screen, _ witness: Device) async throws {
            try await screen.press("Home", "d")
            try await screen.wait(for: "Put movie with all that lies in it into the trash?")
            try await screen.press("Enter")
            try await screen.wait(untilGone: "movie/")
            #expect(try await names(witness) == ["from elsewhere.txt"])
            try await screen.press("g", "t")
            try await screen.wait(for: "movie/")
            try await screen.press("u")
            try await screen.wait(for: "taken out of the trash: /movie")
            try await screen.press("h")
            try await screen.wait(for: "movie/")
            #expect(try await names(witness) == ["movie/", "from elsewhere.txt"])
        }

        private func leave(_ screen: Screen) async throws {
            try await screen.type(":theme")
            try await screen.press("Enter")
            try await screen.wait(for: "Themes")
            try await screen.press("Down", "Enter")
            try await screen.wait(for: "until you leave")
            try await screen.press("q")
            try await screen.wait(for: "ended 0")
        }

        private func names(_ device: Device) async throws -> [Substring] {
            try await device.must("ls", "/").output.split(separator: "\n")
        }

        @Test("Leaving lets transfers go on, and the next screen finds them; a dead agent is started again")
        func goesOn() async throws {
            try await inHouse { house in
                let alice = try await house.device("alice")
                let file = try house.folder("source").appending(path: "long.bin")
                var noise = Noise(seed: 9)
                try noise.write(16 << 20, to: file)
                try await alice.must("limit", "up", "2M")
                let put = try alice.start(["put", file.path(percentEncoded: false), "/"])
                try await Screen.with(alice) { screen in
                    try await screen.wait(for: "long.bin")
                    try await screen.press("q")
                    try await screen.wait(for: "1 transfer goes on in the background")
                }
                try await Screen.with(alice) { screen in
                    try await screen.wait(for: "long.bin")
                    let agent = try #require(alice.agentPID())
                    kill(agent, SIGKILL)
                    try await screen.wait(for: "the agent is back", within: 30)
                    _ = try await put.finish(within: 60)
                    try await alice.must("limit", "up", "off")
                    try await screen.wait(for: "✓ long.bin", within: 60)
                    try await screen.press("q")
                    try await screen.wait(for: "ended 0")
                }
            }
        }
    }
}
