import Foundation
import PannierCore
import PannierEngine
import Synchronization
import Testing

/// What a transfer tells while its bytes cross a slow network, by engines and a real server.
@Suite(.timeLimit(.minutes(5))) struct WireProgressTests {
    /// All states that were told of one transfer, in order.
    private final class Told: Sendable {
        private let states = Mutex<[TransferState]>([])

        var all: [TransferState] { states.withLock { $0 } }

        /// Listens until a transfer is over.
        func listen(to device: EngineDevice, _ direction: TransferState.Direction, of remote: RemotePath) async {
            for await case .transfers(let news) in device.link.events {
                for state in news where state.direction == direction && state.remote == remote {
                    states.withLock { $0.append(state) }
                    if state.state.isOver { return }
                }
            }
        }
    }

    /// Bytes that do not become shorter, less than one pack.
    private static let size = 3 << 20
    private static let rate: Int64 = 1_500_000

    private static func noise() -> Data {
        var state: UInt64 = 7
        return Data(
            (0..<size).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            })
    }

    /// Carries one transfer out under a limit, and listens.
    private func told(
        _ device: EngineDevice, _ direction: TransferState.Direction, of remote: RemotePath, _ command: EngineCommand,
        during body: @escaping @Sendable (TransferID) async throws -> Void = { _ in }
    ) async throws -> [TransferState] {
        let told = Told()
        let limit = Self.rate
        _ = try await device.link.send(.limit(TransferLimits(upload: limit, download: limit)))
        _ = try await device.link.send(.subscribe)
        let listening = Task { await told.listen(to: device, direction, of: remote) }
        guard case .started(let ids, refused: let refused) = try await device.link.send(command), refused.isEmpty,
            let id = ids.first
        else { throw Missed(what: "another answer") }
        try await body(id)
        await listening.value
        return told.all
    }

    /// One pack: nothing is done before all of it is, and yet it is seen to grow.
    private func check(_ states: [TransferState]) throws {
        let size = Int64(Self.size)
        let underWay = states.filter { $0.bytesDone == 0 && (1..<size).contains($0.bytesUnderWay) }
        #expect(Set(underWay.map(\.bytesUnderWay)).count >= 5, "\(underWay.map(\.bytesUnderWay))")
        let advanced = states.map(\.bytesAdvanced)
        #expect(advanced == advanced.sorted(), "\(advanced)")
        #expect(states.allSatisfy { $0.bytesDone + $0.bytesUnderWay <= size })
        let end = try #require(states.last)
        #expect(end.state == .done && end.bytesDone == size && end.bytesUnderWay == 0 && end.bytesSent == size)
        // The rate is that of the network, while nothing is acknowledged, too.
        let rates = underWay.map(\.bytesPerSecond)
        #expect(rates.contains { $0 > Double(Self.rate) / 4 }, "\(rates)")
        #expect(rates.allSatisfy { $0 < Double(Self.rate) * 1.5 }, "\(rates)")
        // No more often than ten times a second: some three seconds, and what is told by the way.
        #expect(states.count < 120, "\(states.count)")
    }

    @Test func bytesAreSeenToGoAndToCome() async throws {
        try await EngineHouse.with { house in
            try await house.device { alice in
                let file = alice.scratch.folder + "/noise"
                try Self.noise().write(to: URL(filePath: file))
                let target = try RemotePath(parsing: "/noise")
                let up = try await self.told(
                    alice, .upload, of: target, .put(sources: [LocalPath(file)], target: target)
                ) { id in
                    // What is on its way is not there: no chunk is said to be.
                    let map = try await eventually("a map of what is on its way") { () -> ChunkMap? in
                        guard try await alice.transfer(id, where: { $0.bytesUnderWay > 1 << 20 }) != nil,
                            case .chunkMap(let map) = try await alice.link.send(.chunkMap(transfer: id, cells: 8))
                        else { return nil }
                        return map
                    }
                    #expect(Set(map.cells) == [.moving] && map.counts[.sure] ?? 0 == 0)
                }
                try self.check(up)
                _ = try await alice.link.send(.refresh)
                let copy = alice.scratch.folder + "/copy"
                let down = try await self.told(
                    alice, .download, of: target, .get(sources: [target], target: LocalPath(copy)))
                try self.check(down)
                #expect(FileManager.default.contents(atPath: copy) == Self.noise())
            }
        }
    }

    /// What is there already does not cross the network, and does not count as if it did.
    @Test func whatIsThereAlreadyHasNoRate() async throws {
        try await EngineHouse.with { house in
            try await house.device { alice in
                let file = alice.scratch.folder + "/noise"
                try Self.noise().write(to: URL(filePath: file))
                for name in ["/first", "/second"] {
                    let target = try RemotePath(parsing: name)
                    let own = try await self.told(
                        alice, .upload, of: target, .put(sources: [LocalPath(file)], target: target))
                    guard name == "/second" else { continue }
                    #expect(own.last?.bytesReused == Int64(Self.size) && own.last?.bytesSent == 0)
                    #expect(own.allSatisfy { $0.bytesPerSecond == 0 && $0.bytesUnderWay == 0 })
                }
            }
        }
    }
}
