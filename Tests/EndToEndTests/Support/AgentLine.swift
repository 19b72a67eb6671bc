import Foundation
import Glibc
import PannierCore

extension Device {
    /// Says one command on the agent's own socket, as a client does, and hears the answer. Blocks.
    /// - Throws: ``Missed`` when no agent answers; ``Problem`` that it answers.
    func say(_ command: EngineCommand) throws -> EngineReply {
        let line = try AgentLine(of: self)
        try line.send(command)
        while true {
            switch try line.next() {
            case .reply(_, let reply): return reply
            case .problem(_, let problem): throw problem
            default: throw Missed(what: "the agent says something else")
            }
        }
    }

    /// Asks on a line of its own, and listens until an event is as wanted.
    func hear<Value>(after command: EngineCommand, _ wanted: (EngineEvent) -> Value?) throws -> Value {
        let line = try AgentLine(of: self)
        try line.send(.subscribe)
        try line.send(command)
        while true {
            switch try line.next() {
            case .problem(_, let problem): throw problem
            case .event(let event): if let value = wanted(event) { return value }
            default: continue
            }
        }
    }
}

/// A connection to an agent.
private final class AgentLine {
    private let descriptor: Int32
    private var heard: [UInt8] = []

    init(of device: Device) throws {
        let lock = try String(
            contentsOf: device.home.appending(path: "state/pannier/default/agent.lock"), encoding: .utf8)
        let path = lock.split(separator: "\n").last.map(String.init) ?? ""
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Missed(what: "connect \(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func send(_ command: EngineCommand) throws {
        let line = try WireJSON.encode(EngineMessage.command(number: 1, command)) + [UInt8(ascii: "\n")]
        let sent = line.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == line.count else { throw Missed(what: "the agent takes nothing") }
    }

    func next() throws -> EngineMessage {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let end = heard.firstIndex(of: UInt8(ascii: "\n")) {
                defer { heard.removeSubrange(...end) }
                return try WireJSON.decode(EngineMessage.self, from: Data(heard[..<end]))
            }
            let count = recv(descriptor, &block, block.count, 0)
            guard count > 0 else { throw Missed(what: "the agent has gone") }
            heard += block.prefix(count)
        }
    }
}
