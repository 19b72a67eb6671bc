import Glibc
package import Logging
import NIOCore
import NIOPosix
package import PannierCore
import PannierMirror

/// The agent's Unix socket: takes connections of this user, reads commands, writes answers and events.
package struct AgentSocket: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private typealias Listener = NIOAsyncChannel<Connection, Never>

    private let listener: Listener
    private let path: String
    private let log: Logger

    /// Connections at one time; more are closed at once.
    private static let connections = 64
    /// Commands of one connection under way; more wait unread.
    private static let commandsAtOnce = 16

    /// Listens at `path`, whose folder is made or checked. A socket that is left there is replaced: the caller holds the
    /// profile's lock, so nobody listens on it.
    /// - Throws: ``Problem`` when the folder is not safe or nothing can listen there.
    package static func listen(at path: String, log: Logger) async throws(Problem) -> AgentSocket {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try PrivateFolder.make(folder)
        unlink(path)
        do {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 64)
                .bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
            _ = try systemCall("chmod", path) { chmod(path, 0o600) }
            return AgentSocket(listener: listener, path: path, log: log)
        } catch {
            throw Problem(
                .agentUnreachable, "The agent cannot listen at \(path): \(error).",
                detail: "Check the folder, or set XDG_RUNTIME_DIR.")
        }
    }

    /// Serves until the task is cancelled; then ends all connections and removes the socket.
    package func serve(_ handler: any CommandHandler) async {
        do {
            try await listener.executeThenClose { incoming in
                await withDiscardingTaskGroup { group in
                    let seats = Seats(Self.connections)
                    do {
                        for try await connection in incoming {
                            group.addTask {
                                guard seats.take() else { return log.warning("too many connections") }
                                await serve(connection, handler)
                                seats.give()
                            }
                        }
                    } catch is CancellationError {
                    } catch {
                        log.error("the socket failed", metadata: ["error": "\(error)"])
                    }
                    group.cancelAll()
                }
            }
        } catch {
            log.error("the socket could not be closed", metadata: ["error": "\(error)"])
        }
        unlink(path)
    }

    /// Whether the socket is still there: runtime folders are removed when a person logs out.
    package var isPresent: Bool { access(path, F_OK) == 0 }

    private func serve(_ connection: Connection, _ handler: any CommandHandler) async {
        do {
            try await connection.executeThenClose { lines, writer in
                guard try await Self.isOwn(connection.channel) else {
                    return log.warning("a connection of another user was closed")
                }
                try await Conversation(writer: writer, handler: handler).run(lines, atOnce: Self.commandsAtOnce)
            }
        } catch is CancellationError {
        } catch {
            // The other end went away, or said something that is no line.
            log.debug("a connection ended", metadata: ["error": "\(error)"])
        }
    }

    /// The kernel says who is at the other end.
    private static func isOwn(_ channel: any Channel) async throws -> Bool {
        guard let provider = channel as? any SocketOptionProvider else { return false }
        let peer: PeerCredentials = try await provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return peer.user == geteuid()
    }
}

/// The kernel's `struct ucred`, which Glibc's module does not have.
private struct PeerCredentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = .max
    var group: UInt32 = .max
}
