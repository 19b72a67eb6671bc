import Foundation
import Glibc
import Logging
import PannierCore
import PannierEngine
import PannierHTTP
import PannierMirror
import Testing

/// Estimates as a link hears of them, and limits: an engine whose server never says a word.
@Suite(.timeLimit(.minutes(5))) struct SilentServerTests {
    private static let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    /// Somebody is signed in, at a server that takes connections and never says a word.
    private static func engine(_ scratch: Scratch, port: UInt16) throws -> (engine: Engine, mirror: Mirror) {
        guard let lock = try ProfileLock.take(scratch.paths) else { throw Missed(what: "the lock") }
        let mirror = try Mirror.open(scratch.paths, lock: lock)
        let session = Session(
            server: "http://127.0.0.1:\(port)", token: "t", device: .random(), deviceName: "d", account: account)
        try SessionFile.write(session, scratch.paths)
        let engine = Engine(mirror: mirror, http: HTTPClient(), process: 1, log: Logger(label: "test"))
        return (engine, mirror)
    }

    private static func silence() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    @Test func aNewOneReplacesTheOldAndNoSourcesEndIt() async throws {
        let (descriptor, port) = try Self.silence()
        defer { close(descriptor) }
        let scratch = try Scratch()
        let file = scratch.folder + "/file"
        try Data(repeating: 7, count: 3_000).write(to: URL(filePath: file))
        let (engine, mirror) = try Self.engine(scratch, port: port)
        try await engine.begin()
        let link = InProcessLink(engine)
        _ = try await link.send(.subscribe)
        func told(_ isWanted: (Estimate) -> Bool) async throws -> Estimate {
            for await event in link.events {
                if case .estimate(let estimate) = event, isWanted(estimate) { return estimate }
            }
            throw Missed(what: "an estimate")
        }
        // It counts, and then waits for a server that says nothing.
        _ = try await link.send(.estimate(sources: [LocalPath(file)], number: 1))
        #expect(try await told { $0.number == 1 } == Estimate(number: 1, files: 1, bytes: 3_000))
        // It is not waited for, nor heard of again.
        _ = try await link.send(.estimate(sources: [LocalPath(scratch.folder + "/gone")], number: 2))
        let gone = try await told { $0.isOver }
        #expect(gone.number == 2 && gone.files == 0 && gone.problem?.code == .localFileUnreadable)
        _ = try await link.send(.estimate(sources: [LocalPath(file)], number: 3))
        #expect(try await told { $0.number == 3 }.bytes == 3_000)
        _ = try await link.send(.estimate(sources: [], number: 4))
        _ = try await link.send(.estimate(sources: [LocalPath("/dev/null")], number: 5))
        #expect(try await told { $0.isOver }.number == 5)
        await link.close()
        await engine.end()
        try mirror.close()
    }

    @Test func limitsAreKeptAndTold() async throws {
        let (descriptor, port) = try Self.silence()
        defer { close(descriptor) }
        let scratch = try Scratch()
        let limits = TransferLimits(upload: 2_000_000, download: nil)
        for isFirst in [true, false] {
            let (engine, mirror) = try Self.engine(scratch, port: port)
            try await engine.begin()
            if isFirst {
                _ = try await engine.perform(.limit(limits))
                for bad: Int64 in [0, -1, 15_999] {
                    let refused = await #expect(throws: Problem.self) {
                        try await engine.perform(.limit(TransferLimits(download: bad)))
                    }
                    #expect(refused?.code == .badRequest)
                }
            }
            guard case .status(let status) = try await engine.perform(.status) else { return }
            #expect(status.limits == limits)
            await engine.end()
            try mirror.close()
        }
        // What is damaged lifts the limits, and stops nothing.
        try Data("{".utf8).write(to: URL(filePath: scratch.paths.limits))
        let (engine, mirror) = try Self.engine(scratch, port: port)
        try await engine.begin()
        guard case .status(let status) = try await engine.perform(.status) else { return }
        #expect(status.limits == TransferLimits())
        await engine.end()
        try mirror.close()
    }
}
