import PannierApp
import PannierCore
import PannierScreen
import Testing

@Suite("Transfers strip")
struct TransfersTests {
    private func state(
        _ state: TransferState.State, done: Int64 = 0, rate: Double = 0, isScanned: Bool = true, number: UInt64 = 1
    ) -> TransferState {
        Samples.transfer(number, "a.mov", state, done: done, of: 100_000_000, rate: rate, isScanned: isScanned)
    }

    @Test("No estimate before three seconds of data; pauses are left out")
    func estimate() {
        var transfers = Transfers()
        _ = transfers.update([state(.running, rate: 1_000_000)], now: 0)
        #expect(transfers.shown(now: 2_900)[0].secondsLeft(now: 2_900) == nil)
        #expect(transfers.shown(now: 3_000)[0].secondsLeft(now: 3_000) == 100)
        _ = transfers.update([state(.paused)], now: 4_000)
        #expect(transfers.shown(now: 60_000)[0].secondsLeft(now: 60_000) == nil)
        _ = transfers.update([state(.running, done: 50_000_000, rate: 2_000_000)], now: 61_000)
        #expect(transfers.shown(now: 63_000)[0].secondsLeft(now: 63_000) == nil)
        #expect(transfers.shown(now: 64_000)[0].secondsLeft(now: 64_000) == 25)
    }

    @Test("Of what nothing is heard no rate and no time that is left are shown")
    func stale() {
        var transfers = Transfers()
        _ = transfers.update([state(.running, rate: 1_000_000)], now: 0)
        #expect(transfers.shown(now: 5_000)[0].rate(now: 5_000) == 1_000_000)
        #expect(transfers.shown(now: 5_001)[0].rate(now: 5_001) == 0)
        #expect(transfers.shown(now: 5_001)[0].secondsLeft(now: 5_001) == nil)
        var rates = RateHistory()
        rates.sample(transfers, now: 5_000)
        #expect(rates.now(.upload) == 1_000_000)
        rates.sample(transfers, now: 6_000)
        #expect(rates.now(.upload) == 0)
    }

    @Test("The rate is smoothed, and no estimate is made while files are still being found")
    func smoothed() {
        var transfers = Transfers()
        _ = transfers.update([state(.running, rate: 10_000_000)], now: 0)
        _ = transfers.update([state(.running, rate: 0)], now: 1_000)
        let rate = transfers.shown(now: 1_000)[0].rate
        #expect(rate > 7_000_000 && rate < 8_500_000)
        _ = transfers.update([state(.running, rate: 10_000_000, isScanned: false)], now: 10_000)
        #expect(transfers.shown(now: 10_000)[0].secondsLeft(now: 10_000) == nil)
    }

    @Test("What ended is told once, stays a while and goes; what had ended before is not shown")
    func ended() {
        var transfers = Transfers()
        #expect(transfers.update([state(.done, number: 9)], now: 0).isEmpty)
        #expect(transfers.shown(now: 0).isEmpty)
        _ = transfers.update([state(.running)], now: 0)
        #expect(transfers.update([state(.done)], now: 1_000).count == 1)
        #expect(transfers.update([state(.done)], now: 1_100).isEmpty)
        #expect(transfers.shown(now: 2_000).count == 1)
        #expect(transfers.shown(now: 10_000).isEmpty)
    }

    @Test("Cleared is gone, and the busiest come first")
    func order() {
        var transfers = Transfers()
        let states: [TransferState.State] = [.queued, .paused, .retrying, .running]
        _ = transfers.update(states.enumerated().map { state($1, number: UInt64($0)) }, now: 0)
        #expect(transfers.shown(now: 0).map(\.state.state) == [.running, .retrying, .paused, .queued])
        transfers.clear([TransferID(high: 7, low: 3)])
        #expect(transfers.shown(now: 0).map(\.state.state) == [.retrying, .paused, .queued])
    }

    @Test("The strip hides when there is nothing to tell")
    func hides() {
        var harness = Harness(columns: 120, rows: 36)
        #expect(harness.model.layout.strip.isEmpty)
        harness.tell(.transfers([state(.running)]))
        #expect(harness.model.layout.strip.rows == 3)
        harness.tell(.transfers([state(.done, done: 100_000_000)]))
        #expect(harness.model.notice?.text == "a.mov is uploaded: 100 MB")
        harness.pass(seconds: 9)
        #expect(harness.model.layout.strip.isEmpty)
    }

    @Test("What need not be sent is said for what it is")
    func saved() {
        var ended = state(.done)
        ended.bytesTotal = 100_000_000
        ended.bytesDone = 100_000_000
        ended.bytesReused = 100_000_000
        #expect(Notice(ended: ended).text == "a.mov is uploaded: 100 MB; no bytes had to be sent")
        ended.bytesReused = 40_000_000
        #expect(Notice(ended: ended).text == "a.mov is uploaded: 100 MB; the server had 40.0 MB of it")
    }

    @Test("Of several that were named together the first is named, and the others are counted")
    func several() {
        var harness = Harness(columns: 120, rows: 36)
        var many = state(.running)
        many.sources = 3_214
        harness.tell(.transfers([many]))
        #expect(harness.lines.contains { $0.contains("a.mov and 3,213 more ") })
        // Without room for both, the number stays.
        many.name = "a-name-that-is-much-too-long-for-the-strip.mov"
        harness.tell(.transfers([many]))
        #expect(harness.lines.contains { $0.contains(" and 3,213 more ") && $0.contains("a-") })
        var narrow = Harness(columns: 60, rows: 24)
        narrow.tell(.transfers([many]))
        #expect(narrow.lines.contains { $0.contains(" +3,213 ") })
        many.state = .done
        harness.tell(.transfers([many]))
        #expect(harness.model.notice?.text.text.contains(" and 3,213 more are uploaded") == true)
    }

    @Test("What was left out is said, too")
    func leftOut() {
        var ended = state(.done)
        ended.skipped[.part] = 2
        #expect(Notice(ended: ended).text == "a.mov is uploaded: 100 MB; 2 unfinished downloads left out")
    }

    @Test("Leaving says what goes on; after a demonstration nothing does")
    func farewell() {
        var harness = Harness()
        harness.tell(.transfers([state(.running)]))
        let words = "1 transfer goes on in the background: pannier transfers"
        #expect(FullScreen.farewell(to: harness.model, isDemo: false) == words)
        #expect(FullScreen.farewell(to: harness.model, isDemo: true) == nil)
        harness.tell(.transfers([state(.done)]))
        #expect(FullScreen.farewell(to: harness.model, isDemo: false) == nil)
    }

    @Test("Failures say why, in words")
    func failed() {
        var harness = Harness()
        harness.tell(.transfers([state(.running)]))
        var failed = state(.failed)
        failed.problem = Problem(.storageFull, "The server's disk is full.", detail: "Nothing was lost.")
        harness.tell(.transfers([failed]))
        #expect(
            harness.model.notice?.text == "a.mov could not be uploaded: The server's disk is full. Nothing was lost.")
        #expect(harness.lines.contains { $0.contains("! a.mov") && $0.contains("The server's disk is full.") })
    }
}
