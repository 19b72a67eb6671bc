import Foundation
import Testing

extension EndToEnd {
    /// The server's own commands.
    @Suite struct ServerCommands {
        private func run(_ arguments: String..., input: String = "", in house: House) async throws -> Finished {
            try await Program(
                Products.server, arguments, environment: ["PATH": "/usr/bin:/bin"], directory: house.directory,
                input: input
            ).finish(within: 60)
        }

        /// A path that was typed wrongly stays as it is.
        @Test func onlyServeMakesADataFolder() async throws {
            try await inHouse { house in
                let nowhere = house.directory.appending(path: "typo").path(percentEncoded: false)
                let other = try house.folder("letters")
                try Data("dear".utf8).write(to: other.appending(path: "letter"))
                for folder in [nowhere, other.path(percentEncoded: false)] {
                    for command in [
                        ["user", "list"], ["user", "remove", "a@example.org", "--yes"], ["doctor"],
                        ["user", "add", "a@example.org", "--password-stdin"],
                    ] {
                        let finished = try await Program(
                            Products.server, command + ["--data", folder], environment: [:],
                            directory: house.directory, input: "a long password\n"
                        ).finish(within: 60)
                        #expect(finished.exitCode == 78, "\(finished.story)")
                        #expect(finished.errors.contains("no pannier data folder"), "\(finished.story)")
                    }
                }
                #expect(!FileManager.default.fileExists(atPath: nowhere))
                let serve = try await run(
                    "serve", "--data", other.path(percentEncoded: false), "--listen", "127.0.0.1:0", in: house)
                #expect(serve.exitCode == 78, "\(serve.story)")
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: other.path(percentEncoded: false)) == ["letter"]
                )
            }
        }

        /// With a signed-in device that is told of changes, and connections that never speak.
        @Test func aServerEndsWithinASecond() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await eventually(within: 30, "the device is told of changes") {
                    try house.server.metric("pannier_push_sockets") == 1 ? true : nil
                }
                let silent = try (0..<3).map { _ in try #require(Sockets.connect(to: house.server.port)) }
                defer { silent.forEach { close($0) } }
                let ended = try await house.server.stop(within: 1)
                #expect(ended.exitCode == 0, "\(ended.story)")
                try await device.end()
            }
        }

        @Test func bothProgramsTellTheirVersion() async throws {
            try await inHouse { house in
                let server = try await run("--version", in: house)
                let client = try await Device(name: "one", in: house.directory).run("--version")
                #expect(server.exitCode == 0 && client.exitCode == 0)
                #expect(server.output == client.output)
                #expect(server.output.contains { $0.isNumber })
            }
        }

        @Test func removingSomebodySaysWhatThatMeans() async throws {
            try await inHouse { house in
                let file = try house.folder("source").appending(path: "shared.txt")
                try Data("shared".utf8).write(to: file)
                let alice = try await house.device("alice")
                let mia = try await house.device("mia", of: "mia@example.org")
                try await alice.must("put", file.path(percentEncoded: false), "/")
                try await alice.must("share", "/shared.txt", "mia@example.org")
                // Without a terminal nobody can be asked.
                let unasked = try await house.server.administer(["user", "remove", "alice@example.org"])
                #expect(unasked.exitCode == 1, "\(unasked.story)")
                #expect(unasked.errors.contains("--yes"), "\(unasked.story)")
                try await alice.must("ls", "/")
                let removed = try await house.server.administer(["user", "remove", "alice@example.org", "--yes"])
                #expect(removed.exitCode == 0, "\(removed.story)")
                #expect(removed.output.contains("1 device signed out, 1 share given and 0 shares received ended"))
                try await eventually(within: 20, "the share has gone") {
                    try await mia.run("ls", "shared:/").output.contains("shared.txt") ? nil : true
                }
            }
        }
    }
}
