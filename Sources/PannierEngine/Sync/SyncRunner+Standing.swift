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

    /// How transfers do, nobody tells; and whoever waits for what may pass by itself wants to know when that takes long.
    private var mustLookAgain: Bool {
        standing.map { $0.agenda.isUnderWay || waiters > 0 && $0.lasting(for: nil) != nil } ?? false
    }

    /// Looks at how it stands, and tells it.
    func look() async {
        await lookTurn.take()
        defer { lookTurn.give() }
        do throws(Problem) {
            let new = try await currentStanding()
            if new?.state != standing?.state { tell.yield(new?.state) }
            standing = new
            try await keepVerified()
        } catch {
            log.error("how the synced folder stands cannot be read", metadata: ["problem": "\(error)"])
        }
        if isMissing { missingBell.ring() }
        askTheServer()
        news.tell()
    }

    private func currentStanding() async throws(Problem) -> SyncStanding? {
        guard paired != nil else { return nil }
        let figures = try await mirror.read { try SyncTransaction($0).figures() }
        let transfers = loopState.isUnderWay ? try await transfers.syncObstacle() : nil
        // From here on nothing is waited for: all of it is of one moment, and no older than what was read.
        guard let paired else { return nil }
        let coverage = folder?.coverage ?? WatchCoverage()
        folder?.put(.watching(coverage.unwatched == 0))
        let (agenda, isIdle) = latest.withLock { ($0.agenda, $0.isIdle) }
        if let look = agenda.sameAsOf { verifiedAt = look.at }
        var standing = SyncStanding(folder: paired.path)
        (standing.isPaused, standing.isOpen, standing.obstacle) = (paired.isPaused, folder != nil, obstacle)
        (standing.opening, standing.agenda, standing.isIdle) = (openings, agenda, isIdle)
        (standing.coverage, standing.figures, standing.transfers) = (coverage, figures, transfers)
        (standing.server, standing.verifiedAt) = (server.withLock { $0 }, verifiedAt)
        return standing
    }

    /// Milliseconds that may be forgotten when the agent ends: each costs a write.
    private static let keptEvery: Milliseconds = 10_000

    private func keepVerified() async throws(Problem) {
        guard paired != nil, let verifiedAt, keptVerifiedAt.map({ abs(verifiedAt - $0) >= Self.keptEvery }) ?? true
        else { return }
        try await mirror.write { try SyncFolder.verified(at: verifiedAt, $0) }
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
