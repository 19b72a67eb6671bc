import Foundation
import PannierCore

extension Device {
    /// Says one command on the agent's own socket, as a client does, and hears the answer. Blocks.
    /// - Throws: ``Missed`` when no agent answers; ``Problem`` that it answers.
    func say(_ command: EngineCommand) throws -> EngineReply {
        let lock = try String(
            contentsOf: home.appending(path: "state/pannier/default/agent.lock"), encoding: .utf8)
        let path = lock.split(separator: "\n").last.map(String.init) ?? ""
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Missed(what: "connect \(path): \(String(cString: strerror(errno)))") }
        let line = try WireJSON.encode(EngineMessage.command(number: 1, command)) + [UInt8(ascii: "\n")]
        guard line.withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == line.count
        else { throw Missed(what: "the agent takes nothing") }
        return try Self.hear(on: descriptor)
    }

    private static func hear(on descriptor: Int32) throws -> EngineReply {
        var answer: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while answer.last != UInt8(ascii: "\n") {
            let count = recv(descriptor, &block, block.count, 0)
            guard count > 0 else { throw Missed(what: "the agent has gone") }
            answer += block.prefix(count)
        }
        switch try WireJSON.decode(EngineMessage.self, from: Data(answer.dropLast())) {
        case .reply(_, let reply): return reply
        case .problem(_, let problem): throw problem
        default: throw Missed(what: "the agent says something else")
        }
    }
}
