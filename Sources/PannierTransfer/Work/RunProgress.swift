internal import PannierCore
internal import PannierHTTP
internal import PannierMirror
internal import Synchronization

/// How far a running transfer is: written by whoever does the work, read by the sampler.
final class RunProgress: Sendable {
    private struct State {
        var counts: TransferCounts
        var isScanned: Bool
        var open = OpenBytes()
        /// Bytes done when the run began: they are looked at again, and are not taken back meanwhile.
        var floor: Int64
        /// Bytes of unfinished files that an earlier run had moved. Found again they count as moved, not as reused.
        var carried: Int64
        /// What is found of a download in its parts was fetched for it, and its flow says so, whether or not that was
        /// written down before a kill -9.
        let isDownload: Bool
        var lanes = 0
        var underWay: FileUnderWay?
        var waits: [Int: Wait] = [:]
        var waitCount = 0
        var passages = Passages()
    }

    /// Plain bytes of unfinished files.
    struct OpenBytes: Sendable {
        /// They need no more work.
        var done: Int64 = 0
        /// Of these, they did not cross the network.
        var reused: Int64 = 0
        /// It is known whether they have to cross it.
        var examined: Int64 = 0
    }

    private struct Wait {
        let problem: Problem
        /// Nil: nobody knows.
        let until: ContinuousClock.Instant?
    }

    /// What the sampler reads.
    struct Snapshot: Sendable {
        var counts: TransferCounts
        var isScanned: Bool
        var lanes: Int
        /// Plain bytes that have crossed the network and need an acknowledgement, or to be written.
        var open: Int64
        /// Plain bytes that ever crossed it in this run, those sent again included.
        var crossed: Int64
        /// Plain bytes of which is known whether they have to cross the network.
        var examined: Int64
        var underWay: FileUnderWay?
        /// To be written down.
        var partial: PartialProgress
        /// Why it waits, when something does, and milliseconds until the next try, where that is known.
        var waiting: (problem: Problem, remaining: Milliseconds?)?
    }

    let meter = TransferMeter()
    private let state: Mutex<State>
    private let ledger: Mutex<ChunkLedger>

    init(_ transfer: StoredTransfer) {
        ledger = Mutex(ChunkLedger(carried: Self.carried(transfer)))
        state = Mutex(
            State(
                counts: transfer.counts, isScanned: transfer.isScanned,
                floor: transfer.counts.bytesDone + transfer.partial.done, carried: Self.carried(transfer),
                isDownload: transfer.direction == .download))
    }

    /// What earlier runs sent of files that are not done yet.
    private static func carried(_ transfer: StoredTransfer) -> Int64 {
        guard transfer.direction == .upload else { return 0 }
        let sent = transfer.counts.bytesDone - transfer.counts.bytesReused
        return max(transfer.partial.moved, transfer.acknowledged - sent)
    }

    /// An earlier run had moved these, too.
    func carry(_ bytes: Int64) {
        state.withLock { state in
            let (sum, overflow) = state.carried.addingReportingOverflow(bytes)
            if !overflow { state.carried = sum }
        }
        ledger.withLock { $0.carry(bytes) }
    }

    func setScanned(_ isScanned: Bool) { state.withLock { $0.isScanned = isScanned } }

    /// - Parameters:
    ///   - open: what is counted for unfinished files, after this growth.
    ///   - passage: its bytes are among them now, or are lost.
    func grow(by growth: TransferCounts, open: OpenBytes? = nil, ending passage: Passage? = nil) {
        state.withLock { state in
            if let passage { state.passages.end(passage) }
            state.counts += growth
            state.open = open ?? state.open
            // What a failed file had done is taken back.
            if growth.filesFailed > 0 { state.floor = 0 }
        }
    }

    /// Items ended without having been begun.
    func end(_ items: EndedItems, as chunks: ChunkState) {
        ledger.withLock { $0.end(items.slots, as: chunks) }
        grow(by: items.growth)
    }

    func set(lanes: Int, underWay: FileUnderWay?) {
        state.withLock { state in
            state.lanes = lanes
            state.underWay = underWay
        }
    }

    /// Of bytes that did not cross the network in this run, those that did not in an earlier one either.
    func settle(reused: Int64) -> Int64 {
        state.withLock { state in
            let known = min(state.carried, reused)
            state.carried -= known
            return reused - known
        }
    }

    /// Tries until it works or the policy gives up; meanwhile the transfer shows why it waits.
    func retrying<Value: Sendable>(
        _ policy: RetryPolicy, _ body: (Int) async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let number = state.withLock { state in
            state.waitCount += 1
            return state.waitCount
        }
        defer { state.withLock { state in _ = state.waits.removeValue(forKey: number) } }
        return try await policy.run(
            waiting: { problem, delay in
                let until = ContinuousClock.now + .milliseconds(delay)
                state.withLock { $0.waits[number] = Wait(problem: problem.whileWaiting, until: until) }
            }, body)
    }

