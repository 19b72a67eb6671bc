package import PannierCore
internal import PannierMirror

/// Finds out what an upload would send: first how much there is, then, chunk by chunk, what of it the server has. Sends
/// nothing, and gives way to transfers that run.
package struct Estimator: Sendable {
    private let service: ServiceClient
    private let folder: NodeID
    private let seed: [UInt8]
    private let isBusy: @Sendable () async -> Bool

    /// Between two words about it.
    private static let pace = Duration.milliseconds(200)
    /// Bytes that are asked about at once, and how long they may be in coming.
    private static let questionBytes: Int64 = 128 << 20
    private static let questionTime = Duration.milliseconds(500)

    /// - Parameters:
    ///   - account: of whoever would upload, into the own tree.
    ///   - isBusy: whether something runs that must not be slowed down.
    package init(
        service: ServiceClient, account: Account, isBusy: @escaping @Sendable () async -> Bool
    ) throws(Problem) {
        self.service = service
        self.isBusy = isBusy
        folder = account.root
        seed = try UploadRun.seed(of: account)
    }

    /// Returns when it is over, or when the task is cancelled: then nothing more is told.
    /// - Parameters:
    ///   - sources: absolute.
    ///   - number: what it is told under.
    ///   - tell: is given how far it is, five times a second at most, and the end.
    package func run(
        _ sources: [LocalPath], number: Int64, tell: @escaping @Sendable (Estimate) -> Void
    ) async {
        var run = Run(estimate: Estimate(number: number), tell: tell)
        do throws(Problem) {
            for source in sources { try await count(source, &run) }
            let reader = EstimateReader(seed: seed)
            for source in sources { try await examine(source, reader, &run) }
            try await ask(&run)
        } catch {
            run.estimate.problem = error
        }
        guard !Task.isCancelled else { return }
        run.estimate.isOver = true
        tell(run.estimate)
    }

    private struct Run {
        var estimate: Estimate
        let tell: @Sendable (Estimate) -> Void
        private var toldAt: ContinuousClock.Instant?
        /// Chunks that the server is to be asked about, and since when.
        var waiting: [ChunkReference] = []
        var waitingBytes: Int64 = 0
        var waitingSince = ContinuousClock.now
        var seen = SeenChunks()

        init(estimate: Estimate, tell: @escaping @Sendable (Estimate) -> Void) {
            self.estimate = estimate
            self.tell = tell
        }

        mutating func take(_ chunks: [ChunkReference]) {
            waiting += chunks
            waitingBytes += chunks.reduce(0) { $0 + Int64($1.length) }
        }

        mutating func tellSometimes() {
            if let toldAt, .now - toldAt < Estimator.pace { return }
            toldAt = .now
            tell(estimate)
        }
    }

    // MARK: How much there is

    private func count(_ source: LocalPath, _ run: inout Run) async throws(Problem) {
        let scan = LocalScan(source, remote: .myFiles)
        var isEnd = false
        while !isEnd {
            let batch = await scan.next(Limits.batchItems)
            isEnd = batch.isEnd
            for item in batch.items {
                if case .failed(let problem) = item.refusal, item.path.isEmpty {
                    run.estimate.problem = run.estimate.problem ?? problem
                }
                guard !item.isFolder, item.refusal == nil else { continue }
                run.estimate.files += 1
                run.estimate.bytes = run.estimate.bytes.saturatingSum(item.size)
            }
            try tell(&run)
        }
    }

    private func tell(_ run: inout Run) throws(Problem) {
        if Task.isCancelled { throw .cancelled }
        // What is read may have grown since it was counted.
        run.estimate.bytes = max(run.estimate.bytes, run.estimate.examined)
        run.tellSometimes()
    }

    // MARK: What of it is there

    private func examine(_ source: LocalPath, _ reader: EstimateReader, _ run: inout Run) async throws(Problem) {
        let scan = LocalScan(source, remote: .myFiles)
        var isEnd = false
        while !isEnd {
            let batch = await scan.next(Limits.batchItems)
            isEnd = batch.isEnd
            for item in batch.items where !item.isFolder && item.refusal == nil && item.size > 0 {
                try await examine(LocalPlace(source, below: item.path), item.size, reader, &run)
            }
        }
    }

    private func examine(
        _ place: LocalPlace, _ size: Int64, _ reader: EstimateReader, _ run: inout Run
    ) async throws(Problem) {
        do throws(LocalError) {
            try await reader.begin(place, size: size)
        } catch {
            // An upload would say so; here it counts as what nobody knows anything of.
            return
        }
        var isEnd = false
        while !isEnd {
            let begun = ContinuousClock.now
            let (chunks, isLast) = await reader.next()
            isEnd = isLast
            run.take(chunks)
            let isFull = run.waiting.count >= Limits.manifestPage / 2 || run.waitingBytes >= Self.questionBytes
            if isFull || .now - run.waitingSince >= Self.questionTime { try await ask(&run) }
            try await giveWay(after: .now - begun)
        }
    }

    /// A quarter of the time, while something else runs.
    private func giveWay(after time: Duration) async throws(Problem) {
        if await isBusy() { try? await Task.sleep(for: time * 3) }
        if Task.isCancelled { throw .cancelled }
    }

    private func ask(_ run: inout Run) async throws(Problem) {
        let chunks = run.waiting
        (run.waiting, run.waitingBytes, run.waitingSince) = ([], 0, .now)
        guard !chunks.isEmpty else { return }
        var missing: Set<Fingerprint> = []
        for start in stride(from: 0, to: chunks.count, by: Limits.manifestPage) {
            let names = chunks[start..<min(chunks.count, start + Limits.manifestPage)].map(\.fingerprint)
            let request = MissingChunks.Request(folder: folder, chunks: Array(Set(names)))
            let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
                try await service.missingChunks(request)
            }
            missing.formUnion(answer.missing)
        }
        run.estimate.there += run.seen.there(chunks, missing: missing)
        run.estimate.examined += chunks.reduce(0) { $0 + Int64($1.length) }
        try tell(&run)
    }
}
