import PannierCore
import PannierHTTP
import PannierMirror
import Testing

@testable import PannierHTTP
@testable import PannierTransfer

/// What counts of packs and ranges while they cross the network.
@Suite struct PassageTests {
    @Test(
        arguments: [
            (1_000, 0, 500, 0), (1_000, 125, 500, 250), (1_000, 499, 500, 998), (1_000, 500, 500, 1_000),
            (1_000, 700, 500, 1_000), (1_000, -1, 500, 0), (1_000, 0, 0, 1_000), (0, 3, 5, 0),
            (Int64(1) << 40, 1 << 25, 1 << 26, Int64(1) << 39),
        ] as [(Int64, Int, Int, Int64)]) func aShareOfThePlainBytes(plain: Int64, count: Int, wire: Int, share: Int64)
    {
        #expect(Passage.share(of: plain, count, of: wire) == share)
    }

    @Test func whatIsTakenBackCrossesAgain() {
        var passages = Passages()
        let (first, second) = (Passage(plainBytes: 100, wireBytes: 50), Passage(plainBytes: 10, wireBytes: 10))
        passages.begin(first)
        passages.begin(second)
        #expect(passages.open == 0 && passages.crossed == 0)
        first.position.set(25)
        second.position.set(10)
        #expect(passages.open == 60 && passages.crossed == 60)
        passages.takeBack(first)
        #expect(passages.open == 10 && passages.crossed == 60)
        first.position.set(50)
        #expect(passages.open == 110 && passages.crossed == 160)
        passages.end(first)
        passages.end(first)
        #expect(passages.open == 10 && passages.crossed == 160)
        // Nobody waits for it any more.
        passages.takeBack(first)
        #expect(passages.crossed == 160)
    }

    private func progress(total: Int64, done: Int64 = 0, partial: Int64 = 0) async throws -> RunProgress {
        var transfer = try await Queue(try Queue.upload(), local: LocalPath("/x")).stored()
        (transfer.counts.bytesTotal, transfer.counts.bytesDone) = (total, done)
        transfer.partial = PartialProgress(done: partial, moved: partial)
        return RunProgress(transfer)
    }

    /// Nothing is counted twice, or not at all for a moment, where a pack is acknowledged.
    @Test func underWayBecomesDoneAtOnce() async throws {
        let progress = try await progress(total: 1_000)
        let passage = Passage(plainBytes: 400, wireBytes: 100)
        progress.begin(passage)
        passage.position.set(50)
        var now = progress.snapshot()
        #expect(now.counts.bytesDone == 0 && now.open == 200 && now.crossed == 200)
        passage.position.set(100)
        now = progress.snapshot()
        #expect(now.counts.bytesDone == 0 && now.open == 400)
        progress.grow(by: TransferCounts(), open: .init(done: 400, reused: 0, examined: 400), ending: passage)
        now = progress.snapshot()
        #expect(now.counts.bytesDone == 400 && now.open == 0 && now.crossed == 400)
    }

    @Test func moreThanThereIsIsNeverUnderWay() async throws {
        let progress = try await progress(total: 1_000, done: 900)
        let passage = Passage(plainBytes: 400, wireBytes: 100)
        progress.begin(passage)
        passage.position.set(100)
        #expect(progress.snapshot().open == 100)
    }

    /// An earlier run's bytes stand already; while they are looked at again, those under way are beyond them only once all
    /// together are more.
    @Test func progressDoesNotGoBackWhileItIsLookedAtAgain() async throws {
        let progress = try await progress(total: 1_000, partial: 300)
        let passage = Passage(plainBytes: 400, wireBytes: 400)
        progress.begin(passage)
        passage.position.set(200)
        #expect(progress.snapshot().open == 0 && progress.snapshot().counts.bytesDone == 300)
        passage.position.set(400)
        #expect(progress.snapshot().open == 100)
        progress.grow(by: TransferCounts(), open: .init(done: 400, reused: 0, examined: 400), ending: passage)
        #expect(progress.snapshot().counts.bytesDone == 400)
    }

    /// What the store did not take does not count until it crosses again; the rate counts both.
    @Test func aRefusedPackIsTakenBack() async throws {
        let progress = try await progress(total: 1_000)
        let passage = Passage(plainBytes: 400, wireBytes: 100)
        progress.begin(passage)
        let patience = RetryPolicy(first: 1, longest: 1, attempts: nil)
        var seen: [Int64] = []
        let answer = try await progress.asking(
            TransferSettings(patience: patience), passage, isTaken: { $0 != .expired }
        ) { () throws(Problem) -> StoreClient.PutAnswer in
            seen.append(progress.snapshot().open)
            passage.position.set(50 * seen.count)
            if seen.count == 1 { throw Problem(.unavailable, "Busy.") }
            return .expired
        }
        #expect(answer == .expired && seen == [0, 0])
        #expect(progress.snapshot().open == 0 && progress.snapshot().crossed == 600)
    }

    @Test func whatHasStillToCrossIsToldFromWhatWasThere() {
        var state = TransferState(
            id: .random(), direction: .upload, state: .running, name: "x", local: LocalPath("/x"), remote: .myFiles,
            bytesTotal: 1_000, bytesDone: 500, bytesReused: 450, isScanned: true)
        (state.bytesExamined, state.bytesUnderWay) = (600, 20)
        #expect(state.bytesAdvanced == 520 && state.bytesSent == 50)
        // 80 are known to have to go, and a quarter of the other 400.
        #expect(state.bytesToCross == 180)
        state.bytesUnderWay = 2_000
        #expect(state.bytesAdvanced == 1_000 && state.bytesToCross == 0)
        (state.bytesExamined, state.bytesUnderWay, state.bytesDone, state.bytesReused) = (0, 0, 0, 0)
        #expect(state.bytesToCross == 1_000)
    }
}
