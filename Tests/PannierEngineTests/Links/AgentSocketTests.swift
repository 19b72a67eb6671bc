import Foundation
import PannierCore
import PannierEngine
import Testing

/// What only a socket can go through.
@Suite struct AgentSocketTests {
    @Test func onlyItsOwnerMayConnect() async throws {
        try await withSocket(EngineDouble()) { path in
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
            #expect(lstat(folder, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
        }
    }

    /// Lines that are none end the connection that sent them, and no other.
    @Test(arguments: [
        "nonsense\n", "{}\n", "\n", "{\"event\":{\"_0\":{\"sharedChanged\":{}}}}\n", "\u{0}\u{1}\u{2}\n",
        "{\"command\":{\"_1\":{\"status\":{}},\"number\":1}}\nnonsense\n",
    ]) func nonsenseEndsOnlyItsOwnConnection(_ text: String) async throws {
        try await withSocket(EngineDouble()) { path in
            let good = try await SocketLink.connect(to: path)
            let raw = try RawClient(path)
            await raw.write(Array(text.utf8))
            let answer = await raw.readToEnd(within: 60)
            #expect(answer != nil, "the connection stays open")
            _ = try await good.send(.status)
            await good.close()
        }
    }

    @Test func aLineWithoutEndIsCutOff() async throws {
        try await withSocket(EngineDouble()) { path in
            let raw = try RawClient(path)
            let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            var sent = 0
            while sent < 64 << 20, await raw.write(block) { sent += block.count }
            #expect(sent < 64 << 20, "endless lines are taken")
            let good = try await SocketLink.connect(to: path)
            _ = try await good.send(.status)
            await good.close()
        }
    }

