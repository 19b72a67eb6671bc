import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// What was moved and what was there already.
@Suite struct RunProgressTests {
    /// What was acknowledged is known after kill -9, too: found again, it is no “the server had it”.
    @Test func whatWasAcknowledgedIsCountedWithIt() async throws {
        let queue = try await Queue(try Queue.upload())
        let number = queue.transfer.number
        let packs = (0..<2).map { _ in UnsettledPack(pack: .random(), chunks: []) }
        try await queue.store.packsBegin(number, packs)
        try await queue.store.packEnded(packs[0].pack, acknowledged: 700)
        try await queue.store.packEnded(packs[1].pack)
        // The answer came twice.
        try await queue.store.packEnded(packs[0].pack, acknowledged: 700)
        let stored = try await queue.stored()
        #expect(stored.acknowledged == 700)
        let progress = RunProgress(stored)
        #expect(progress.settle(reused: 800) == 100)
    }

    @Test func whatArrivedAfterAllIsNoNewsEither() async throws {
        let queue = try await Queue(try Queue.upload())
        let progress = RunProgress(try await queue.stored())
        progress.carry(300)
        #expect(progress.settle(reused: 1_000) == 700)
    }

    /// A part holds what was fetched for it, and what was copied into it, which its flow tells apart.
    @Test func whatAPartHoldsWasFetched() async throws {
        let progress = RunProgress(try await Queue(try Queue.download()).stored())
        progress.grow(by: TransferCounts(), open: .init(done: 900, reused: 400))
        #expect(progress.snapshot().counts.bytesReused == 400 && progress.snapshot().partial.moved == 500)
        #expect(progress.settle(reused: 400) == 400)
    }
}
