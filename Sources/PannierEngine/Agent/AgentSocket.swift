import Glibc
package import Logging
import NIOCore
import NIOPosix
package import PannierCore
import PannierMirror

/// The agent's Unix socket: takes connections of this user, reads commands, writes answers and events.
package struct AgentSocket: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    /// Plain channels, not ``Connection``s: swift-nio (2.101) ends the process when one of those is dropped unused, as
    /// happens to what was accepted when the listener ends.
    private typealias Listener = NIOAsyncChannel<any Channel, Never>

    private let listener: Listener
    private let path: String
    private let file: SocketFile
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
                // Nothing is read before somebody listens.
                .childChannelOption(.autoRead, value: false)
                .bind(unixDomainSocketPath: path) { channel in channel.eventLoop.makeSucceededFuture(channel) }
            _ = try systemCall("chmod", path) { chmod(path, 0o600) }
            return AgentSocket(listener: listener, path: path, file: try SocketFile(at: path), log: log)
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
                        for try await channel in incoming {
                            group.addTask {
                                guard seats.take() else { return await Self.turnAway(channel) }
                                await serve(channel, handler)
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
        if isPresent { unlink(path) }
    }

    /// Whether whoever connects to the path still comes here: runtime folders are removed when a person logs out, and
    /// something else may stand in the place.
    package var isPresent: Bool { (try? SocketFile(at: path)) == file }

    private func serve(_ channel: any Channel, _ handler: any CommandHandler) async {
        do {
            guard try await channel.isOfThisUser() else {
                log.warning("a connection of another user was closed")
                return await Self.turnAway(channel)
            }
            let connection = try await Self.connection(channel)
            try await connection.executeThenClose { lines, writer in
                let conversation = Conversation(
                    writer: writer, handler: handler, close: { await Self.turnAway(channel) },
                    whenEnded: { end in channel.closeFuture.whenComplete { _ in end() } })
                try await conversation.run(lines, atOnce: Self.commandsAtOnce)
            }
        } catch is CancellationError {
        } catch {
            // The other end went away, or said something that is no line.
            log.debug("a connection ended", metadata: ["error": "\(error)"])
            await Self.turnAway(channel)
        }
    }

    private static func connection(_ channel: any Channel) async throws -> Connection {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
            let connection = try Connection(wrappingChannelSynchronously: channel)
            channel.setOption(.autoRead, value: true).assumeIsolated().whenFailure { _ in channel.close(promise: nil) }
            return connection
        }.get()
    }

    private static func turnAway(_ channel: any Channel) async {
        // Closed already is closed.
        try? await channel.close()
    }
}

/// Which file a socket's path leads to. A number alone is not enough: it is given out again.
private struct SocketFile: Sendable, Equatable {
    private let device: dev_t
    private let number: ino_t
    private let seconds: Int
    private let nanoseconds: Int

    init(at path: String) throws(SystemCallError) {
        var status = stat()
        _ = try systemCall("lstat", path) { lstat(path, &status) }
        (device, number) = (status.st_dev, status.st_ino)
        // Changes when the file does: the last time is that of the `chmod` above, or of whoever touched it since.
        (seconds, nanoseconds) = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
    }
}
