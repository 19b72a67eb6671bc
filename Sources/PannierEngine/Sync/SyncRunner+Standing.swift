import Logging
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Synchronization

// How it stands.
extension SyncRunner {
    /// How often people are told at most.
    private static let pace = Duration.milliseconds(200)
    /// How often it is looked whether something still does not go on.
    private static let patientPace = Duration.seconds(1)

    func watchState() async {
        while !Task.isCancelled {
            await bell.wait(for: mustLookAgain ? Self.patientPace : nil)
            await look()
            try? await Task.sleep(for: Self.pace)
        }
    }

    /// How transfers do, and that the mirror can be read again, nobody tells; and whoever waits for what may pass by itself
    /// wants to know when that takes long.
    private var mustLookAgain: Bool {
        guard let standing else { return false }
        return standing.agenda.isUnderWay || standing.unread != nil || waiters > 0 && standing.lasting(for: nil) != nil
    }

    /// Looks at how it stands, and tells it.
    func look() async {
        await lookTurn.take()
        defer { lookTurn.give() }
        if let counted = await counted() {
            let new = currentStanding(counted)
            if new?.state != standing?.state { tell.yield(new?.state) }
            // From now on it is tried again from time to time.
            if new?.unread != nil, standing?.unread == nil { bell.ring() }
            standing = new
        } else {
            bell.ring()
        }
        await keepVerified()
        if isMissing { missingBell.ring() }
        askTheServer()
        news.tell()
    }

    /// What has to be waited for.
    private struct Counted {
        var figures = SyncFigures()
        var transfers: Problem?
        var unread: Problem?
        /// What was waited for to come to rest, and where that is.
        var written: BeingWritten?
        var writtenAt: LocalPath?
    }

    /// Nil: whoever asked waits no longer, and nothing was counted.
    private func counted() async -> Counted? {
        guard paired != nil else { return Counted() }
        do throws(Problem) {
            let written = loopState.beingWritten
            let (figures, place) = try await mirror.read { database -> (SyncFigures, LocalPath?) in
                let sync = SyncTransaction(database)
                return (try sync.figures(), try written.flatMap { try sync.path(of: $0) })
            }
            let transfers = loopState.isUnderWay ? try await transfers.syncObstacle() : nil
            return Counted(figures: figures, transfers: transfers, written: written, writtenAt: place)
        } catch {
            if Task.isCancelled { return nil }
            if standing?.unread == nil {
                log.error("how the synced folder stands cannot be read", metadata: ["problem": "\(error)"])
            }
            return Counted(
                figures: standing?.figures ?? SyncFigures(), transfers: standing?.transfers, unread: error)
        }
    }

    /// Nothing is waited for in it: all of it is of one moment, and no older than what was counted.
    private func currentStanding(_ counted: Counted) -> SyncStanding? {
        guard let paired else { return nil }
        let coverage = folder?.coverage ?? WatchCoverage()
        folder?.put(.watching(coverage.unwatched == 0))
        let (agenda, isIdle) = latest.withLock { ($0.agenda, $0.isIdle) }
        if let look = agenda.sameAsOf { verifiedAt = look.at }
        var standing = SyncStanding(folder: paired.path)
        (standing.isPaused, standing.isOpen, standing.obstacle) = (paired.isPaused, folder != nil, obstacle)
        (standing.opening, standing.agenda, standing.isIdle) = (openings, agenda, isIdle)
        (standing.coverage, standing.figures, standing.transfers) = (coverage, counted.figures, counted.transfers)
        standing.unread = counted.unread
        if agenda.beingWritten?.isNamed(as: counted.written) == true { standing.firstBeingWritten = counted.writtenAt }
        (standing.server, standing.verifiedAt) = (server.withLock { $0 }, verifiedAt)
        return standing
    }

    /// Milliseconds that may be forgotten when the agent ends: each costs a write.
    private static let keptEvery: Milliseconds = 10_000

    private func keepVerified() async {
        guard let marker = paired?.marker, let verifiedAt,
            keptVerifiedAt.map({ abs(verifiedAt - $0) >= Self.keptEvery }) ?? true
        else { return }
        do throws(Problem) {
            try await mirror.write { try SyncFolder.verified(at: verifiedAt, marker, $0) }
        } catch {
            log.error("when both sides were the same cannot be written down", metadata: ["problem": "\(error)"])
        }
        guard paired?.marker == marker else { return }
        // What could not be written is tried again no sooner than what was.
        keptVerifiedAt = verifiedAt
    }

    /// Both sides have become the same since the server was asked last: whether that is so, it has to say.
    private func askTheServer() {
        guard let agenda = standing?.agenda, agenda.isSame, agenda.sameAsOf == nil, agenda.timesSame != askedForTime
        else { return }
        askedForTime = agenda.timesSame
        feed.look()
    }

    // MARK: What others tell

    /// A look at the feed has come to its end: the server can be reached, and all that it had by then is known here.
    /// - Parameter start: when it began, on this machine's clock.
    nonisolated func feedAnswered(from start: Milliseconds, took: Milliseconds) {
        let look = serverLook.withLock { last in
            last = ServerLook(number: last.number + 1, at: start, took: took)
            return last
        }
        current.put(.connected(true))
        current.put(.serverLooked(look))
    }

    /// The feed has put something new into the mirror.
    nonisolated func feedMoved() { current.put(.mirrorMoved) }

    /// How it is with the way to the server.
    nonisolated func connectionIs(_ status: EngineStatus) {
        let isNew = server.withLock { server in
            let before = server
            server = server.next(status, now: WallClock.now)
            return server != before
        }
        if isNew { bell.ring() }
    }

    /// The last look at the server that was answered.
    nonisolated var lastServerLook: ServerLook { serverLook.withLock { $0 } }

    /// What the loop told last.
    nonisolated var loopState: SyncAgenda.State { latest.withLock { $0.agenda } }
}

extension SyncTransaction {
    /// Where the first of it stands, below the synced folder; nil: it is not said which that is, or its folder is gone.
    fileprivate func path(of written: BeingWritten) throws -> LocalPath? {
        guard let folder = written.folder, let path = try existingPath(of: folder) else { return nil }
        return path.isEmpty ? LocalPath(bytes: written.name) : LocalPath(bytes: path).appending(written.name)
    }
}

extension BeingWritten {
    /// Both name the same file.
    fileprivate func isNamed(as other: BeingWritten?) -> Bool { folder == other?.folder && name == other?.name }
}
