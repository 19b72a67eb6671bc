import CLinux
import Foundation
import Glibc
package import PannierCore
import PannierTransfer
import PannierMirror

/// Finds the agent of a profile, and starts it when there is none.
package struct AgentStarter: Sendable {
    package let paths: ClientPaths
    /// The program and its arguments; `--ready-descriptor N` is added.
    private let command: [String]

    /// - Parameter command: defaults to this very program as `agent --foreground`.
    package init(paths: ClientPaths, command: [String]? = nil) {
        self.paths = paths
        self.command = command ?? ["/proc/self/exe", "--profile", paths.profile.name, "agent", "--foreground"]
    }

    /// Seconds that a new agent may take, the end of an old one included.
    private static let patience: Int32 = 30

    /// A link to the agent; a new one is started if none answers. However many do this at once, one agent comes of it.
    /// - Throws: ``Problem``: why there is none.
    package func connect() async throws(Problem) -> SocketLink {
        if let link = await connectIfRunning() { return link }
        // One starter at a time; those who waited find the agent of the first.
        let turn = try await StartTurn.take(paths)
        defer { turn.end() }
        if let link = await connectIfRunning() { return link }
        try await BlockingThread.run { () throws(Problem) in try start() }
        return try await SocketLink.connect(to: paths.socket)
    }

    /// Nil: no agent answers.
    package func connectIfRunning() async -> SocketLink? {
        if let link = try? await SocketLink.connect(to: paths.socket) { return link }
        // One that was started with another runtime folder, from a session or by a timer, says where it listens.
        guard let owner = ProfileLock.owner(paths), owner.socket != paths.socket else { return nil }
        return try? await SocketLink.connect(to: owner.socket)
    }

    /// Blocks until the agent takes commands.
    private func start() throws(Problem) {
        let reading: Int32
        do throws(SystemCallError) {
            let log = try high(AgentLog.open(paths.log), paths.log)
            defer { close(log) }
            var ends: [Int32] = [-1, -1]
            _ = try systemCall("pipe", "") { pipe(&ends) }
            let writing = try high(ends[1], "pipe")
            defer { close(writing) }
            reading = try high(ends[0], "pipe")
            try spawn(output: log, ready: writing)
        } catch {
            throw Problem(.agentUnreachable, "The background agent could not be started: \(error).")
        }
        defer { close(reading) }
        try Readiness.hear(on: reading, within: Self.patience, log: paths.log)
    }

    private func spawn(output: Int32, ready: Int32) throws(SystemCallError) {
        var arguments = (command + ["--ready-descriptor", "3"]).map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        // In /proc the program is known by the name it was called by, not by `exe`.
        if command[0] == "/proc/self/exe" {
            free(arguments[0])
            arguments[0] = strdup(CommandLine.arguments.first ?? "pannier")
        }
        let failure = pannier_spawn_detached(command[0], arguments, output, ready)
        guard failure == 0 else { throw SystemCallError(call: "spawn", path: command[0], number: failure) }
    }

    /// Above the descriptors that the agent is given, so that none is overwritten before it is duplicated.
    private func high(_ descriptor: Int32, _ path: String) throws(SystemCallError) -> Int32 {
        defer { close(descriptor) }
        return try systemCall("fcntl", path) { fcntl(descriptor, F_DUPFD_CLOEXEC, 10) }
    }
}