    /// Asks the object store: one that cannot be reached is waited for; one that answers and refuses is tried a few times,
    /// however often it could not be reached before.
    func asking<Answer: Sendable>(
        _ settings: TransferSettings, _ request: () async throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        var refusals = 0
        let result = try await retrying(settings.patience) { _ throws(Problem) in
            do throws(Problem) {
                return Result<Answer, Problem>.success(try await request())
            } catch  where error.code == .storeRefused {
                refusals += 1
                guard refusals >= settings.storeAttempts else { throw error }
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The same, for a pack or a range that crosses the network: what did not get through is taken back at once, and so is
    /// what did if it was not taken.
    func asking<Answer: Sendable>(
        _ settings: TransferSettings, _ passage: Passage, isTaken: (Answer) -> Bool,
        _ request: () async throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        takeBack(passage)
        let answer = try await asking(settings) { () throws(Problem) in
            do throws(Problem) {
                return try await request()
            } catch {
                takeBack(passage)
                throw error
            }
        }
        if !isTaken(answer) { takeBack(passage) }
        return answer
    }

    /// Counts it from now on, until ``grow(by:open:ending:)`` ends it.
    func begin(_ passage: Passage) { state.withLock { $0.passages.begin(passage) } }

    private func takeBack(_ passage: Passage) { state.withLock { $0.passages.takeBack(passage) } }

    /// Waits for something to happen; meanwhile the transfer shows why, when there is a reason.
    func waiting(
        for problem: Problem?, until: ContinuousClock.Instant? = nil, _ happening: () async -> Void
    ) async {
        guard let problem else { return await happening() }
        let number = state.withLock { state in
            state.waitCount += 1
            state.waits[state.waitCount] = Wait(problem: problem.whileWaiting, until: until)
            return state.waitCount
        }
        await happening()
        state.withLock { state in _ = state.waits.removeValue(forKey: number) }
    }

    /// Lets time go by.
    /// - Throws: `cancelled`.
    func pausing(_ delay: Milliseconds, for problem: Problem) async throws(Problem) {
        let duration = Duration.milliseconds(delay)
        await waiting(for: problem, until: .now + duration) { try? await Task.sleep(for: duration) }
        if Task.isCancelled { throw .cancelled }
    }

    func snapshot() -> Snapshot {
        let moved = meter.moved
        return state.withLock { state in
            let reused = max(0, state.open.reused - state.carried)
            var counts = state.counts
            let examined = counts.bytesDone.saturatingSum(state.open.examined)
            let crossed = counts.bytesDone + state.open.done + state.passages.open
            counts.bytesDone = max(counts.bytesDone + state.open.done, state.floor)
            // While an earlier run's bytes are looked at again, these are among what stands already.
            let open = max(0, min(crossed, counts.bytesTotal) - counts.bytesDone)
            counts.bytesReused += reused
            counts.bytesMoved += moved
            let first = state.waits.values.min { ($0.until ?? .now) < ($1.until ?? .now) }
            let waiting = first.map { wait in (wait.problem, wait.until.map(Self.milliseconds)) }
            let done = counts.bytesDone - state.counts.bytesDone
            let partialMoved =
                state.isDownload ? max(0, done - reused) : max(state.open.done - reused, min(state.carried, done))
            return Snapshot(
                counts: counts, isScanned: state.isScanned, lanes: state.lanes, open: open,
                crossed: state.passages.crossed, examined: max(examined, counts.bytesDone), underWay: state.underWay,
                partial: PartialProgress(done: done, moved: partialMoved), waiting: waiting)
        }
    }

    private static func milliseconds(until instant: ContinuousClock.Instant) -> Milliseconds {
        max(0, Milliseconds((instant - .now) / .milliseconds(1)))
    }
}

// The chunk map.
extension RunProgress {
    func note(_ changes: [ChunkChange]) {
        if !changes.isEmpty { ledger.withLock { $0.take(changes) } }
    }

    /// What earlier runs did. Before the flow begins.
    func adopt(_ map: StoredMap) { ledger.withLock { $0.adopt(map) } }

    /// - Parameter failed: slots of files that failed as they were found.
    func found(_ bytes: Int64, failed: [MapSlot] = []) { ledger.withLock { $0.found(bytes, failed: failed) } }

    /// Whether nothing of a file that is under way crossed the network.
    func isThere(_ file: FileKey) -> Bool { ledger.withLock { $0.isThere(file) } }

    /// A copy, which costs nothing unless it is held on to; nil until earlier runs' doings are known.
    var map: ChunkLedger? { ledger.withLock { $0.isReady ? $0 : nil } }
}
