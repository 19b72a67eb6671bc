internal import Logging
internal import PannierCore
internal import PannierHTTP
internal import PannierMirror

/// A transfer that runs.
struct RunningTransfer {
    /// As it was when the run began, but for its place in the queue.
    var stored: StoredTransfer
    let progress: RunProgress
    /// The sign-in that it runs under.
    let session: Int
    /// The work itself; cancelled to end it.
    let work: Task<Result<Void, Problem>, Never>
    /// Awaits the work and writes down how it ended. Never cancelled.
    let whole: Task<Void, Never>
    var speed = SpeedWindow()
    var bytesPerSecond: Double = 0
    /// The state that was told last.
    var told: TransferState?
    /// Bytes moved that are on the disk's record.
    var recordedMoved: Int64 = 0
    /// Time in which it ran and did not wait, and how much of that is on the disk's record.
    var ran: Milliseconds = 0
    var recordedRan: Milliseconds = 0
    /// When that was last looked at.
    private var lookedAt = ContinuousClock.now

    init(
        stored: StoredTransfer, progress: RunProgress, session: Int, work: Task<Result<Void, Problem>, Never>,
        whole: Task<Void, Never>
    ) {
        self.stored = stored
        self.progress = progress
        self.session = session
        self.work = work
        self.whole = whole
    }

    mutating func look(isWaiting: Bool) {
        let now = ContinuousClock.now
        let passed = Milliseconds((now - lookedAt) / .milliseconds(1))
        guard passed > 0 else { return }
        lookedAt = now
        if !isWaiting { ran += passed }
    }
}

extension TransferManager {
    func start(_ transfer: StoredTransfer, _ service: ServiceClient, _ account: Account) {
        guard running[transfer.id] == nil else { return }
        maps.forget(transfer.id)
        let progress = RunProgress(transfer)
        let work = Task { await run(transfer, service, account, progress) }
        let whole = Task { await ended(transfer, await work.value) }
        running[transfer.id] = RunningTransfer(
            stored: transfer, progress: progress, session: sessionCount, work: work, whole: whole)
        if sampler == nil { sampler = Task { await sample() } }
    }

    private nonisolated func run(
        _ transfer: StoredTransfer, _ service: ServiceClient, _ account: Account, _ progress: RunProgress
    ) async -> Result<Void, Problem> {
        do throws(Problem) {
            switch transfer.goal {
            case .upload(let target):
                guard target.namespace == account.namespace else { throw Self.notOwn }
                try await checkPlace(of: transfer, target, progress)
                let seed = try UploadRun.seed(of: account)
                let run = UploadRun(
                    transfer, target, store: store, service: service, tree: tree, seed: seed, progress: progress,
                    settings: settings)
                try await run.run()
            case .download:
                if transfer.copy != nil { try await makeFolder(of: transfer) }
                let run = try await DownloadRun(
                    transfer, store: store, service: service, tree: tree, progress: progress, settings: settings,
                    seed: try transfer.isSync ? UploadRun.seed(of: account) : nil)
                try await run.run()
            }
            return .success(())
        } catch {
            // What it rests on is no more: whatever comes next begins with what there is.
            if error.code == .epochChanged { try? await tree.refresh() }
            return .failure(error)
        }
    }

    private static let notOwn = Problem(
        .notFound, "Nothing can be uploaded there: it belongs to somebody else.", detail: nil, status: 0)

    /// Writes down how a run ended.
    private func ended(_ transfer: StoredTransfer, _ result: Result<Void, Problem>) async {
        await record(transfer.id)
        if case .failure = result { await keepMap(of: transfer) }
        do throws(Problem) {
            switch result {
            case .success where transfer.isFetchedToCopy: try await store.turn(transfer.number)
            case .success:
                await removeFolder(ofSent: transfer)
                _ = try await store.end(transfer.number)
            // Whoever cancelled it has written down why.
            case .failure(let problem) where problem.code == .cancelled: break
            case .failure(let problem) where problem.needsSignIn: try await waitForSignIn(transfer)
            // Whether this can be written down now or not.
            case .failure(let problem) where problem.isOfFullMirror:
                try await store.wait(transfer.number, problem)
                running[transfer.id] = nil
                try await tell(transfer.id)
                return scheduleLater()
            case .failure(let problem):
                if transfer.direction == .download, !problem.keepsParts { await removeWhatCanBe(of: transfer) }
                try await store.fail(transfer.number, problem)
                // Unless a person has decided otherwise meanwhile.
                if transfer.isFetchedToCopy, try await store.transfer(transfer.id)?.state == .failed {
                    await removeFolderIfItCan(of: transfer)
                }
            }
            running[transfer.id] = nil
            try await tell(transfer.id)
            if transfer.isSync { try await clearSync(transfer.id) }
        } catch {
            // A mirror that cannot be written: the transfer stands where it stood, and goes on from there later.
            warn("how it ended cannot be written down: it goes on from what is written", transfer, error)
            running[transfer.id] = nil
            var state = TransferState(transfer)
            (state.state, state.problem) = (.retrying, error)
            teller.yield(.changed([state]))
            scheduleLater()
            return
        }
        await schedule()
    }

