import Glibc
import NIOCore

/// The kernel's `struct ucred`, which Glibc's module does not have.
private struct PeerCredentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = .max
    var group: UInt32 = .max
}

extension Channel {
    /// Whether the process at the other end of this Unix socket is this user's: the kernel says who it is. Both ends ask
    /// before they say anything, since a name in a shared folder may be anybody's.
    func isOfThisUser() async throws -> Bool { try await peer()?.user == geteuid() }

    /// The process that listens, or connected, at the other end.
    func peerProcess() async throws -> Int32? { try await peer()?.process }

    private func peer() async throws -> PeerCredentials? {
        guard let provider = self as? any SocketOptionProvider else { return nil }
        return try await provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
    }
}
