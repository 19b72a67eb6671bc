import ChildPrograms
import Foundation
import PannierCore
import PannierEngine
import PannierMirror
import Testing

/// One device on this machine with the real program, and whatever agent it starts.
struct AgentDevice: Sendable {
    let scratch: Scratch
    let starter: AgentStarter

    /// The program lies beside the test bundle.
    static let program: String = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: executable).deletingLastPathComponent().appending(path: "pannier").path(
            percentEncoded: false)
    }()

    init() throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.program), "build the program first")
        scratch = try Scratch()
        let variables = scratch.environment.map { "\($0.key)=\($0.value)" }
        starter = AgentStarter(
            paths: scratch.paths, command: ["/usr/bin/env"] + variables + [Self.program, "agent", "--foreground"])
    }

    /// Opens the mirror as an agent would, while none runs.
    func inMirror(_ body: (Mirror) throws -> Void) throws {
        guard let lock = try ProfileLock.take(scratch.paths) else { throw Missed(what: "the lock") }
        let mirror = try Mirror.open(scratch.paths, lock: lock)
        try body(mirror)
        try mirror.close()
    }

    func end() async throws { _ = try await AgentStopper(paths: scratch.paths).stop() }

    struct Ran: Sendable, CustomStringConvertible {
        var arguments: [String]
        var exitCode: Int32
        var output: String
        var errors: String
        var description: String { "\(arguments) → \(exitCode)\n\(output)\n\(errors)" }
    }

    func run(_ arguments: String...) async throws -> Ran { try await run(arguments) }

    /// Runs a line of the shell, in which `$0` is the program and `$@` are the arguments.
    func run(in line: String, _ arguments: [String]) async throws -> Ran {
        try await run(["-c", line, Self.program] + arguments, program: "/bin/sh")
    }

    /// - Parameter output: where standard output goes; kept if missing.
    func run(
        _ arguments: [String], program: String = AgentDevice.program, output given: String? = nil
    ) async throws -> Ran {
        let id = UUID().uuidString
        let (output, errors) = (given ?? scratch.folder + "/\(id).out", scratch.folder + "/\(id).err")
        for file in [output, errors] where file != given { try Data().write(to: URL(filePath: file)) }
        let code = try await ChildProgram(
            program, arguments, environment: scratch.environment, output: output, errors: errors
        ).end()
        return Ran(
            arguments: arguments, exitCode: code,
            output: given == nil ? try String(contentsOfFile: output, encoding: .utf8) : "",
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }
}
