internal import PannierCore
internal import PannierHTTP
internal import PannierMirror
internal import Synchronization

/// How far a running transfer is: written by whoever does the work, read by the sampler.
final class RunProgress: Sendable {
    private struct State {
        var counts: TransferCounts
        var isScanned: Bool
        /// Plain bytes of unfinished files that need no more work, and those of them that did not cross the network.
        var partialDone: Int64 = 0
        var partialReused: Int64 = 0
        /// Bytes done when the run began: they are looked at again, and are not taken back meanwhile.
        var floor: Int64
        /// Bytes of unfinished files that an earlier run had moved. Found again they count as moved, not as reused.
        var carried: Int64
        var lanes = 0
        var waits: [Int: Wait] = [:]
        var waitCount = 0
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
        /// To be written down.
        var partial: PartialProgress
        /// Why it waits, when something does, and milliseconds until the next try, where that is known.
        var waiting: (problem: Problem, remaining: Milliseconds?)?
    }

    let meter = TransferMeter()
    private let state: Mutex<State>

    init(_ transfer: StoredTransfer) {
        state = Mutex(
            State(
                counts: transfer.counts, isScanned: transfer.isScanned,
                floor: transfer.counts.bytesDone + transfer.partial.done, carried: Self.carried(transfer)))
    }

    /// What earlier runs moved of files that are not done yet.
    private static func carried(_ transfer: StoredTransfer) -> Int64 {
        // What a part holds was fetched for it, whether or not that was written down before a kill -9.
        if transfer.direction == .download { return .max }
        let sent = transfer.counts.bytesDone - transfer.counts.bytesReused
        return max(transfer.partial.moved, transfer.acknowledged - sent)
    }

    /// An earlier run had moved these, too.
    func carry(_ bytes: Int64) {
        state.withLock { state in
            let (sum, overflow) = state.carried.addingReportingOverflow(bytes)
            if !overflow { state.carried = sum }
        }
    }

    func setScanned(_ isScanned: Bool) { state.withLock { $0.isScanned = isScanned } }

    /// - Parameter partial: what was counted for unfinished files, after this growth.
    func grow(by growth: TransferCounts, partialDone: Int64? = nil, partialReused: Int64? = nil) {
        state.withLock { state in
            state.counts += growth
            state.partialDone = partialDone ?? state.partialDone
            state.partialReused = partialReused ?? state.partialReused
            // What a failed file had done is taken back.
            if growth.filesFailed > 0 { state.floor = 0 }
        }
    }

    func setLanes(_ lanes: Int) { state.withLock { $0.lanes = lanes } }

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
            let reused = max(0, state.partialReused - state.carried)
            var counts = state.counts
            counts.bytesDone = max(counts.bytesDone + state.partialDone, state.floor)
            counts.bytesReused += reused
            counts.bytesMoved += moved
            let first = state.waits.values.min { ($0.until ?? .now) < ($1.until ?? .now) }
            let waiting = first.map { wait in (wait.problem, wait.until.map(Self.milliseconds)) }
            let done = counts.bytesDone - state.counts.bytesDone
            let partialMoved = max(state.partialDone - reused, min(state.carried, done))
            return Snapshot(
                counts: counts, isScanned: state.isScanned, lanes: state.lanes,
                partial: PartialProgress(done: done, moved: partialMoved), waiting: waiting)
        }
    }

    private static func milliseconds(until instant: ContinuousClock.Instant) -> Milliseconds {
        max(0, Milliseconds((instant - .now) / .milliseconds(1)))
    }
}
