import ChildPrograms
import Foundation
import Testing

/// A private server with its devices in one temporary folder. Ends every process by its id and lets the folder be removed.
final class House: Sendable {
    let directory: URL
    let server: ServerProcess
    /// Where the server's data lies, when that is a disk of its own.
    let serverDisk: SmallDisk?
    /// The same, when its power can be cut.
    let serverPower: PowerDisk?

    /// Starts a server with the accounts alice and mia, whose password is `password`.
    /// - Parameters:
    ///   - serverBytes: gives the server a disk of its own of this size.
    ///   - serverPower: gives it one whose power can be cut.
    static func open(
        throughProxy: Bool = false, serverBytes: Int? = nil, serverPower: PowerDisk.Kind? = nil
    ) async throws -> House {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "pannier-e2e-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let disk = try serverBytes.map { try SmallDisk(at: directory.appending(path: "server"), bytes: $0) }
        let power = try serverPower.map { kind in
            try PowerDisk(
                kind, in: directory.appending(path: "server.image"), at: directory.appending(path: "server"))
        }
        let server = try await ServerProcess.start(in: directory, throughProxy: throughProxy)
        let house = House(directory: directory, server: server, serverDisk: disk, serverPower: power)
        for email in ["alice@example.org", "mia@example.org"] { try await house.server.addUser(email) }
        return house
    }

    static let password = "correct horse battery"

    private init(directory: URL, server: ServerProcess, serverDisk: SmallDisk?, serverPower: PowerDisk?) {
        self.directory = directory
        self.server = server
        self.serverDisk = serverDisk
        self.serverPower = serverPower
    }

    /// A device that is signed in as `email`.
    /// - Parameters:
    ///   - variables: of the environment, besides its own.
    ///   - isOrdinary: its programs are run by an ordinary user, also where the tests are run by root.
    func device(
        _ name: String, of email: String = "alice@example.org", variables: [String: String] = [:],
        isOrdinary: Bool = false
    ) async throws -> Device {
        var device = try Device(name: name, in: directory)
        device.variables = variables
        device.isOrdinary = isOrdinary
        let login = try await device.run(
            "login", server.address, "--email", email, "--password-stdin", "--device", name,
            input: House.password + "\n")
        #expect(login.exitCode == 0, "\(login.story)")
        return device
    }

    func folder(_ name: String) throws -> URL {
        let folder = directory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Ends everything that was started here.
    func close() async throws {
        for device in try Device.all(in: directory) { try await device.end() }
        await server.end()
        serverDisk?.end()
        serverPower?.end()
        // Nobody waits for it: there are disks on which each file takes milliseconds.
        _ = try ChildProgram(
            "/bin/rm", ["-rf", "--one-file-system", directory.path(percentEncoded: false)], environment: [:],
            output: "/dev/null", errors: "/dev/null")
    }
}

/// Runs `body` in a house and closes it whatever happens.
func inHouse<Result: Sendable>(
    throughProxy: Bool = false, serverBytes: Int? = nil, serverPower: PowerDisk.Kind? = nil,
    _ body: (House) async throws -> Result
) async throws -> Result {
    let house = try await House.open(throughProxy: throughProxy, serverBytes: serverBytes, serverPower: serverPower)
    do {
        let result = try await body(house)
        try await house.close()
        return result
    } catch {
        try? await house.close()
        throw error
    }
}

/// One device: a set of XDG folders, and the agent that lives in them.
struct Device: Sendable {
    let name: String
    let home: URL
    /// Of the environment, besides its own: an agent has those of the command that started it.
    var variables: [String: String] = [:]
    /// An ordinary user runs its programs, whoever runs the tests.
    var isOrdinary = false

    init(name: String, in directory: URL) throws {
        self.name = name
        home = directory.appending(path: "devices/\(name)")
        for folder in ["config", "state", "cache", "data", "run", "out"] {
            try FileManager.default.createDirectory(
                at: home.appending(path: folder), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }

    static func all(in directory: URL) throws -> [Device] {
        let folder = directory.appending(path: "devices").path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).map { try Device(name: $0, in: directory) }
    }

    var environment: [String: String] {
        [
            "HOME": home.path(percentEncoded: false), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "XDG_CONFIG_HOME": path("config"), "XDG_STATE_HOME": path("state"), "XDG_CACHE_HOME": path("cache"),
            "XDG_DATA_HOME": path("data"), "XDG_RUNTIME_DIR": path("run"),
        ].merging(variables) { $1 }
    }

    private func path(_ folder: String) -> String { home.appending(path: folder).path(percentEncoded: false) }

    func start(_ arguments: [String], input: String = "") throws -> Program {
        let way = isOrdinary ? OrdinaryUser.way : []
        let words = way + [Products.client.path(percentEncoded: false)] + arguments
        return try Program(
            URL(filePath: words[0]), Array(words.dropFirst()), environment: environment,
            directory: home.appending(path: "out"), input: input)
    }

    /// Runs one command to its end.
    func run(_ arguments: String..., input: String = "", within seconds: Int = 600) async throws -> Finished {
        try await start(arguments, input: input).finish(within: seconds)
    }

    /// Runs one command that must succeed.
    @discardableResult
    func must(_ arguments: String..., within seconds: Int = 600) async throws -> Finished {
        let finished = try await start(arguments).finish(within: seconds)
        try #require(finished.exitCode == 0, "\(finished.story)")
        return finished
    }

    /// The agent's process id, from its lock file's owner as `status` tells it; starts no agent.
    func agentPID() -> Int32? {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in processes.compactMap(Int32.init) {
            guard let command = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline")),
                let environment = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))
            else { continue }
            let words = command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard words.first?.hasSuffix("pannier") == true, words.contains("agent") else { continue }
            let variables = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if variables.contains("XDG_STATE_HOME=\(path("state"))") { return pid }
        }
        return nil
    }

    /// The token that the server gave this device.
    func token() throws -> String {
        struct Session: Decodable { let token: String }
        let file = home.appending(path: "state/pannier/default/session.json")
        return try JSONDecoder().decode(Session.self, from: try Data(contentsOf: file)).token
    }

    /// One transfer as `transfers --json` tells it.
    struct Transfer: Decodable, Sendable {
        struct Trouble: Decodable, Sendable {
            let code: String
            let title: String
        }

        let name: String
        let direction: String
        let state: String
        let filesTotal: Int
        let filesDone: Int
        let filesFailed: Int
        let bytesTotal: Int64
        let bytesDone: Int64
        let bytesReused: Int64
        let bytesMoved: Int64
        let problem: Trouble?
    }

    func transfers() async throws -> [Transfer] {
        try JSONDecoder().decode([Transfer].self, from: Data(try await must("transfers", "--json").output.utf8))
    }

    func end() async throws {
        guard let pid = agentPID() else { return }
        kill(pid, SIGTERM)
        do {
            try await eventually(within: 10, "end of agent \(pid)") { kill(pid, 0) == 0 ? nil : true }
        } catch {
            kill(pid, SIGKILL)
            throw error
        }
    }
}

/// Peak resident memory of a living process, in bytes.
func peakMemory(of pid: Int32) -> Int64? {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
        return line.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 * 1_024 }
    }
    return nil
}
