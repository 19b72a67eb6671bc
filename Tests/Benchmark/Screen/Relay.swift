import Foundation
import Glibc
import Measuring
import PannierCore
import Synchronization

/// Stands between the screen and the agent. Everything goes through as it is, but for the progress of transfers: the
/// agent runs one in each direction, and here every one that waits for its turn runs, too. Events come when the agent
/// sends them.
final class Relay: Sendable {
    private let listener: CInt
    private let agent: String

    /// - Parameters:
    ///   - path: where the screen looks for its agent.
    ///   - agent: where that is.
    /// - Throws: ``BenchmarkFailure``.
    init(at path: String, to agent: String) throws {
        self.agent = agent
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let isListening = Self.withAddress(path) { bind(listener, $0, $1) == 0 && listen(listener, 8) == 0 }
        guard isListening else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
        Thread.detachNewThread { [self] in
            while case let screen = accept(listener, nil, nil), screen >= 0 { serve(screen) }
        }
    }

    private func serve(_ screen: CInt) {
        let way = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard Self.withAddress(agent, { connect(way, $0, $1) == 0 }) else {
            close(way)
            close(screen)
            return
        }
        Thread.detachNewThread {
            Self.pump(screen, way) { [UInt8]($0) }
            shutdown(way, Int32(SHUT_RDWR))
        }
        Thread.detachNewThread {
            var lines = RelayedLines()
            Self.pump(way, screen) { lines.take($0) }
            shutdown(screen, Int32(SHUT_RDWR))
        }
    }

    /// Until one of the two has gone. The descriptors stay: their numbers must not become another's while the other
    /// direction still uses them, and there are few.
    private static func pump(_ source: CInt, _ target: CInt, _ change: (ArraySlice<UInt8>) -> [UInt8]) {
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while case let count = recv(source, &block, block.count, 0), count > 0 {
            var bytes = change(block[..<count])[...]
            while !bytes.isEmpty {
                let sent = bytes.withUnsafeBytes { send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return }
                bytes = bytes.dropFirst(sent)
            }
        }
    }

    private static func withAddress<Result>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result)
        -> Result
    {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// The agent's lines, with progress for all transfers.
struct RelayedLines {
    private var rest: [UInt8] = []
    private var known: [TransferID: TransferState] = [:]
    private let start = Moment()
    private static let news = Array(#"{"event":{"_0":{"transfers":{"#.utf8)

    mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            rest += bytes
            return []
        }
        let whole = rest + bytes[...end]
        rest = Array(bytes[(end + 1)...])
        return whole.split(separator: UInt8(ascii: "\n")).flatMap { changed($0) + [UInt8(ascii: "\n")] }
    }

    private mutating func changed(_ line: ArraySlice<UInt8>) -> [UInt8] {
        guard line.starts(with: Self.news),
            case .event(.transfers(let states)) = try? WireJSON.decode(EngineMessage.self, from: Data(line))
        else { return Array(line) }
        for state in states { known[state.id] = state }
        let all = known.values.filter { !$0.state.isOver || states.contains($0) }.map {
            $0.state == .queued ? running($0) : $0
        }
        guard let changed = try? WireJSON.encode(EngineMessage.event(.transfers(all))) else { return Array(line) }
        return Array(changed)
    }

    /// As if it went on at some megabytes a second, each at its own pace.
    private func running(_ queued: TransferState) -> TransferState {
        let seconds = Double(Moment() - start) / 1e9
        let pace = 1e6 * Double(1 + queued.place % 7)
        var state = queued
        state.state = .running
        (state.filesTotal, state.isScanned, state.lanes) = (1, true, 4)
        state.bytesTotal = 8_000_000_000
        state.bytesDone = Int64(seconds * pace)
        (state.bytesMoved, state.bytesExamined) = (state.bytesDone, state.bytesDone)
        state.bytesPerSecond = pace * (1 + 0.2 * sin(seconds * 3))
        return state
    }
}
