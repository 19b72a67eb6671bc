import Glibc
import PannierCore
import PannierTransfer
import PannierMirror

/// The turn to start an agent: a lock of its own beside the profile's, because the starter must not hold what the agent
/// needs.
struct StartTurn: Sendable {
    private let descriptor: Int32

    /// Waits for those who came before.
    static func take(_ paths: ClientPaths) async throws(Problem) -> StartTurn {
        try PrivateFolder.make(paths.state)
        return try await BlockingThread.run { () throws(Problem) in
            let path = paths.state + "/start.lock"
            do throws(SystemCallError) {
                let descriptor = try systemCall("open", path) { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
                _ = try systemCall("flock", path) { flock(descriptor, LOCK_EX) }
                return StartTurn(descriptor: descriptor)
            } catch {
                throw error.problem
            }
        }
    }

    func end() { close(descriptor) }
}
