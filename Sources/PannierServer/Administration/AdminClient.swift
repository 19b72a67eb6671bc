import Foundation
import Glibc
import PannierCore

/// Asks the server that is running on a folder. Blocks; for commands.
package enum AdminClient {
    /// - Throws: ``AdminClientError``, ``SystemCallError``.
    package static func ask(_ request: AdminRequest, in data: String) throws -> AdminAnswer {
        let folder = try Descriptor.folder(data)
        let socket = try connect(AdminAddress.path(in: folder))
        let line = try WireJSON.encode(request) + [UInt8(ascii: "\n")]
        try line.withUnsafeBytes { try socket.write($0) }
        guard let answer = try answer(from: socket) else { throw AdminClientError.noAnswer }
        return try WireJSON.decode(AdminAnswer.self, from: answer)
    }

    private static func connect(_ path: String) throws -> Descriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let number = try systemCall("socket", path) {
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        let descriptor = Descriptor(owning: number, path: path)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw AdminClientError.noServer(errno) }
        return descriptor
    }

    private static func answer(from socket: Descriptor) throws -> Data? {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try systemCall("read", socket.path) { read(socket.number, &buffer, buffer.count) }
            if count == 0 { return nil }
            bytes.append(contentsOf: buffer.prefix(count))
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return bytes[..<end] }
        }
    }
}

package enum AdminClientError: Error, Equatable, CustomStringConvertible {
    /// Something holds the folder's lock but does not listen: a server that starts or stops, or another command.
    case noServer(Int32)
    case noAnswer

    package var description: String {
        switch self {
        case .noServer(let code):
            """
            The folder is in use, but no server answers on its administration socket \
            (\(String(cString: strerror(code)))). It may be starting or stopping; try again in a moment.
            """
        case .noAnswer: "The server ended before it answered. Look at its log, then try again."
        }
    }
}
