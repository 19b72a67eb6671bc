import Glibc
package import PannierCore
import PannierMirror

/// Ends a profile's agent, and puts a damaged mirror aside.
package struct AgentStopper: Sendable {
    private let paths: ClientPaths

    package init(paths: ClientPaths) { self.paths = paths }

    /// Seconds that an agent may take to end.
    private static let patience = 15

    /// Asks the agent to stop, by its socket or else by SIGTERM, and waits until it has.
    /// - Returns: whether one ran.
    package func stop() async throws(Problem) -> Bool {
        // Looking for the lock would make the folder of a profile that never was.
        guard access(paths.lock, F_OK) == 0 else { return false }
        let link = await AgentStarter(paths: paths).connectIfRunning()
        if try isFree() { return false }
        if let link {
            // It may end before its answer is out.
            _ = try? await link.send(.stop)
            await link.close()
        } else if let owner = ProfileLock.owner(paths) {
            kill(owner.process, SIGTERM)
        }
        for _ in 0..<(Self.patience * 50) {
            if try isFree() { return true }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        throw Problem(
            .agentUnreachable,
            "The agent\(ProfileLock.owner(paths).map { " (process \($0.process))" } ?? "") does not end.",
            detail: "It may be waiting for a disk. Nothing is lost if you end it with `kill -9`.")
    }

    /// Puts the mirror aside; the next agent makes a new one. The sign-in stays.
    /// - Returns: where the old one lies; nil if there was none.
    package func rebuild() async throws(Problem) -> String? {
        _ = try await stop()
        guard let lock = try ProfileLock.take(paths) else { throw .agentGone }
        let aside = AsideMirrors.add(paths)
        _ = consume lock
        return aside
    }

    private func isFree() throws(Problem) -> Bool {
        switch try ProfileLock.take(paths) {
        case .some: true
        case .none: false
        }
    }
}
