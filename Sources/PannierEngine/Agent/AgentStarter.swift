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
    /// - Parameter news: as ``SocketLink/connect(to:news:)`` has it.
    /// - Throws: ``Problem``: why there is none.
    package func connect(news: @escaping @Sendable (LinkNews) -> Void = { _ in }) async throws(Problem) -> SocketLink {
        if let link = await connectIfRunning(news: news) { return link }
        // One starter at a time; those who waited find the agent of the first.
        let turn = try await StartTurn.take(paths)
        defer { turn.end() }
        if let link = try await connectToHolder(news) { return link }
        do throws(Problem) {
            try await BlockingThread.run { () throws(Problem) in try start() }
        } catch {
            // Somebody has started one by hand at the same moment.
            guard let link = await connectIfRunning(news: news) else { throw error }
            return link
        }
        return try await SocketLink.connect(to: paths.socket, news: news)
    }

    /// Nil: no agent answers.
    package func connectIfRunning(news: @escaping @Sendable (LinkNews) -> Void = { _ in }) async -> SocketLink? {
        if let link = try? await SocketLink.connect(to: paths.socket, news: news) { return link }
        // One that was started with another runtime folder, from a session or by a timer, says where it listens.
        guard let owner = ProfileLock.owner(paths), owner.socket != paths.socket else { return nil }
        return try? await SocketLink.connect(to: owner.socket, news: news)
    }

    /// An agent that holds the profile without a socket is about to end, or to listen anew: it is waited for.
    /// - Returns: nil when nobody holds the profile.
    /// - Throws: ``Problem`` when one goes on holding it, and cannot be reached.
    private func connectToHolder(_ news: @escaping @Sendable (LinkNews) -> Void) async throws(Problem) -> SocketLink? {
        let deadline = ContinuousClock.now + Self.holderPatience
        while true {
            if let link = await connectIfRunning(news: news) { return link }
            guard try isHeld() else { return nil }
            guard ContinuousClock.now < deadline, (try? await Task.sleep(for: .milliseconds(50))) != nil else {
                throw unreachable
            }
        }
    }

    /// More than an agent needs to see that its socket has gone, or to end.
    private static let holderPatience = Duration.seconds(10)

    private func isHeld() throws(Problem) -> Bool {
        switch try ProfileLock.take(paths) {
        case .some: false
        case .none: true
        }
    }

    private var unreachable: Problem {
        let owner = ProfileLock.owner(paths)
        let process = owner.map { " (process \($0.process))" } ?? ""
        return Problem(
            .agentUnreachable,
            "The background agent\(process) runs, but nothing listens at \(owner?.socket ?? paths.socket).",
            detail: "Its socket was removed, and it cannot make another. `pannier agent --stop` ends it, and the next "
                + "command starts a new one; nothing is lost.")
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
