import Foundation
import PannierCore
import Testing

extension EndToEnd {
    /// What is said while nobody answers, and what an agent that died in the middle has left.
    @Suite struct Connections {
        private func path(_ url: URL) -> String { url.path(percentEncoded: false) }

        /// A server that holds the line and says nothing: known within seconds, and told everywhere.
        @Test(.timeLimit(.minutes(4))) func aSilentServerIsSaid() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let file = try house.folder("source").appending(path: "a.bin")
                try Data(repeating: 7, count: 1 << 20).write(to: file)
                try await device.must("ls", "/")
                try await eventually(within: 20, "push") {
                    try await device.must("status").output.contains("live") ? true : nil
                }
                house.server.signal(SIGSTOP)
                defer { house.server.signal(SIGCONT) }
                // The agent that has been there all the time finds out by itself.
                try await eventually(within: 25, "the silence") { () async throws -> Bool? in
                    guard case .status(let status) = try device.say(.status) else { return nil }
                    return status.connection == .offline && status.latencyMilliseconds == nil ? true : nil
                }
                // So does a new one, and whoever waits is told.
                try await device.end()
                let put = try device.start(["put", path(file), "/"])
                try await eventually(within: 20, "a word") {
                    put.errorText.contains("does not answer") ? true : nil
                }
                let status = try await device.must("status", within: 30)
                #expect(status.output.contains("does not answer") && !status.output.contains("live"), "\(status.story)")
                house.server.signal(SIGCONT)
                let ended = try await put.finish(within: 120)
                #expect(ended.exitCode == 0, "\(ended.story)")
                #expect(try await device.must("ls", "/").output == "a.bin\n")
            }
        }

        /// The agent died after the server had done it: asked again, the answer is what it would have been.
        @Test(.timeLimit(.minutes(4))) func aRepeatedCommandIsCarriedOutOnce() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.must("mkdir", "/a", "/b", "/c")
                func names() async throws -> [String] {
                    try await device.must("ls", "/").output.split(separator: "\n").map(String.init)
                }
                let root = RemotePath.myFiles
                func at(_ name: String) throws -> RemotePath { root.appending(try NodeName(name)) }
                let commands: [EngineCommand] = [
                    .makeFolders(paths: [try at("new")], parents: false),
                    .move(sources: [try at("a")], target: try at("moved")),
                    .trash(paths: [try at("b")]),
                    .share(path: try at("c"), emails: ["mia@example.org"], role: .viewer),
                    .unshare(path: try at("c"), email: "mia@example.org"),
                ]
                for command in commands {
                    let first = try device.say(command)
                    let before = try await names()
                    // Its answer never arrived.
                    kill(try #require(device.agentPID()), SIGKILL)
                    try await device.must("ls", "/")
                    let second = try device.say(command)
                    #expect("\(first)" == "\(second)")
                    #expect(try await names() == before)
                }
                #expect(try await names() == ["c/", "moved/", "new/"])
            }
        }

        /// What cannot be written down is not in force, here or at the server.
        @Test(.timeLimit(.minutes(4))) func aSignInThatFailsHalfwayChangesNothing() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.must("mkdir", "/a")
                let old = try device.token()
                let state = device.home.appending(path: "state/pannier/default")
                // The file's next version cannot be written.
                let obstacle = state.appending(path: "session.json.new/x")
                try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: true)
                func login() async throws -> Finished {
                    try await device.run(
                        "login", house.server.address, "--email", "alice@example.org", "--password-stdin",
                        input: House.password + "\n")
                }
                let failed = try await login()
                #expect(failed.exitCode != 0, "\(failed.story)")
                #expect(try device.token() == old)
                #expect(try await device.must("ls", "/").output == "a/\n")
                #expect(!(try await device.run("ls", "/")).errors.contains("signed out"))
                try FileManager.default.removeItem(at: state.appending(path: "session.json.new"))
                #expect(try await login().exitCode == 0)
                #expect(try device.token() != old)
                #expect(try await device.must("ls", "/").output == "a/\n")
                // The one that was replaced holds no more.
                let answer = Sockets.get("/v1/account", port: house.server.port, token: old)
                #expect(answer?.contains("token_invalid") == true, "\(answer ?? "")")
            }
        }

        /// A file that was cut off keeps nobody out.
        @Test(.timeLimit(.minutes(4))) func aBrokenSessionIsMendedBySigningIn() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.must("mkdir", "/a")
                try await device.must("agent", "--stop")
                try Data("{".utf8).write(to: device.home.appending(path: "state/pannier/default/session.json"))
                let list = try await device.run("ls", "/")
                #expect(list.exitCode == 4 && list.errors.contains("pannier login"), "\(list.story)")
                let login = try await device.run(
                    "login", house.server.address, "--email", "alice@example.org", "--password-stdin",
                    input: House.password + "\n")
                #expect(login.exitCode == 0, "\(login.story)")
                #expect(try await device.must("ls", "/").output == "a/\n")
            }
        }
    }
}
