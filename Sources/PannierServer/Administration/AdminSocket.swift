import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import PannierCore
import ServiceLifecycle

/// `DIR/admin.sock`: takes commands from processes of the same user (or root), one line of JSON each.
struct AdminSocket: Service {
    /// A request is an address, a name and a password.
    static let lineBytes = 1 << 16

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let server: NIOAsyncChannel<Connection, Never>
    private let administration: Administration
    private let folder: DataFolder
    private let logger: Logger

    /// Makes the socket; a stale one of a killed server is replaced, which the folder's lock makes safe.
    init(
        in folder: DataFolder, _ administration: Administration, group: any EventLoopGroup, logger: Logger
    ) async throws {
        unlinkat(folder.descriptor.number, DataFolder.socketName, 0)
        server = try await ServerBootstrap(group: group)
            .bind(unixDomainSocketPath: AdminAddress.path(in: folder.descriptor)) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        try systemCall("chmod", DataFolder.socketName) {
            fchmodat(folder.descriptor.number, DataFolder.socketName, 0o600, 0)
        }
        self.administration = administration
        self.folder = folder
        self.logger = logger
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { connections in
                await withDiscardingTaskGroup { group in
                    do {
                        for try await connection in connections { group.addTask { await serve(connection) } }
                    } catch {
                        logger.debug("The administration socket ended.", metadata: ["error": "\(error)"])
                    }
                    group.cancelAll()
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
        unlinkat(folder.descriptor.number, DataFolder.socketName, 0)
    }

    private func serve(_ connection: Connection) async {
        do {
            let peer = try await PeerCredentials.of(connection.channel)
            try await connection.executeThenClose { inbound, outbound in
                guard peer.uid == geteuid() || peer.uid == 0 else {
                    logger.warning("Another user tried the administration socket.", metadata: ["uid": "\(peer.uid)"])
                    return
                }
                guard let line = try await Self.line(inbound) else { return }
                let answer = await administration.perform(try WireJSON.decode(AdminRequest.self, from: line))
                try await outbound.write(ByteBuffer(bytes: try WireJSON.encode(answer) + [UInt8(ascii: "\n")]))
            }
        } catch {
            logger.debug("A command over the administration socket failed.", metadata: ["error": "\(error)"])
        }
    }

    /// Nil when the peer ends without a whole line, or sends too much.
    private static func line(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> Data? {
        var bytes = Data()
        for try await piece in inbound {
            bytes.append(contentsOf: piece.readableBytesView)
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return bytes[..<end] }
            if bytes.count > lineBytes { return nil }
        }
        return nil
    }
}

/// `struct ucred` of unix(7).
private struct PeerCredentials: Sendable {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0

    static func of(_ channel: any Channel) async throws -> PeerCredentials {
        guard let options = channel as? any SocketOptionProvider else { throw ChannelError.operationUnsupported }
        return try await options.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel.socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
    }
}

enum AdminAddress {
    /// `sun_path` of unix(7) holds 107 bytes and a NUL, swift-nio takes 103 on every system.
    private static let limit = 103

    /// The socket's path; where that is too long for the kernel, the same file through this process's open folder.
    static func path(in folder: Descriptor) -> String {
        let path = "\(folder.path)/\(DataFolder.socketName)"
        return path.utf8.count <= limit ? path : "/proc/self/fd/\(folder.number)/\(DataFolder.socketName)"
    }
}
