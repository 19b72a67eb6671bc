import ChildPrograms
import Foundation
import Testing

/// What a finished program left.
struct Finished: Sendable {
    let arguments: [String]
    let exitCode: Int32
    let output: String
    let errors: String

    /// For the message of a failed expectation.
    var story: String {
        "\(arguments.joined(separator: " ")) → \(exitCode)\nstdout: \(output.suffix(2_000))\nstderr: \(errors.suffix(2_000))"
    }
}

/// A real process, what it prints, and how it ends.
final class Program: Sendable {
    private let child: ChildProgram
    private let arguments: [String]
    private let outputFile: URL
    private let errorFile: URL

    var pid: Int32 { child.pid }

    /// Starts `executable`. `input` is all it gets on standard input.
    init(
        _ executable: URL, _ arguments: [String], environment: [String: String], directory: URL, input: String = ""
    ) throws {
        self.arguments = [executable.lastPathComponent] + arguments
        let name = UUID().uuidString
        outputFile = directory.appending(path: "\(name).out")
        errorFile = directory.appending(path: "\(name).err")
        let inputFile = directory.appending(path: "\(name).in")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        try Data(input.utf8).write(to: inputFile)
        child = try ChildProgram(
            executable.path(percentEncoded: false), arguments, environment: environment,
            directory: directory.path(percentEncoded: false), input: inputFile.path(percentEncoded: false),
            output: outputFile.path(percentEncoded: false), errors: errorFile.path(percentEncoded: false))
    }

    /// Waits for the end; a program that takes longer than `seconds` is killed and fails the test.
    func finish(within seconds: Int = 600) async throws -> Finished {
        let (child, arguments) = (child, arguments)
        let deadline = Task {
            try await Task.sleep(for: .seconds(seconds))
            Issue.record("\(arguments.joined(separator: " ")) did not end within \(seconds) s")
            child.signal(SIGKILL)
        }
        defer { deadline.cancel() }
        let code = await child.end()
        return Finished(
            arguments: arguments, exitCode: code, output: try text(of: outputFile), errors: try text(of: errorFile))
    }

    /// Waits until what it has printed satisfies `condition`.
    /// - Throws: ``Missed`` when it ends or stands still before that, or takes too long.
    func waitForOutput(within seconds: Int = 60, _ condition: @Sendable (String) -> Bool) async throws -> String {
        try await eventually(within: seconds, "output of \(arguments.joined(separator: " "))") {
            let (hasEnded, isStopped) = (!self.child.isRunning, self.isStopped)
            let printed = try self.text(of: self.outputFile)
            if condition(printed) { return printed }
            if hasEnded { throw Missed(what: "ended early: \(self.errorText)") }
            if isStopped { throw Missed(what: "stands still") }
            return nil
        }
    }

    func signal(_ number: Int32) { child.signal(number) }

    var isRunning: Bool { child.isRunning }

    /// Whether it stands still, by SIGSTOP.
    var isStopped: Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return line.split(separator: ")").last?.split(separator: " ").first == "T"
    }

    var errorText: String { (try? text(of: errorFile)) ?? "" }

    private func text(of file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
}

/// Looks again and again until `look` finds something.
/// - Throws: when nothing was found in time.
@discardableResult
func eventually<Found: Sendable>(
    within seconds: Int = 60, _ what: String, _ look: @Sendable () async throws -> Found?
) async throws -> Found {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
        if let found = try await look() { return found }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw Missed(what: "not within \(seconds) s: \(what)")
}

struct Missed: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

extension Program {
    /// Copies a file or folder as `cp -a` does: with times, and sockets, too.
    static func copy(_ source: URL, to target: URL, in directory: URL) async throws {
        let paths = [source, target].map { $0.path(percentEncoded: false) }
        let program = try Program(URL(filePath: "/bin/cp"), ["-a"] + paths, environment: [:], directory: directory)
        let finished = try await program.finish(within: 60)
        try #require(finished.exitCode == 0, "\(finished.story)")
    }
}

/// Where the built programs lie: beside the test bundle.
enum Products {
    static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["PANNIER_PRODUCTS"] { return URL(filePath: path) }
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: executable).deletingLastPathComponent()
    }()
    static let client = directory.appending(path: "pannier")
    static let server = directory.appending(path: "pannier-server")
    /// Full sizes of the promises (a 4 GiB file, 2 GiB killed in the middle, 20 seeds); else a tenth of them.
    static let isFull = ProcessInfo.processInfo.environment["PANNIER_FULL"] != nil
    /// The longest rounds of kills and power cuts.
    static let isLong = ProcessInfo.processInfo.environment["PANNIER_LONG"] != nil
    /// Where a test that is left out is a failure: in CI.
    static let mustRunAll = isFull || ProcessInfo.processInfo.environment["CI"] != nil
}