    /// A client that dies in the middle of a line, or while its command is under way, leaves nothing behind.
    @Test func clientsThatDieLeaveNothing() async throws {
        let double = EngineDouble()
        try await withSocket(double) { path in
            for _ in 0..<30 {
                let raw = try RawClient(path)
                await raw.write(Array(#"{"command":{"_1":{"subscribe":{}},"number":1}}"#.utf8) + [10])
                await raw.write(Array(#"{"command":{"_1":{"refresh":{}},"number":2}}"#.utf8) + [10])
                await raw.write(Array(#"{"command":{"_1":{"sta"#.utf8))
                raw.close()
            }
            try await eventually("all are forgotten") { double.subscriberCount == 0 ? true : nil }
            double.release()
            let good = try await SocketLink.connect(to: path)
            _ = try await good.send(.status)
            await good.close()
        }
    }

    /// As many commands as may be under way, and then some: nobody reads that connection to its end.
    @Test func whoGoesWhileTheirCommandsAreUnderWayIsForgotten() async throws {
        let double = EngineDouble()
        try await withSocket(double) { path in
            let raw = try RawClient(path)
            await raw.write(Array(#"{"command":{"_1":{"subscribe":{}},"number":1}}"#.utf8) + [10])
            for number in 2..<20 {
                await raw.write(Array(#"{"command":{"_1":{"refresh":{}},"number":\#(number)}}"#.utf8) + [10])
            }
            try await eventually("subscribed") { double.subscriberCount == 1 ? true : nil }
            try await eventually("no more are taken") { double.commands.count == 16 ? true : nil }
            raw.close()
            try await eventually("forgotten") { double.subscriberCount == 0 ? true : nil }
            #expect(double.commands.count == 16)
            double.release()
        }
    }

    /// Someone who subscribes and never reads holds up neither the engine nor the others, and costs no memory.
    @Test func whoNeverReadsHoldsNobodyUp() async throws {
        let double = EngineDouble()
        try await withSocket(double) { path in
            let deaf = try RawClient(path)
            await deaf.write(Array(#"{"command":{"_1":{"subscribe":{}},"number":1}}"#.utf8) + [10])
            try await eventually("subscribed") { double.subscriberCount == 1 ? true : nil }
            let states = (0..<200).map { number in
                TransferState(
                    id: TransferID(high: 1, low: UInt64(number)), direction: .upload, state: .running,
                    name: String(repeating: "n", count: 255), local: LocalPath("/x"), remote: .myFiles)
            }
            for _ in 0..<2_000 { double.tell(.transfers(states)) }
            let good = try await SocketLink.connect(to: path)
            _ = try await good.send(.status)
            await good.close()
            deaf.close()
        }
    }

    /// The other end would go on with what was true once: it is to come again instead.
    @Test func anEventThatCannotBeToldEndsTheConnection() async throws {
        let double = EngineDouble()
        try await withSocket(double) { path in
            let raw = try RawClient(path)
            await raw.write(Array(#"{"command":{"_1":{"subscribe":{}},"number":1}}"#.utf8) + [10])
            try await eventually("subscribed") { double.subscriberCount == 1 ? true : nil }
            double.tell(
                .transfers([
                    TransferState(
                        id: .random(), direction: .upload, state: .running,
                        name: String(repeating: "n", count: 9 << 20), local: LocalPath("/x"), remote: .myFiles)
                ]))
            #expect(await raw.readToEnd(within: 60) != nil, "the connection stays open")
            try await eventually("forgotten") { double.subscriberCount == 0 ? true : nil }
        }
    }

    /// All transfers at once are more than one line may hold.
    @Test(.timeLimit(.minutes(2))) func aLongListComesPieceByPiece() async throws {
        let double = EngineDouble()
        let whole = EngineMessage.reply(number: 1, .transfers(EngineDouble.manyTransfers))
        #expect(throws: Problem.self) { try LineFraming.encode(whole) }
        try await withSocket(double) { path in
            let link = try await SocketLink.connect(to: path)
            // Two at once do not take each other's pieces.
            async let first = link.send(.transfers)
            async let second = link.send(.transfers)
            for reply in [try await first, try await second] {
                guard case .transfers(let states) = reply else { throw Missed(what: "another answer") }
                #expect(states == EngineDouble.manyTransfers)
            }
            _ = try await link.send(.status)
            await link.close()
        }
    }

    @Test func theEndOfTheAgentEndsItsLinks() async throws {
        let link = Held<SocketLink>()
        try await withSocket(EngineDouble()) { path in
            let new = try await SocketLink.connect(to: path)
            _ = try await new.send(.subscribe)
            link.value = new
        }
        let gone = try #require(link.value)
        var count = 0
        for await _ in gone.events { count += 1 }
        #expect(count <= 1)
        let problem = await #expect(throws: Problem.self) { _ = try await gone.send(.status) }
        #expect(problem?.code == .agentUnreachable)
    }

    @Test func nobodyThereIsAProblem() async throws {
        let problem = await #expect(throws: Problem.self) { _ = try await SocketLink.connect(to: "/tmp/none.sock") }
        #expect(problem?.code == .agentUnreachable)
    }
}

private final class Held<Value: Sendable>: @unchecked Sendable {
    // Set in a scope that has ended when it is read.
    var value: Value?
}

/// A client that speaks as it likes.
struct RawClient: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
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

    /// False when the other end has gone. On a thread of its own: a full socket blocks.
    @discardableResult
    func write(_ bytes: [UInt8]) async -> Bool { await onThread { writeNow(bytes) } }

    private func writeNow(_ bytes: [UInt8]) -> Bool {
        var position = 0
        while position < bytes.count {
            let sent = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + position, bytes.count - position, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            position += sent
        }
        return true
    }

    /// All that comes until the other end closes; nil when it does not in time.
    func readToEnd(within seconds: Int) async -> [UInt8]? {
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        return await onThread {
            var all: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &block, block.count)
                if count == 0 || (count < 0 && errno == ECONNRESET) { return all }
                guard count > 0 else { return nil }
                all += block.prefix(count)
            }
        }
    }

    func close() { Foundation.close(descriptor) }
}

/// The shared pool has as many threads as there are cores: nothing may block one.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: body()) }.start()
    }
}
