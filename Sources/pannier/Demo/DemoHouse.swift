import Foundation
import Glibc
import PannierCore

/// A folder with a server and two people in it, and all that has to be ended and removed in the end.
final class DemoHouse {
    let folder: DemoFolder
    let alice: DemoPerson
    let mia: DemoPerson
    private(set) var address = ""

    private let programs: DemoPrograms
    private let interruptions: Interruptions
    private let base: [String: String]
    private let watch: DemoGuard
    private var server: ChildProcess?
    /// Others that run now.
    private var children: [pid_t: ChildProcess] = [:]

    /// Makes the folder, readable by nobody else.
    init(_ programs: DemoPrograms, _ interruptions: Interruptions) throws {
        self.programs = programs
        self.interruptions = interruptions
        folder = try DemoFolder()
        let environment = ProcessInfo.processInfo.environment
        base = environment.merging([DemoFolder.mark: folder.path]) { $1 }
        do {
            alice = try DemoPerson(email: "alice@example.org", in: folder.path)
            mia = try DemoPerson(email: "mia@example.org", in: folder.path)
            watch = try DemoGuard(folder, program: programs.client, environment: environment)
        } catch {
            try? folder.remove()
            throw DemoFailure(description: "\(folder.path) cannot be filled: \(error)")
        }
    }

    // MARK: Server

    private var data: String { folder.path + "/server" }
    private var log: String { folder.path + "/log" }

    /// Starts the server on a free port of this machine, and returns when it is ready.
    func openServer() throws {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DemoFailure(description: "no pipe: \(String(cString: strerror(errno)))") }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        defer { close(ends[1]) }
        server = try ChildProcess(
            programs.server, ["serve", "--data", data, "--listen", "127.0.0.1:0"], environment: base,
            output: .descriptor(ends[1]), errors: .file(log), isApart: true)
        // Kept open until the end: a server that prints into nowhere would be ended by that.
        let line = try firstLine(of: ends[0])
        guard let start = line.range(of: "http://") else {
            throw DemoFailure(description: "the server said “\(line)”, but not where it listens")
        }
        address = String(line[start.lowerBound...].prefix { !$0.isWhitespace })
    }

    private func firstLine(of descriptor: CInt) throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while let server {
            switch try interruptions.wait(for: [descriptor, server.descriptor], limit: .seconds(30)) {
            case 0 where read(descriptor, &byte, 1) == 1:
                if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
                bytes.append(byte)
            case nil: throw DemoFailure(description: "the server was not ready within 30 s. \(lastWords)")
            default: throw DemoFailure(description: "the server has ended. \(lastWords)")
            }
        }
        return ""
    }

    /// What was printed on stderr last, by whatever program.
    private var lastWords: String {
        let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").suffix(3).joined(separator: " ")
    }

    func addAccount(_ person: DemoPerson) throws -> ChildProcess {
        try start(
            programs.server, ["user", "add", person.email, "--password-stdin", "--data", data], environment: base,
            input: .line(person.password))
    }

    // MARK: People

    func signIn(_ person: DemoPerson) throws -> ChildProcess {
        try start(
            programs.client, ["login", address, "--email", person.email, "--password-stdin", "--device", "demo"],
            environment: person.environment(base), input: .line(person.password))
    }

    /// Starts one of pannier's commands as this person.
    func start(_ person: DemoPerson, _ arguments: String...) throws -> ChildProcess {
        try start(programs.client, arguments, environment: person.environment(base), input: .nothing)
    }

    /// Starts sending some of the person's files to the top of My Files.
    func put(_ names: [String], of person: DemoPerson) throws -> ChildProcess {
        let arguments = ["put"] + names.map { person.files + "/" + $0 } + ["/"]
        return try start(programs.client, arguments, environment: person.environment(base), input: .nothing)
    }

    /// The full screen, on the terminal of this process.
    func openScreen(_ person: DemoPerson, theme: String?) throws -> ChildProcess {
        let screen = try ChildProcess(
            programs.client, theme.map { ["--theme", $0] } ?? [], environment: person.environment(base),
            input: .inherited, output: .inherited,
            errors: .inherited)
        children[screen.id] = screen
        return screen
    }

    private func start(
        _ program: String, _ arguments: [String], environment: [String: String], input: ChildProcess.Input
    ) throws -> ChildProcess {
        let child = try ChildProcess(
            program, arguments, environment: environment, input: input, output: .file(log), errors: .file(log))
        children[child.id] = child
        return child
    }

    /// Waits for the first of these to end.
    /// - Returns: its index; nil when `limit` has passed first.
    func wait(for some: [ChildProcess], limit: Duration) throws -> Int? {
        try interruptions.wait(for: some.map(\.descriptor), limit: limit)
    }

    /// The exit status of a process that has ended.
    func reap(_ child: ChildProcess) -> Int32 {
        children[child.id] = nil
        return child.reap()
    }

    /// Waits for a command that must succeed.
    func finish(_ child: ChildProcess, as what: String, limit: Duration = .seconds(120)) throws {
        guard try wait(for: [child], limit: limit) != nil else {
            throw DemoFailure(description: "“\(what)” did not end within \(limit.components.seconds) s. \(lastWords)")
        }
        let status = reap(child)
        guard status == 0 else { throw DemoFailure(description: "“\(what)” failed (\(status)). \(lastWords)") }
    }

    // MARK: The end

    /// Ends every process by its id, and removes the folder. Returns what was done, in words.
    func clear() -> SafeText {
        for child in children.values { child.end() }
        children = [:]
        let agents = DemoProcesses(of: folder.path, except: server.map { [$0.id] } ?? [])
        agents.end()
        server?.end()
        server = nil
        defer { watch.end() }
        do {
            try folder.remove()
        } catch {
            return "ended the server and \(agents.count) agents; \(folder.path) could not be removed: \(error)"
        }
        return "ended the server and \(agents.count) agents, removed \(folder.path)"
    }
}

/// Where the programs lie: the server beside this one, else in PATH.
struct DemoPrograms {
    let client: String
    let server: String

    init() throws {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw DemoFailure(description: "this program cannot find itself (/proc is not there)")
        }
        client = own
        let beside = URL(filePath: own).deletingLastPathComponent().path(percentEncoded: false)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = [beside] + path.split(separator: ":").map(String.init)
        let candidates = folders.map { $0.hasSuffix("/") ? "\($0)pannier-server" : "\($0)/pannier-server" }
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw DemoFailure(
                description: "pannier-server is neither beside \(own) nor in PATH; build it: swift build -c release")
        }
        server = found
    }
}
