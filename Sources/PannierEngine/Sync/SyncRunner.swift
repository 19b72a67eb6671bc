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
    let tell: AsyncStream<SyncState?>.Continuation
    let mirror: Mirror
    let log: Logger
    let transfers: TransferManager
    let feed: FeedLoop
    nonisolated let current: CurrentFolder
    private let timing: SyncTiming
    /// Nil: there is no synced folder.
    var standing: SyncStanding?
    /// Nil: there is none, or it is not to be had just now.
    private(set) var folder: SyncedFolder? {
        didSet { current.set(folder) }
    }
    /// How often a folder was opened: which loop it is.
    private(set) var openings = 0
    /// As the mirror has it.
    var paired: SyncFolder?
    /// Why the paired folder could not be opened.
    private(set) var obstacle: Problem?
    private var service: ServiceClient?
    var verifiedAt: Milliseconds?
    /// As the mirror has it.
    var keptVerifiedAt: Milliseconds?
    /// Of the times that both sides became the same, the one for which the server was asked last.
    var askedForTime = 0
    /// Commands that wait for both sides to be the same.
    var waiters = 0
    /// Words to look at all that the open folder's loop was given.
    private var looksAsked = 0
    /// Words to read every file anew that it was given.
    private var readingsAsked = 0
    /// Of the thread that turns the loop.
    nonisolated let latest = Mutex(Latest())
    nonisolated let server = Mutex(ServerReach.unknown)
    nonisolated let serverLook = Mutex(ServerLook(number: 0, at: 0, took: 0))
    /// What this device is called.
    private nonisolated let deviceName = Mutex("")
    nonisolated let bell = Bell()
    /// Rung when transfers were added.
    private nonisolated let queueBell = Bell()
    /// Rung when the folder is not to be had.
    nonisolated let missingBell = Bell()
    /// Which folder it is, and opening and closing it, one at a time: each waits for the disk.
    let folderTurn = AsyncTurn()
    let lookTurn = AsyncTurn()
    private nonisolated let requests: AsyncStream<Asked>
    private nonisolated let asking: AsyncStream<Asked>.Continuation
    /// Told after every look at how it stands.
    nonisolated let news = MirrorNews()

    /// A request, and which loop wants it.
    private struct Asked: Sendable {
        var opening: Int
        var request: ThereRequest
    }

    /// What the loop told last.
    struct Latest {
        var agenda = SyncAgenda.State()
        var isIdle = false
    }

    /// - Parameters:
    ///   - current: is given the folder while it is open.
    init(
        mirror: Mirror, transfers: TransferManager, feed: FeedLoop, current: CurrentFolder,
        timing: SyncTiming = .fromEnvironment, log: Logger
    ) {
        self.mirror = mirror
        self.current = current
        self.transfers = transfers
        self.feed = feed
        self.timing = timing
        self.log = log
        (states, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (requests, asking) = AsyncStream.makeStream()
    }

    /// Nil: there is no synced folder.
    package var state: SyncState? { standing?.state }

    // MARK: Life

    /// Takes up the folder that the mirror names, if there is one. Before anything else.
    func begin() async throws(Problem) {
        take(try await mirror.read { try SyncFolder.read($0) })
        // A disk that does not answer keeps nobody from the rest.
        let opening = LastingWork { await self.inTurn { await $0.open() } }
        _ = await opening.value(within: Self.diskPatience)
        // Whoever asks from now on is told of it.
        await look()
    }

    /// Works until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchState() }
            group.addTask { for await asked in self.requests { await self.send(asked) } }
            group.addTask { await self.openAgain() }
            group.addTask { await self.scheduleTransfers() }
        }
        // In tasks of their own: this one is cancelled, and would wait for nothing.
        let over = Bell()
        let ending = Task {
            await folder?.end()
            over.ring()
        }
        await Task { await over.wait(for: Self.diskPatience) }.value
        ending.cancel()
    }

    /// What is under way when it ends should be done before the mirror is closed; but a disk may take as long as it likes.
    private static let diskPatience = Duration.seconds(5)

    /// Whoever is signed in now, and the way to the server; nil: nobody is.
    /// - Parameter device: its name, as it signed in; nil: as before.
    func use(_ service: ServiceClient?, device: String?) {
        self.service = service
        if let device { deviceName.withLock { $0 = device } }
        folder?.put(.connected(service != nil))
    }

    // MARK: The folder

    /// What the mirror says of it.
    private func take(_ now: SyncFolder?) {
        if now?.marker != paired?.marker { verifiedAt = now?.verifiedAt }
        (paired, keptVerifiedAt) = (now, now?.verifiedAt)
    }

    /// Closes the folder, lets `change` say in the mirror which one it is now, or that there is none, and opens that. To its
    /// end, whether anyone still waits for it or not.
    func closed<Value: Sendable>(
        while change: @escaping @Sendable () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let result: Result<Value, Problem> = await inTurn { runner in
            do throws(Problem) {
                return .success(try await runner.reopening(change))
            } catch {
                return .failure(error)
            }
        }
        await look()
        return try result.get()
    }

    /// As ``closed(while:)``, of somebody whose turn it is.
    func reopening<Value: Sendable>(
        _ change: @Sendable () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        await close()
        let result: Result<Value, Problem>
        do throws(Problem) {
            result = .success(try await change())
        } catch {
            result = .failure(error)
        }
        await takeUp()
        return try result.get()
    }

    /// One at a time, and in a task of its own: whoever stops waiting for it leaves nothing half done.
    func inTurn<Value: Sendable>(_ body: @escaping @Sendable (SyncRunner) async -> Value) async -> Value {
        await Task {
            await folderTurn.take()
            defer { folderTurn.give() }
            return await body(self)
        }.value
    }

    /// Opens what the mirror names by now. In turn, with nothing open.
    private func takeUp() async {
        do throws(Problem) {
            take(try await mirror.read { try SyncFolder.read($0) })
        } catch {
            log.error("the synced folder cannot be read", metadata: ["problem": "\(error)"])
        }
        await open()
    }

    /// In turn.
    func open() async {
        guard folder == nil, let paired else { return bell.ring() }
        let opening = openings + 1
        let (mirror, timing, queue, listener) = (mirror, timing, transferQueue, listener(of: opening))
        let device = { @Sendable in self.deviceName.withLock { $0 } }
        latest.withLock { $0 = Latest() }
        (looksAsked, readingsAsked, askedForTime) = (0, 0, 0)
        do throws(Problem) {
            let opened = try await BlockingThread.run { () throws(Problem) in
                try SyncedFolder(paired, mirror, queue, timing: timing, device: device, listener)
            }
            (obstacle, folder, openings) = (nil, opened, opening)
            opened.put(.connected(service != nil))
            // What the server told before means nothing to it, but is not waited for.
            opened.put(.serverLooked(lastServerLook))
            // Somebody may have paused it, or made it go on, while it was opened.
            if let now = self.paired, now.isPaused != paired.isPaused { opened.put(.paused(now.isPaused)) }
        } catch {
            obstacle = error
        }
        bell.ring()
    }

    /// In turn.
    func close() async {
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
                await inTurn { runner in
                    if await runner.isReplacedByItself() { await runner.close() }
                    await runner.open()
                }
            }
        }
    }

    var isMissing: Bool { paired != nil && (folder == nil || standing?.problem?.code == .syncFolderLost) }

    /// The folder was moved away and a copy of it put in its place, with its marker; or its disk was mounted anew.
    private func isReplacedByItself() async -> Bool {
        guard let folder, let paired, standing?.problem?.code == .syncFolderLost,
            // What cannot be read now is looked at again.
            case .some(paired.marker) = try? await Self.marker(at: folder.path)
        else { return false }
        let presence = try? await BlockingThread.run { () throws(Problem) in folder.tree.presence() }
        return presence.map { $0 != .there } ?? false
    }

    private nonisolated func listener(of opening: Int) -> SyncThread.Listener {
        SyncThread.Listener(
            send: { self.asking.yield(Asked(opening: opening, request: $0)) },
            turned: { state, isIdle in
                let isNew = self.latest.withLock { latest in
                    defer { (latest.agenda, latest.isIdle) = (state, isIdle) }
                    return latest.agenda != state || latest.isIdle != isIdle
                }
                if isNew { self.bell.ring() }
            })
    }

    // MARK: Transfers

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
            } catch {
                log.error("the synced folder's transfers do not begin", metadata: ["problem": "\(error)"])
            }
        }
    }

    // MARK: Requests

    private func send(_ asked: Asked) async {
        // While another one was answered the folder may have been let go, or opened anew: what was planned then is of no loop.
        guard let folder, asked.opening == openings else { return }
        let request = asked.request
        guard let service else { return folder.put(.unanswered(.nobodySignedIn)) }
        do throws(Problem) {
            Failpoint.askSending.pass()
            let items = try await service.asOf(request.epoch).perform(request)
            folder.put(ThereAnswer(items: items, epoch: request.epoch), to: request)
        } catch {
            log.info("what the synced folder asked for was not answered", metadata: ["problem": "\(error)"])
            if error.code == .epochChanged { feed.look() }
            folder.put(.unanswered(error))
        }
    }

    // MARK: What people want

    /// Carries on with the folder and its transfers, or lets both stand still until told otherwise; kept in the mirror.
    func pause(_ isPaused: Bool) async throws(Problem) {
        guard let marker = paired?.marker else { throw .noSyncedFolder }
        try await mirror.write { try SyncFolder.pause(isPaused, marker, $0) }
        if paired?.marker == marker {
            paired?.isPaused = isPaused
            folder?.put(.paused(isPaused))
            latest.withLock { $0.agenda.isPaused = isPaused }
        }
        try await transfers.syncQueueChanged()
        await look()
    }

    /// A person has looked at so many deletions that are held (nil: at none of that side), and wants them done.
    /// - Throws: ``Problem`` `changedSince` when others are held by now.
    func approve(here: Int?, there: Int?) async throws(Problem) {
        guard let folder else { throw whyNotOpen }
        try await BlockingThread.run { () throws(Problem) in
            try folder.work.approve(here: here, there: there, wall: WallClock.now * 1_000_000)
        }
        folder.put(.planAnew)
    }

    /// A person wants back what so many held deletions would delete; nil: nothing is said of that side.
    /// - Throws: as ``approve(here:there:)``.
    func bringBack(here: Int?, there: Int?) async throws(Problem) {
        guard let folder else { throw whyNotOpen }
        try await BlockingThread.run { () throws(Problem) in
            try folder.work.bringBack(here: here, there: there)
        }
        folder.put(.planAnew)
    }

    /// Which files are kept here has changed in the mirror.
    func keptChanged() { folder?.put(.planAnew) }

    /// - Returns: how many words to read every file anew the open folder's loop was given by now, this one included.
    func readAllAnew() -> Int {
        guard let folder else { return 0 }
        readingsAsked += 1
        folder.put(.verify)
        return readingsAsked
    }

    /// - Returns: how many words to look at all the open folder's loop was given by now, this one included.
    func lookAtAll() -> Int {
        guard let folder else { return 0 }
        looksAsked += 1
        folder.put(.lookAtAll)
        return looksAsked
    }
}
