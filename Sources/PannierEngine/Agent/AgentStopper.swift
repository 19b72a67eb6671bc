import Glibc
package import PannierCore
import PannierMirror

/// Ends a profile's agent, and puts a damaged mirror aside.
package struct AgentStopper: Sendable {
    private let paths: ClientPaths
    /// Seconds that an agent may take to end.
    private let patience: Int

    package init(paths: ClientPaths, patience: Int = 15) {
        self.paths = paths
        self.patience = patience
    }

    /// Asks the agent to stop, by its socket or else by SIGTERM, and waits until it has. A signal goes only to the process
    /// that is made sure to hold the lock (``AgentProcess``).
    /// - Returns: whether one ran.
    package func stop() async throws(Problem) -> Bool {
        // Looking for the lock would make the folder of a profile that never was.
        guard access(paths.lock, F_OK) == 0 else { return false }
        let link = await AgentStarter(paths: paths).connectIfRunning()
        if try isFree() { return false }
        var isAsked = false
        if let link {
            isAsked = await Self.ask(link)
            await link.close()
        }
        for _ in 0..<(patience * 50) {
            if try isFree() { return true }
            // One that has just begun may not have signed the lock yet.
            if !isAsked { isAsked = AgentProcess(holding: paths)?.terminate() ?? false }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        throw isAsked ? Self.stuck(AgentProcess(holding: paths)?.id) : unknown
    }

    /// - Returns: whether it has heard.
    private static func ask(_ link: SocketLink) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await link.send(.stop)
                    return true
                } catch {
                    // It may end before its answer is out.
                    return error as? Problem == .agentGone
                }
            }
            group.addTask {
                try? await Task.sleep(for: hearing)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// How long an agent may take to hear that it shall stop; after that a signal says so.
    private static let hearing = Duration.seconds(3)

    private static func stuck(_ process: Int32?) -> Problem {
        Problem(
            .agentUnreachable, "The agent\(process.map { " (process \($0))" } ?? "") does not end.",
            detail: "It may be waiting for a disk. Nothing is lost if you end it with `kill -9`.")
    }

    /// The lock's file may name a process that has long been another one.
    private var unknown: Problem {
        Problem(
            .agentUnreachable,
            "An agent that does not answer holds this profile, and which process it is, is not sure.",
            detail: "No process was ended. `fuser \(paths.lock)` names it; nothing is lost if you end it.")
    }

    /// Puts the mirror aside and makes a new one. The sign-in stays.
    /// - Returns: where the old one lies; nil if there was none.
    /// - Throws: ``Problem``: no new one can be made; the old one is where it was.
    package func rebuild() async throws(Problem) -> String? {
        // Without a place for the socket there would be no agent to fill it.
        try PrivateFolder.make(paths.socketFolder)
        _ = try await stop()
        guard let lock = try ProfileLock.take(paths) else { throw .agentGone }
        let aside = AsideMirrors.add(paths)
        do throws(Problem) {
            try Mirror.open(paths, lock: lock).close()
        } catch {
            // The lock went with the attempt. Whoever has it now works with what is there.
            if let aside, let lock = try? ProfileLock.take(paths) {
                AsideMirrors.restore(aside, paths)
                _ = consume lock
            }
            throw error
        }
        return aside
    }

    private func isFree() throws(Problem) -> Bool {
        switch try ProfileLock.take(paths) {
        case .some: true
        case .none: false
        }
    }
}