    private func removeWhatCanBe(of transfer: StoredTransfer) async {
        do throws(Problem) {
            try await DownloadRun.removeParts(of: transfer, store)
        } catch {
            // It stays on record.
            warn(
                "parts of it cannot be removed: that is tried again when it is cleared, or after that", transfer, error)
        }
    }

    /// Nothing runs until somebody signs in again; what was begun stays where it is.
    private func waitForSignIn(_ transfer: StoredTransfer) async throws(Problem) {
        if running[transfer.id]?.session == sessionCount { refused = session?.service.token }
        try await store.wait(transfer.number, .signInAgain)
    }

    // MARK: Progress

    /// Tells what changed, ten times a second, while something runs.
    private func sample() async {
        let clock = ContinuousClock()
        let start = clock.now
        var round = 0
        while !running.isEmpty {
            guard (try? await clock.sleep(for: .milliseconds(100))) != nil else { break }
            round += 1
            let changed = changed(at: clock.now - start)
            if !changed.isEmpty { teller.yield(.changed(changed)) }
            guard round % 20 == 0 else { continue }
            // Every two seconds it goes on record.
            for id in running.keys { await record(id) }
            await letSmallOnesPass()
        }
        sampler = nil
    }

    private func changed(at time: Duration) -> [TransferState] {
        var changed: [TransferState] = []
        for (id, var run) in running {
            let snapshot = run.progress.snapshot()
            run.look(isWaiting: snapshot.waiting != nil)
            run.bytesPerSecond = run.speed.add(snapshot.crossed, at: time)
            var state = TransferState(run.stored, running: snapshot, bytesPerSecond: run.bytesPerSecond)
            // Time alone is no news; whoever wants to know it is told when the transfer ends.
            state.ranMilliseconds = run.told?.ranMilliseconds ?? state.ranMilliseconds
            if run.told != state { changed.append(state) }
            run.told = state
            running[id] = run
        }
        return changed
    }

    private func record(_ id: TransferID) async {
        guard var run = running[id] else { return }
        let snapshot = run.progress.snapshot()
        run.look(isWaiting: snapshot.waiting != nil)
        let moved = run.progress.meter.moved
        let (growth, time) = (moved - run.recordedMoved, run.ran - run.recordedRan)
        (run.recordedMoved, run.recordedRan) = (moved, run.ran)
        running[id] = run
        do throws(Problem) {
            try await store.record(run.stored.number, moved: growth, ran: time, partial: snapshot.partial)
        } catch {
            // Numbers for people: they are not worth ending the transfer for.
            running[id]?.recordedMoved -= growth
            running[id]?.recordedRan -= time
        }
    }

    // MARK: Leftovers

    /// Removes what a cancelled or cleared transfer left: leases on the server, parts on this disk.
    func cleanUp(_ transfer: StoredTransfer) {
        let service = session?.service
        cleanups[transfer.id] = Task {
            do throws(Problem) {
                try await removeFolder(of: transfer)
                switch transfer.direction {
                case .download: try await DownloadRun.removeParts(of: transfer, store)
                case .upload:
                    guard let service else { throw Problem(.notSignedIn, "Not signed in.") }
                    try await cancelUploads(of: transfer, service)
                }
                try await store.forgetLeftovers(transfer.number)
                if transfer.state == .cleared { _ = try await store.remove(transfer.number, in: .cleared) }
            } catch {
                // Leases end by themselves after some days.
                if error.code != .notSignedIn {
                    warn(
                        "what it left cannot be removed: that is tried again at the next sign-in or start", transfer,
                        error)
                }
            }
            cleanups[transfer.id] = nil
        }
    }

    /// Removes what could not be removed before.
    func cleanUpAgain() async throws(Problem) {
        for transfer in try await store.leftovers() where cleanups[transfer.id] == nil { cleanUp(transfer) }
    }

    private nonisolated func cancelUploads(of transfer: StoredTransfer, _ service: ServiceClient) async throws(Problem)
    {
        var last: Int64 = 0
        while true {
            let page = try await store.openUploads(transfer.number, after: last, limit: Limits.batchItems)
            guard let end = page.last else { return }
            last = end.row
            for (_, upload) in page {
                let key = IdempotencyKey()
                do throws(Problem) {
                    try await RetryPolicy.interactive.run { _ throws(Problem) in
                        try await service.cancelUpload(upload, key: key)
                    }
                } catch  where error.code == .serverUnreachable || error.stopsTransfer {
                    throw error
                } catch {
                    // Gone already, or complete by now.
                }
            }
        }
    }
}
