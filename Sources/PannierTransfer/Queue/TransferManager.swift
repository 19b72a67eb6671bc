package import Logging
package import PannierCore
internal import PannierHTTP
package import PannierMirror

/// What the queue tells, in the order in which it came about.
package enum TransferNews: Sendable {
    case changed([TransferState])
    /// They are forgotten: nothing follows of them.
    case cleared([TransferID])
}

/// Owns the transfers: takes new ones, runs them one after the other in each direction, and tells how they stand.
///
/// The queue on the disk is the truth; what runs is only known here. Every task of this actor belongs to one transfer
/// and is awaited before the transfer changes hands, so the tasks are kept by hand: commands end them one by one.
package actor TransferManager {
    /// What changed, at most ten times a second; ends with ``stop()``. One consumer.
    package nonisolated let events: AsyncStream<TransferNews>

    let store: TransferStore
    let tree: RemoteTree
    let copies: CopyStaging
    nonisolated let settings: TransferSettings
    nonisolated let log: Logger
    let teller: AsyncStream<TransferNews>.Continuation
    var session: (service: ServiceClient, account: Account)?
    /// Counts sign-ins.
    var sessionCount = 0
    /// The token of the session, once the service has said that it holds no more: nothing runs then.
    var refused: String?
    var running: [TransferID: RunningTransfer] = [:]
    /// Cancelled transfers whose leftovers are being removed.
    var cleanups: [TransferID: Task<Void, Never>] = [:]
    var sampler: Task<Void, Never>?
    /// Of a transfer that does not run, and was asked for.
    var maps = RestingMap()
    /// Of the synced folder: those that were told of.
    var syncTold: Set<TransferID> = []
    /// As the mirror says it.
    var isSyncPaused = false
    private var isStopped = false
    /// Counts what commands changed on the disk: a list that was read before is stale.
    var changes = 0
    /// The last look at a transfer that is under way, to tell of it; each has its number.
    private var looks: [TransferID: Int] = [:]
    private var lookCount = 0
    private var isScheduling = false
    private var mustScheduleAgain = false
    /// Looks at the queue again after a fault of the mirror.
    private var wakeUp: Task<Void, Never>?

    /// - Parameters:
    ///   - tree: the remote tree as the mirror knows it.
    ///   - copies: where copies between two people's trees lie meanwhile.
    ///   - log: is told what fails behind people's backs, and is tried again.
    ///   - synced: called whenever something has become of files of the synced folder: a plan may look different then. On
    ///     any thread, must not block.
    package init(
        store: TransferStore, tree: RemoteTree, copies: CopyStaging, settings: TransferSettings = TransferSettings(),
        synced: @escaping @Sendable () -> Void = {},
        log: Logger = Logger(label: "pannier.transfers") { _ in SwiftLogNoOpLogHandler() }
    ) {
        var store = store
        store.synced = synced
        self.store = store
        self.tree = tree
        self.copies = copies
        self.settings = settings
        self.log = log
        (events, teller) = AsyncStream.makeStream(of: TransferNews.self)
        MemoryHabits.keep()
    }

    // MARK: Life

    /// Takes up what earlier processes could not remove from this disk; nobody has to be signed in for that.
    package func begin() async throws(Problem) {
        try await sweepCopies()
        try await takeUpSync()
        try await cleanUpAgain()
    }

    /// From now on transfers run. What stopped for want of a valid sign-in goes on.
    package func signedIn(_ service: ServiceClient, _ account: Account) async throws(Problem) {
        session = (service, account)
        sessionCount += 1
        refused = nil
        try await orScheduleLater { () throws(Problem) in
            for transfer in try await store.all() {
                guard transfer.state == .waiting, transfer.problem != nil else { continue }
                try await store.wait(transfer.number, nil)
                try await tell(transfer.id)
            }
            // Some may have been cancelled while there was no way to clean up.
            try await cleanUpAgain()
        }
        await schedule()
    }

    /// Ends what runs; nothing is forgotten. Cancel before, when the account is to leave no trace.
    package func signedOut() async {
        session = nil
        refused = nil
        await end(Array(running.keys))
    }

    /// The service takes the token no more: everything that goes on waits, and says that it does, until somebody signs in.
    package func tokenRefused() async throws(Problem) {
        await signedOut()
        for transfer in try await store.all() where transfer.state == .waiting && session == nil {
            try await store.wait(transfer.number, .signInAgain)
            try await tell(transfer.id)
        }
    }

    /// The token with which a transfer was refused just now, while it is that of the session: whoever gave it should know.
    package func refusedToken() -> String? { refused }

    /// Ends in order; the next process goes on with what was running.
    package func stop() async {
        isStopped = true
        wakeUp?.cancel()
        await end(Array(running.keys))
        for cleanup in cleanups.values { await cleanup.value }
        teller.finish()
    }

    /// From now on, for what runs, too: what the network may carry of all transfers together.
    package nonisolated func limit(to limits: TransferLimits) {
        settings.limit.set(sending: limits.upload, receiving: limits.download)
    }

    /// Whether something runs.
    package var isAtWork: Bool { !running.isEmpty }

    // MARK: Work

    /// Uploads a file or folder.
    /// - Parameter source: absolute.
    package func put(source: LocalPath, target: UploadTarget) async throws(Problem) -> TransferID {
        var target = target
        // What the person has seen by now, however long the upload waits for its turn.
        if let name = target.name {
            target.baseRevision = try await tree.nodes(target.folder, [[name]]).first??.revision
        }
        return try await begin(try await store.add(local: source, goal: .upload(target)))
    }

    /// Uploads several files and folders into one folder, as one transfer: they share requests and packs.
    /// - Parameters:
    ///   - sources: absolute, each with its name in the folder; not empty, no name twice.
    ///   - target: without a name.
    package func put(
        _ sources: [(local: LocalPath, name: NodeName)], target: UploadTarget
    ) async throws(Problem) -> TransferID {
        var known: [UploadSource] = []
        for start in stride(from: 0, to: sources.count, by: Limits.batchItems) {
            let batch = sources[start..<min(sources.count, start + Limits.batchItems)]
            let nodes = try await tree.nodes(target.folder, batch.map { [$0.name] })
            for (source, node) in zip(batch, try UploadRun.complete(nodes, batch.count)) {
                known.append(
                    UploadSource(prefix: source.name.bytes, local: source.local, baseRevision: node?.revision))
            }
        }
        return try await begin(try await store.add(known, target))
    }

    /// Downloads several files and folders into one folder, as one transfer.
    /// - Parameters:
    ///   - tops: each with its name in the folder as its prefix; not empty, no name twice.
    ///   - folder: absolute; it must exist.
    package func get(_ tops: [DownloadTop], into folder: LocalPath) async throws(Problem) -> TransferID {
        try await begin(try await store.add(tops, into: folder))
    }

    /// Downloads a file or folder.
    /// - Parameter target: absolute; the final path, name included. Its folder must exist.
    package func get(source: DownloadSource, target: LocalPath) async throws(Problem) -> TransferID {
        try await begin(try await store.add(local: target, goal: .download(source)))
    }

    func begin(_ transfer: StoredTransfer) async throws(Problem) -> TransferID {
        try await orScheduleLater { () throws(Problem) in try await tell(transfer.id) }
        await schedule()
        return transfer.id
    }

    /// All transfers that have not been cleared, in the order of the queue.
    package func states() async throws(Problem) -> [TransferState] { try await store.all().map(state) }

    /// Files that failed or were skipped, after the given row.
    package func failures(
        of transfer: TransferID, after row: Int64, limit: Int
    ) async throws(Problem) -> [TransferFailure] {
        try await store.failures(of: try await known(transfer), after: row, limit: limit)
    }

    /// - Parameter transfers: nil means all; what the control does not fit is left alone.
    /// - Returns: transfers that it did fit, in the order of the queue.
    package func control(
        _ control: TransferControl, _ transfers: [TransferID]?
    ) async throws(Problem) -> [TransferID] {
        let wanted = transfers.map(Set.init)
        var changed: [TransferID] = []
        for transfer in try await store.all() where wanted?.contains(transfer.id) ?? true {
            if try await apply(control, transfer) { changed.append(transfer.id) }
        }
        await schedule()
        return changed
    }

    /// - Parameter transfer: as it was read; it may have changed since.
    /// - Returns: whether the control did fit.
    private func apply(_ control: TransferControl, _ transfer: StoredTransfer) async throws(Problem) -> Bool {
        var latest: StoredTransfer? = transfer
        while let transfer = latest {
            switch TransferQueue.change(control, transfer) {
            case .nothing: return false
            case .become(let state):
                if try await become(state, transfer) { return true }
            case .tryAgain:
                if try await store.retry(transfer) {
                    try await tell(transfer.id)
                    return true
                }
            case .remove:
                if try await remove(transfer) { return true }
            }
            // It went on meanwhile, by itself or by somebody else: what the control means for it now may be another thing.
            latest = try await store.transfer(transfer.id)
        }
        return false
    }

    /// - Returns: false, and nothing was done, when it is not in the state any more in which it was read.
    private func become(_ state: StoredTransfer.State, _ transfer: StoredTransfer) async throws(Problem) -> Bool {
        // On the disk first: a pause must hold after kill -9, too. Whoever is about to start it from an older list looks
        // again.
        changes += 1
        guard try await store.setState(transfer.number, from: transfer.state, to: state) else { return false }
        changes += 1
        await end([transfer.id])
        // Its last file may have come through in the end: then it is done.
        // And a copy that was a download may be an upload by now.
        if state == .cancelled, let now = try await store.transfer(transfer.id), now.state == .cancelled {
            try await store.forgetPartial(now.number)
            if now.isSync { try await clearSync(now.id) } else { cleanUp(now) }
        }
        try await tell(transfer.id)
        return true
    }

    /// - Returns: as ``become(_:_:)``.
    private func remove(_ transfer: StoredTransfer) async throws(Problem) -> Bool {
        await cleanups[transfer.id]?.value
        let isClean = await hasNoParts(transfer)
        // What cannot be removed now is not forgotten, or nobody would ever remove it.
        let isGone =
            isClean
            ? try await store.remove(transfer.number, in: transfer.state)
            : try await store.setState(transfer.number, from: transfer.state, to: .cleared)
        if isGone { tellCleared(transfer.id) }
        return isGone
    }

    /// Removes what one that has ended has kept on this disk.
    /// - Returns: whether nothing is left there.
    private func hasNoParts(_ transfer: StoredTransfer) async -> Bool {
        do throws(Problem) {
            try await removeFolder(of: transfer)
            guard transfer.direction == .download, [.failed, .cancelled].contains(transfer.state) else { return true }
            try await DownloadRun.removeParts(of: transfer, store)
            return true
        } catch {
            warn("what it has on this disk cannot be removed: it is tried again at the next start", transfer, error)
            return false
        }
    }

    /// Of something that the transfer itself says nothing about.
    nonisolated func warn(_ what: Logger.Message, _ transfer: StoredTransfer, _ problem: Problem) {
        log.warning(
            what,
            metadata: [
                "transfer": "\(transfer.id)", "local": "\(transfer.local)", "problem": "\(problem)",
            ])
    }

    // MARK: Turns

    /// Starts what is due. Runs of this method do not overlap, since each waits for the disk.
    func schedule() async {
        guard !isScheduling else {
            mustScheduleAgain = true
            return
        }
        isScheduling = true
        defer { isScheduling = false }
        repeat {
            mustScheduleAgain = false
            guard !isStopped, session != nil, refused == nil else { return }
            do throws(Problem) {
                let seen = changes
                let waiting = try await nextInTurn()
                // While the disk was read, somebody may have signed out, stopped or paused.
                guard !isStopped, let session, refused == nil else { return }
                guard seen == changes else {
                    mustScheduleAgain = true
                    continue
                }
                for transfer in TransferQueue.due(waiting, running: running.mapValues(\.stored.direction)) {
                    start(transfer, session.service, session.account)
                }
            } catch {
                // It is told by whoever asks for the states, too.
                log.error("the queue cannot be read, nothing begins meanwhile", metadata: ["problem": "\(error)"])
                return scheduleLater()
            }
        } while mustScheduleAgain
    }

    /// The first that wait, running ones among them, as many as there may be turns.
    private func nextInTurn() async throws(Problem) -> [StoredTransfer] {
        let limit = TransferQueue.runningAtOnce + running.count
        return try await store.waiting(.upload, limit: limit) + store.waiting(.download, limit: limit)
    }

    /// After a fault of the mirror: nothing waits without being woken.
    func scheduleLater() {
        guard !isStopped, wakeUp == nil else { return }
        wakeUp = Task {
            try? await Task.sleep(for: .milliseconds(settings.mirrorMilliseconds))
            wakeUp = nil
            await schedule()
        }
    }

    func orScheduleLater(_ body: () async throws(Problem) -> Void) async throws(Problem) {
        do throws(Problem) {
            try await body()
        } catch {
            scheduleLater()
            throw error
        }
    }

    /// Ends runs and waits until they have ended.
    func end(_ transfers: [TransferID]) async {
        let runs = transfers.compactMap { running[$0] }
        for run in runs { run.work.cancel() }
        for run in runs { await run.whole.value }
    }

    func state(_ stored: StoredTransfer) -> TransferState {
        guard let run = running[stored.id] else {
            var state = TransferState(stored)
            if isSyncPaused, stored.isSync, stored.state == .waiting { state.state = .paused }
            return state
        }
        return TransferState(stored, running: run.progress.snapshot(), bytesPerSecond: run.bytesPerSecond)
    }

    /// Tells how a transfer stands now. Of two looks at once only the one that began later tells: the other may have seen
    /// an older state, and would tell it last.
    func tell(_ id: TransferID) async throws(Problem) {
        maps.forget(id)
        lookCount += 1
        let look = lookCount
        looks[id] = look
        defer { if looks[id] == look { looks[id] = nil } }
        guard let stored = try await store.transfer(id), looks[id] == look else { return }
        let state = state(stored)
        running[id]?.told = state
        teller.yield(.changed([state]))
    }

    /// Tells that a transfer is forgotten, whoever may be looking at it.
    func tellCleared(_ id: TransferID) {
        maps.forget(id)
        looks[id] = nil
        teller.yield(.cleared([id]))
    }
}
