import Logging
import PannierCore
import PannierMirror
import PannierTransfer

// The feed and push, as the engine sees them.
extension Engine {
    /// One look at the feed.
    /// - Returns: why it failed.
    func look() async -> Problem? {
        guard let service else { return board.refusal ?? Problem.nobodySignedIn }
        let token = session?.token
        let start = WallClock.now
        let begun = ContinuousClock.now
        defer { lookedAt = .now }
        do throws(Problem) {
            let source = WatchedSource(service) { await self.unanswered(token) }
            let puller = FeedPuller(mirror: mirror, source: source, term: term) { change in await self.changed(change) }
            try await puller.pull()
            if areFiguresOld { await askForFigures(service) }
            let summary = try await mirror.read { try MirrorSummary.read($0) }
            guard token == session?.token else { return FeedPuller.outOfTerm }
            if feed.isAwaited { freshness.touch(now: Self.clock) }
            await learnAges()
            guard token == session?.token else { return FeedPuller.outOfTerm }
            update { board in
                board.fileCount = summary.files
                board.conflictCount = summary.conflicts
                board.looked(from: start, milliseconds: begun.milliseconds, problem: nil)
            }
            lookedFrom = begun
            // While it was under way, the token may have been refused elsewhere.
            if self.service != nil { sync.feedAnswered(from: start, took: Milliseconds(begun.milliseconds)) }
            return nil
        } catch {
            // Somebody may have signed in anew while this was under way: then it says nothing about the new session.
            guard token == session?.token else { return error }
            if error.code == .tokenInvalid { await refuse(error) }
            if error.code != .cancelled {
                update { $0.looked(from: start, milliseconds: begun.milliseconds, problem: error) }
            }
            log.info("a look failed", metadata: ["problem": "\(error)"])
            return error
        }
    }

    /// Used space and quota are not in the feed. They are for people: now and then is often enough, unless one asks.
    private var areFiguresOld: Bool {
        guard let accountAskedAt else { return true }
        return ContinuousClock.now - accountAskedAt >= .seconds(30)
    }

    /// That it fails shows in the next look.
    func askForFigures(_ service: ServiceClient) async {
        accountAskedAt = .now
        guard let account = try? await service.account() else { return }
        await learn(account)
    }

    /// The server lets a question wait: nobody waits for it without a word.
    /// - Parameter token: of the session that asked.
    private func unanswered(_ token: String?) {
        guard token == session?.token else { return }
        update { $0.waits(for: .look) }
        feed.fail(board.silence)
    }

    private func changed(_ change: FeedChange) async {
        changes += 1
        news.tell()
        sync.feedMoved()
        ranks.forget()
        if change.folders != [] { publish(.foldersChanged(change.folders.map { Array($0) })) }
        if change.isSharedChanged { publish(.sharedChanged) }
        if !change.isEmpty { freshness.touch(now: Self.clock) }
        if change.areViewsChanged { await learnAges() } else { follow() }
    }

    nonisolated var pushOwner: PushLoop.Owner {
        PushLoop.Owner(
            target: { await self.pushTarget },
            views: { await self.followed.views },
            changed: { isOpen in await self.pushChanged(isOpen) },
            look: { self.feed.look() },
            latency: { milliseconds in await self.update { $0.answered(milliseconds: milliseconds) } },
            silent: { await self.pushSilent() },
            ended: { error in self.log.info("push ended, changes are asked for", metadata: ["error": "\(error)"]) })
    }

    /// Nil while nothing is fresh, too: then a socket would be open for nothing.
    private var pushTarget: (address: PushAddress, token: String)? {
        guard service != nil, followed.isOpen, let session,
            let address = try? PushAddress(server: session.server)
        else { return nil }
        return (address, session.token)
    }

    /// A socket that opens or ends may have missed looks, and is a sign about the server.
    private func pushChanged(_ isOpen: Bool) {
        guard board.isPushOpen != isOpen else { return }
        update { $0.push(isOpen: isOpen) }
        feed.look()
    }

    /// A ping waits for its answer.
    private func pushSilent() {
        guard board.isPushOpen else { return }
        update { $0.waits(for: .ping) }
        feed.look()
    }
}

extension ContinuousClock.Instant {
    /// Milliseconds since then.
    var milliseconds: Int { Int((ContinuousClock.now - self) / .milliseconds(1)) }
}
