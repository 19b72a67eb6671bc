import Logging
package import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Synchronization

/// The synced folder of one profile at work. The engine asks it, tells it of sessions and of news from the feed, and tells
/// subscribers of ``states``.
package actor SyncRunner {
    /// How it stands, whenever that changed; nil: there is no synced folder. One reader.
    package nonisolated let states: AsyncStream<SyncState?>
    private let tell: AsyncStream<SyncState?>.Continuation
    let mirror: Mirror
    let log: Logger
    let transfers: TransferManager
    private nonisolated let current: CurrentFolder
    private let timing: SyncTiming
    /// Nil: there is no synced folder.
    private(set) package var state: SyncState?
    /// Nil: there is none, or it is not to be had just now.
    private(set) var folder: SyncedFolder? {
        didSet { current.set(folder) }
    }
    var paired: SyncFolder?
    /// Why the paired folder could not be opened.
    private var obstacle: Problem?
    private var service: ServiceClient?
    private var verifiedAt: Milliseconds?
    /// Of the thread that turns the loop.
    private nonisolated let latest = Mutex(Latest())
    /// What this device is called.
    private nonisolated let deviceName = Mutex("")
    private nonisolated let bell = Bell()
    /// Rung when transfers were added.
    private nonisolated let queueBell = Bell()
    /// Rung when the folder is not to be had.
    private nonisolated let missingBell = Bell()
    /// Opening and closing, one at a time: each waits for the disk.
    private let folderTurn = AsyncTurn()
    private nonisolated let requests: AsyncStream<ThereRequest>
    private nonisolated let asking: AsyncStream<ThereRequest>.Continuation
    /// Told after every look at how it stands.
    nonisolated let news = MirrorNews()

    /// What the loop told last.
    private struct Latest {
        var agenda = SyncAgenda.State()
        var isIdle = false
    }

    /// - Parameter current: is given the folder while it is open.
    init(
        mirror: Mirror, transfers: TransferManager, current: CurrentFolder, timing: SyncTiming = .fromEnvironment,
        log: Logger
    ) {
        self.mirror = mirror
        self.current = current
        self.transfers = transfers
        self.timing = timing
        self.log = log
        (states, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (requests, asking) = AsyncStream.makeStream()
    }

    // MARK: Life

    /// Takes up the folder that the mirror names, if there is one. Before anything else.
    func begin() async throws(Problem) {
        paired = try await mirror.read { try SyncFolder.read($0) }
        verifiedAt = paired?.verifiedAt
        await open()
        // Whoever asks from now on is told of it.
        await look()
    }

    /// Works until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchState() }
            group.addTask { for await request in self.requests { await self.send(request) } }
            group.addTask { await self.openAgain() }
            group.addTask { await self.scheduleTransfers() }
        }
        await folder?.end()
    }

    /// Whoever is signed in now, and the way to the server; nil: nobody is.
    /// - Parameter device: its name, as it signed in; nil: as before.
    func use(_ service: ServiceClient?, device: String?) async {
        self.service = service
        if let device { deviceName.withLock { $0 = device } }
        folder?.put(.connected(service != nil))
        // Signed out, the mirror has forgotten the folder.
        await lookAtMirror()
    }

    /// The feed has put something new into the mirror.
    nonisolated func feedMoved() { current.moved() }

    /// A look at the feed has come to its end: the server can be reached, and all that it had by then is known here.
    /// - Parameter start: when it began, on this machine's clock.
    func feedAnswered(from start: Milliseconds) async {
        guard let folder else { return }
        folder.put(.connected(service != nil))
        // What changes on this disk is heard of at once only where all of it is watched.
        let isSame = latest.withLock { $0.agenda.isSame }
        guard isSame, folder.coverage.unwatched == 0, isLater(start, by: 1) else { return }
        verifiedAt = start
        bell.ring()
    }

    func lookAtMirror() async {
        do throws(Problem) {
            let now = try await mirror.read { try SyncFolder.read($0) }
            guard now?.marker != paired?.marker || now?.path != paired?.path else { return }
            await close()
            if now == nil, let paired { await letGo(paired) }
            paired = now
            verifiedAt = now?.verifiedAt
            await open()
        } catch {
            log.error("the synced folder cannot be read", metadata: ["problem": "\(error)"])
        }
    }

    // MARK: The folder

    func open() async {
        await folderTurn.take()
        defer { folderTurn.give() }
        guard folder == nil, let paired else { return bell.ring() }
        let (mirror, timing, queue, listener) = (mirror, timing, transferQueue, listener)
        let device = { @Sendable in self.deviceName.withLock { $0 } }
        latest.withLock { $0 = Latest() }
        do throws(Problem) {
            let opened = try await BlockingThread.run { () throws(Problem) in
                try SyncedFolder(paired, mirror, queue, timing: timing, device: device, listener)
            }
            obstacle = nil
            folder = opened
            opened.put(.connected(service != nil))
            // Somebody may have paused it, or made it go on, while it was opened.
            if let now = self.paired, now.isPaused != paired.isPaused { opened.put(.paused(now.isPaused)) }
        } catch {
            obstacle = error
        }
        bell.ring()
    }

    func close() async {
        await folderTurn.take()
        defer { folderTurn.give() }
        await folder?.end()
        folder = nil
        obstacle = nil
        latest.withLock { $0 = Latest() }
        bell.ring()
    }

    /// A folder that was not there, or is another one, may be back.
    private func openAgain() async {
        while !Task.isCancelled {
            await missingBell.wait()
            while isMissing, (try? await Task.sleep(for: .milliseconds(timing.lostCheck))) != nil {
                if folder != nil, await isReplacedByItself() { await close() }
                if folder == nil, paired != nil { await open() }
            }
        }
    }

    private var isMissing: Bool { paired != nil && (folder == nil || state?.problem?.code == .syncFolderLost) }

    /// The folder was moved away and a copy of it put in its place, with its marker; or its disk was mounted anew.
    private func isReplacedByItself() async -> Bool {
        guard let folder, let paired, state?.problem?.code == .syncFolderLost else { return false }
        return await Self.marker(at: folder.path) == paired.marker && folder.tree.presence() != .there
    }

    private nonisolated var listener: SyncThread.Listener {
        SyncThread.Listener(
            send: { self.asking.yield($0) },
            turned: { state, isIdle in
                let isNew = self.latest.withLock { latest in
                    defer { (latest.agenda, latest.isIdle) = (state, isIdle) }
                    return latest.agenda != state || latest.isIdle != isIdle
                }
                if isNew { self.bell.ring() }
            })
    }

    private nonisolated var transferQueue: SyncTransferQueue {
        SyncTransferQueue(
            add: { uploads, downloads, database in
                let queue = SyncTransfers(database)
                if !uploads.isEmpty { _ = try queue.add(uploads: uploads) }
                if !downloads.isEmpty { _ = try queue.add(downloads: downloads) }
            },
            underWay: { database in
                let (locals, nodes) = try SyncTransfers(database).underWay()
                return .init(locals: locals, nodes: nodes)
            },
            added: { self.queueBell.ring() })
    }

    private func scheduleTransfers() async {
        while !Task.isCancelled {
            await queueBell.wait()
            do throws(Problem) {
                try await transfers.syncQueueChanged()
            } catch  where error.code == .cancelled {
                // Whatever ends them tells of it, and the next plan says what is to be done.
                continue
            } catch {
                log.error("the synced folder's transfers do not begin", metadata: ["problem": "\(error)"])
            }
        }
    }

    // MARK: Requests

    private func send(_ request: ThereRequest) async {
        guard let folder else { return }
        guard let service else { return folder.put(.unanswered(.nobodySignedIn)) }
        do throws(Problem) {
            let epoch = try await mirror.read { try FeedState.read($0)?.epoch }
            Failpoint.askSending.pass()
            let items = try await service.perform(request)
            folder.put(ThereAnswer(items: items, epoch: epoch), to: request)
        } catch {
            log.info("what the synced folder asked for was not answered", metadata: ["problem": "\(error)"])
            folder.put(.unanswered(error))
        }
    }

    // MARK: How it stands

    /// How often people are told at most.
    private static let pace = Duration.milliseconds(200)

    private func watchState() async {
        while !Task.isCancelled {
            await bell.wait()
            await look()
            try? await Task.sleep(for: Self.pace)
        }
    }

    func look() async {
        do throws(Problem) {
            let new = try await currentState()
            if new != state {
                state = new
                tell.yield(new)
            }
        } catch {
            log.error("how the synced folder stands cannot be read", metadata: ["problem": "\(error)"])
        }
        if isMissing { missingBell.ring() }
        news.tell()
    }

    private func currentState() async throws(Problem) -> SyncState? {
        guard let paired else { return nil }
        let (agenda, isIdle) = latest.withLock { ($0.agenda, $0.isIdle) }
        var state = SyncState(folder: paired.path, phase: .starting)
        state.problem = obstacle ?? agenda.problem
        state.phase = phase(agenda, isIdle, state.problem)
        (state.heldHere, state.heldThere) = (agenda.held.here, agenda.held.there)
        let coverage = folder?.coverage ?? WatchCoverage()
        (state.watched, state.unwatched) = (coverage.watched, coverage.unwatched)
        folder?.put(.watching(coverage.unwatched == 0))
        state.looksEvery = agenda.looksEvery
        let counts = try await mirror.read { try SyncTransaction($0).figures() }
        (state.files, state.differing, state.problems) = (counts.files, counts.differing, counts.problems)
        state.leftOut = counts.leftOut
        if let beingWritten = agenda.beingWritten {
            state.beingWritten = beingWritten.count
            state.firstBeingWritten = try await path(of: beingWritten)
        }
        if state.phase == .same { try await verified() }
        state.verifiedAt = verifiedAt
        return state
    }

    private func path(of beingWritten: BeingWritten) async throws(Problem) -> LocalPath? {
        guard let folder = beingWritten.folder else { return nil }
        let path = try await mirror.read { LocalPath(bytes: try SyncTransaction($0).path(of: folder)) }
        return path.bytes.isEmpty ? LocalPath(bytes: beingWritten.name) : path.appending(beingWritten.name)
    }

    private func phase(_ agenda: SyncAgenda.State, _ isIdle: Bool, _ problem: Problem?) -> SyncState.Phase {
        if agenda.isPaused || folder == nil && paired?.isPaused == true { return .paused }
        if problem != nil { return .stopped }
        if !agenda.hasPassed { return .starting }
        if agenda.isSame { return .same }
        return agenda.isWaiting && isIdle ? .waiting : .working
    }

    /// Both sides were found to be the same just now.
    private func verified() async throws(Problem) {
        let now = WallClock.now
        guard state?.phase != .same || isLater(now, by: 1_000) else { return }
        verifiedAt = now
        try await mirror.write { try SyncFolder.verified(at: now, $0) }
    }

    /// Than when both sides were last found to be the same. A date that has not come yet was of another clock.
    private func isLater(_ time: Milliseconds, by pause: Milliseconds) -> Bool {
        guard let verifiedAt, verifiedAt <= WallClock.now else { return true }
        return time - verifiedAt >= pause
    }

    // MARK: What people want

    /// Carries on, or stands still until told otherwise; kept in the mirror.
    func pause(_ isPaused: Bool) async throws(Problem) {
        try await mirror.write { try SyncFolder.pause(isPaused, $0) }
        paired?.isPaused = isPaused
        folder?.put(.paused(isPaused))
        latest.withLock { $0.agenda.isPaused = isPaused }
        await look()
    }

    /// The mirror holds a person's new word on deletions: a new plan may carry them out.
    func consented() async throws(Problem) { folder?.put(.planAnew) }

    /// A person wants back what so many held deletions would delete; nil: nothing of that side.
    func bringBack(here: Int?, there: Int?) async throws(Problem) {
        guard let folder else { throw obstacle ?? .noSyncedFolder }
        try await BlockingThread.run { () throws(Problem) in
            try folder.work.bringBack(here: here, there: there)
        }
        folder.put(.planAnew)
    }

    /// Which files are kept here has changed in the mirror.
    func keptChanged() async throws(Problem) { folder?.put(.planAnew) }

    /// Returns when all at and below the path (nil: everything) is settled and verified.
    /// - Throws: what keeps it from that.
    func waitUntilSynced(_ path: LocalPath?) async throws(Problem) {
        let before = latest.withLock { $0.agenda.passes }
        folder?.put(.lookAtAll)
        while true {
            let seen = news.latest.number
            if Task.isCancelled { throw .waitCancelled }
            guard let state else { throw .noSyncedFolder }
            if state.phase == .paused { throw .syncIsPaused }
            if let problem = state.problem { throw problem }
            let agenda = latest.withLock { $0.isIdle ? $0.agenda : nil }
            if let agenda, agenda.passes > before, !agenda.isUnderWay {
                if state.phase == .same { return }
                if state.phase == .waiting {
                    try await checkNothingWaits(path, state)
                    if !agenda.isLeavingOut, !agenda.isLookingLater { return }
                }
            }
            await news.wait(after: seen)
        }
    }

    /// What would be done next; at most `limit` steps, and as many paths of held deletions.
    func plan(limit: Int) async throws(Problem) -> SyncPlan {
        guard let folder else { throw obstacle ?? .noSyncedFolder }
        return try await BlockingThread.run { () throws(Problem) in try folder.work.preview(limit: limit) }
    }

    /// Reads every file anew; returns when that pass is over.
    func verify() async throws(Problem) {
        let before = latest.withLock { $0.agenda.verifications }
        folder?.put(.verify)
        while latest.withLock({ $0.agenda.verifications == before }) {
            let seen = news.latest.number
            if Task.isCancelled { throw .waitCancelled }
            if state?.phase == .paused { throw .syncIsPaused }
            if let problem = state?.problem { throw problem }
            await news.wait(after: seen)
        }
        let first = try await mirror.read { try SyncTransaction($0).firstProblem(below: []) }
        if let first, first.code == .localFileDamaged { throw first }
    }

    private func checkNothingWaits(_ path: LocalPath?, _ state: SyncState) async throws(Problem) {
        if state.held > 0 { throw .deletionsAreHeld(state) }
        let first = try await mirror.read { try SyncTransaction($0).firstProblem(below: path?.bytes ?? []) }
        if let first { throw first }
    }
}
