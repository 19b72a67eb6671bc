import ChildPrograms
import Foundation
import Glibc
import Measuring
import PannierCore

/// One device: a set of XDG folders, the agent that lives in them, and its synced folder.
final class Device {
    let name: String
    let folder: String
    private let ground: Ground
    private let program: String
    private let environment: [String: String]

    init(_ name: String, _ ground: Ground, _ programs: String) throws {
        (self.name, self.ground, program) = (name, ground, programs + "/pannier")
        folder = try ground.makeFolder("folder \(name)")
        environment = try Self.environment(ground, "device \(name)")
    }

    static func environment(_ ground: Ground, _ home: String) throws -> [String: String] {
        var environment = [
            "HOME": ground.path(home), "LANG": "C.UTF-8",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
        for (variable, folder) in [
            ("CONFIG_HOME", "config"), ("STATE_HOME", "state"), ("CACHE_HOME", "cache"), ("DATA_HOME", "data"),
            ("RUNTIME_DIR", "run"),
        ] {
            environment["XDG_\(variable)"] = try ground.makeFolder("\(home)/\(folder)")
        }
        return environment
    }

    /// The agent's process, as its lock says.
    var agent: pid_t {
        let lock = Files.text(of: ClientPaths(profile: .standard, environment: environment).lock)
        return pid_t(lock.prefix { $0.isNumber }) ?? 0
    }

    /// Runs one of pannier's commands to its end.
    /// - Throws: ``BenchmarkFailure`` when it fails.
    @discardableResult
    func pannier(_ arguments: [String], input: String = "") throws -> String {
        try Self.run(program, arguments, environment, ground, input: input)
    }

    /// How it stands with the folder.
    struct State: Decodable {
        let phase: String
        let watched: Int
        let unwatched: Int
        let heldHere: Int
        let heldThere: Int
    }

    func state() throws -> State {
        try JSONDecoder().decode(State.self, from: Data(try pannier(["sync", "--json"]).utf8))
    }

    /// An agent that is started otherwise than by a command.
    /// - Parameter words: the shell's, before the agent begins in its place.
    func agent(in namespace: [String], after words: String) throws -> ChildProgram {
        let shell = namespace + ["sh", "-c", "\(words); exec \"$0\" agent --foreground", program]
        return try ChildProgram(
            "/usr/bin/env", shell, environment: environment, output: "/dev/null", errors: ground.path("log"))
    }

    func stop() {
        do {
            try pannier(["agent", "--stop"])
        } catch {
            Table.say("The agent of \(name) was not stopped: \(error)")
        }
    }

    @discardableResult
    static func run(
        _ program: String, _ arguments: [String], _ environment: [String: String], _ ground: Ground, input: String = ""
    ) throws -> String {
        let (given, output, log) = (ground.path("input"), ground.path("output"), ground.path("log"))
        try Data((input + "\n").utf8).write(to: URL(filePath: given))
        try Data().write(to: URL(filePath: output))
        let child = try ChildProgram(
            program, arguments, environment: environment, input: given, output: output, errors: log)
        let status = child.endBlocking()
        guard status == 0 else {
            let last = Files.text(of: log).split(separator: "\n").suffix(3).joined(separator: " ")
            throw BenchmarkFailure("\(arguments.joined(separator: " ")) ended with \(status): \(last)")
        }
        return Files.text(of: output)
    }
}
