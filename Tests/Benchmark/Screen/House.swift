import ChildPrograms
import Foundation
import Glibc
import Measuring
import PannierCore

/// A private server and a person signed in to it, in one temporary folder; what is started here is ended by its id.
final class House {
    let folder: String
    let programs: String
    private(set) var address = ""
    private var server: ChildProgram?

    static let email = "alice@example.org"
    private static let password = "correct horse battery"

    /// - Parameter programs: the folder where `pannier` and `pannier-server` lie.
    init(programs: String) throws {
        self.programs = programs
        folder = FileManager.default.temporaryDirectory.path + "/pannier-bench-\(getpid())"
        for name in ["config", "state", "cache", "data", "run", "relay", "files"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }

    var client: String { programs + "/pannier" }
    private var serverProgram: String { programs + "/pannier-server" }
    var log: String { folder + "/log" }

    /// - Parameter runtime: the folder of sockets: another one leads the screen to another agent than the commands.
    func environment(runtime: String = "run") -> [String: String] {
        [
            "HOME": folder, "LANG": "C.UTF-8", "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "XDG_CONFIG_HOME": "\(folder)/config", "XDG_STATE_HOME": "\(folder)/state",
            "XDG_CACHE_HOME": "\(folder)/cache", "XDG_DATA_HOME": "\(folder)/data",
            "XDG_RUNTIME_DIR": "\(folder)/\(runtime)",
        ]
    }

    func paths(runtime: String = "run") -> ClientPaths {
        ClientPaths(profile: .standard, environment: environment(runtime: runtime))
    }

    // MARK: Server

    /// Starts a server on a free port of this machine, and signs in.
    func open() throws {
        let output = folder + "/server-output"
        let server = try ChildProgram(
            serverProgram, ["serve", "--data", "\(folder)/server", "--listen", "127.0.0.1:0"],
            environment: environment(), output: output, errors: log)
        self.server = server
        let deadline = Moment() + 30 * 1_000_000_000
        while address.isEmpty {
            guard server.isRunning, Moment() < deadline else { throw failure("pannier-server does not start") }
            address = Self.address(in: Files.text(of: output))
            usleep(20_000)
        }
        try run(
            serverProgram, ["user", "add", Self.email, "--password-stdin", "--data", "\(folder)/server"], Self.password)
        try run(
            client, ["login", address, "--email", Self.email, "--password-stdin", "--device", "bench"], Self.password)
    }

    private static func address(in text: String) -> String {
        guard let start = text.range(of: "http://"), text[start.lowerBound...].contains("\n") else { return "" }
        return String(text[start.lowerBound...].prefix { !$0.isWhitespace })
    }

    // MARK: Commands

    /// Runs one of pannier's commands to its end.
    /// - Throws: ``BenchmarkFailure`` when it fails.
    func pannier(_ arguments: String...) throws { try run(client, arguments) }

    private func run(_ program: String, _ arguments: [String], _ line: String = "") throws {
        let input = folder + "/input"
        try Data((line + "\n").utf8).write(to: URL(filePath: input))
        let child = try ChildProgram(
            program, arguments, environment: environment(), input: input, output: folder + "/output", errors: log)
        let status = child.endBlocking()
        guard status == 0 else { throw failure("\(arguments.joined(separator: " ")) ended with \(status)") }
    }

    private func failure(_ what: String) -> BenchmarkFailure {
        BenchmarkFailure("\(what): \(Files.text(of: log).split(separator: "\n").suffix(3).joined(separator: " "))")
    }

    // MARK: The end

    /// Ends every process and removes the folder.
    func close() {
        do {
            try pannier("agent", "--stop")
        } catch {
            Table.say("The agent was not stopped: \(error)")
        }
        server?.signal(SIGTERM)
        _ = server?.endBlocking()
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            Table.say("\(folder) could not be removed: \(error)")
        }
    }
}
