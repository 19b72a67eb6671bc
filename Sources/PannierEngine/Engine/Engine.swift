package import Logging
package import PannierCore
package import PannierHTTP
package import PannierMirror
import PannierTransfer

/// Owns the session, answers commands, and tells subscribers. One for an agent.
package actor Engine: CommandHandler {
    let mirror: Mirror
    let http: HTTPClient
    let log: Logger
    let transfers: TransferManager
    let sync: SyncRunner
    /// What subscribers were told of it last.
    private var syncState: SyncState?
    let feed: FeedLoop
    /// Of the mirror, for transfers that wait for it.
    let news: MirrorNews
    let push = PushLoop()
    private(set) var session: Session?
    /// Ends when another session begins: what was asked for under this one does not reach the mirror any more.
    private(set) var term = SessionTerm()
    /// Signing in and out, one at a time: each has several steps.
    let accountTurn = AsyncTurn()
    /// Limits, one change at a time: the file and what is in force must not differ.
    let limitTurn = AsyncTurn()
    private(set) var service: ServiceClient?
    /// Of this session; nil while nobody can ask.
    private(set) var preview: ContentPreview?
    /// By the link that asked, each the last that it asked for.
    var estimates: [ObjectIdentifier: Task<Void, Never>] = [:]
    private(set) var board = StatusBoard()
    /// When the last look at the feed ended.
    var lookedAt: ContinuousClock.Instant?
    /// When the last look that succeeded began.
    var lookedFrom: ContinuousClock.Instant?
    /// Which views' changes are pushed, and which were when the push loop was told last.
    var freshness = Freshness()
    var followed = Followed()
    /// When the account's figures were asked for last.
    var accountAskedAt: ContinuousClock.Instant?
    var ranks = RankMemory()
    let localListings = LocalListings()
    /// Number of changes of the mirror that were heard of.
    var changes = 0
    private var subscribers: [ObjectIdentifier: EventMailbox] = [:]
    private let stopping = Bell()
    private let unsubscribed = Bell()
    private let process: Int32

    package init(mirror: Mirror, http: HTTPClient, process: Int32, log: Logger) {
        self.mirror = mirror
        self.http = http
        self.process = process
        self.log = log
        let (feed, news, current) = (FeedLoop(), MirrorNews(), CurrentFolder())
        self.feed = feed
        self.news = news
        transfers = TransferManager(
            store: TransferStore(mirror.database), tree: Self.tree(mirror, feed, news),
            copies: CopyStaging(LocalPath(mirror.paths.copies)), synced: { current.moved() }, log: log)
        sync = SyncRunner(mirror: mirror, transfers: transfers, feed: feed, current: current, log: log)
    }

    /// Takes up the session that is kept. Before the first command. One that cannot be read is told as a refusal: somebody
    /// can sign in again, or out, and neither would work without an agent.
    package func begin() async throws(Problem) {
        await takeUpLimits()
        try await transfers.begin()
        try await sync.begin()
        let paths = mirror.paths
        let kept: Session?
        do throws(Problem) {
            kept = try await BlockingThread.run { () throws(Problem) in try SessionFile.read(paths) }
        } catch {
            log.error("nobody is signed in", metadata: ["problem": "\(error)"])
            return update { $0.refusal = error }
        }
        guard let kept else { return sync.connectionIs(status) }
        try await mirror.write { try FeedState.adopt(server: kept.server, account: kept.account, in: $0) }
        try await use(kept)
    }

    /// Works until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.feed.run(paced: { await self.polls(every: $0) }) { await self.lookAndTell() } }
            group.addTask { await self.push.run(self.pushOwner) }
            group.addTask { for await news in self.transfers.events { await self.hear(news) } }
            group.addTask { await self.sync.run() }
            group.addTask { for await state in self.sync.states { await self.tell(state) } }
        }
    }

    /// Ends transfers in order and tells subscribers. Before the task of ``run()`` is cancelled.
    package func end() async {
        endEstimates()
        await transfers.stop()
        publish(.stopping)
        // A subscriber that does not hear this would take the end for a crash, and start another agent.
        for mailbox in subscribers.values { mailbox.close() }
        let deadline = ContinuousClock.now + Self.patience
        while !subscribers.isEmpty, ContinuousClock.now < deadline {
            await unsubscribed.wait(for: deadline - ContinuousClock.now)
        }
    }

    /// How long subscribers that do not read hold up the end.
    private static let patience = Duration.seconds(1)

    /// Returns when somebody asked the agent to stop.
    package nonisolated func stopRequested() async { await stopping.wait() }

    package func perform(_ command: EngineCommand) async throws(Problem) -> EngineReply {
        let token = session?.token
        // A command that takes long may wait for a server that says nothing: a look finds out.
        let doubt = Task { [feed] in
            try await Task.sleep(for: Self.doubt)
            feed.look()
        }
        defer { doubt.cancel() }
        do throws(Problem) {
            return try await CommandTime.$begun.withValue(.now) { await outcome(of: command) }.get()
        } catch {
            // Unless somebody signed in anew meanwhile.
            guard error.code == .tokenInvalid, token == session?.token, session != nil else { throw error }
            await refuse(error)
            throw board.refusal ?? error
        }
    }

    private static let doubt = Duration.seconds(3)

    private func outcome(of command: EngineCommand) async -> Result<EngineReply, Problem> {
        do throws(Problem) { return .success(try await answer(command)) } catch { return .failure(error) }
    }

    private func answer(_ command: EngineCommand) async throws(Problem) -> EngineReply {
        switch command {
        case .status: .status(status)
        case .freshStatus: .status(await freshStatus())
        case .signIn(let request): .status(try await signIn(request))
        case .signOut: try await signOut()
        case .list(let listing, let after, let limit): .rows(try await list(listing, after: after, limit: limit))
        case .listBefore(let listing, let before, let limit):
            .rows(try await list(listing, before: before, limit: limit))
        case .find(let listing, let text, let from, let isBackwards):
            .found(try await find(text, in: listing, from: from, isBackwards: isBackwards))
        case .listLocal(let listing, let start, let limit):
            .localRows(try await listLocal(listing, start: start, limit: limit))
        case .probe(let server): .probe(try await probe(server))
        case .describe(let path): .row(try await place(at: path).row)
        case .refresh: try await refresh()
        case .makeFolders(let paths, let parents, let key):
            .refused(try await makeFolders(paths, parents: parents, key: key))
        case .move(let sources, let target, let kind, let expected, let key):
            .refused(try await move(Sources(sources, expected: expected), to: target, as: kind, key: key))
        case .copy(let sources, let target, let kind, let expected, let key):
            try await copy(Sources(sources, expected: expected), to: target, as: kind, key: key)
        case .trash(let paths, let expected, let key):
            .refused(try await trash(Sources(paths, expected: expected), key: key))
        case .restore(let nodes, let key): try await restore(nodes, key: key)
        case .versions(let path, let after, let limit): try await versions(of: path, after: after, limit: limit)
        case .restoreVersion(let path, let version, let current, let expected, let key):
            try await restore(version, of: Sources(path, expected: expected), over: current, key: key)
        case .keepCurrent(let path, let version, let expected, let key):
            try await keep(version, of: Sources(path, expected: expected), key: key)
        case .conflicts(let limit): try await conflicts(limit: limit)
        case .share(let path, let emails, let role, let expected, let key):
            .access(
                try await share(Sources(path, expected: expected), with: emails, role: role, key: key))
        case .unshare(let path, let email, let key): try await unshare(path, with: email, key: key)
        case .leave(let path, let key): try await leave(path, key: key)
        case .shares(let path): .access(try await shares(of: path))
        case .put(let sources, let target): try await put(sources, to: target)
        case .get(let sources, let target): try await get(sources, to: target)
        case .getVersion(let version, let path, let target): try await get(version, of: path, to: target)
        case .transfers: .transfers(try await transfers.states())
        case .failures(let transfer, let after, let limit):
            .failures(
                try await transfers.failures(of: transfer, after: after, limit: min(max(limit, 1), Limits.pageRows)))
        case .control(let kind, let ids): .changed(try await control(kind, ids))
        case .doctor: .findings(await examine())
        case .stop: stop()
        case .chunkMap(let id, let cells): .chunkMap(try await transfers.chunkMap(of: id, cells: cells))
        case .chunk(let id, let cell, let cells):
            .chunk(try await transfers.chunk(of: id, cell: cell, cells: cells))
        case .reorder(let id, let how): .changed(try await transfers.reorder(id, how))
        case .limit(let limits): try await limit(to: limits)
        case .preview(let path, let offset, let length):
            .part(try await preview(path, offset: offset, length: length))
        case .previewVersion(let version, let path, let offset, let length):
            .part(try await preview(path, version, offset: offset, length: length))
        case .estimate(let sources, let number): try estimate(sources, number: number)
        case .sync(let folder): .sync(try await pair(folder))
        case .unsync: .sync(try await unpair())
        case .syncState: .sync(await sync.state)
        case .syncProblems(let after, let limit, let leftOut, let since):
            .syncProblems(try await syncProblems(after: after, limit: limit, leftOut: leftOut, since: since))
        case .syncPlan(let limit): .syncPlan(try await syncPlan(limit: limit))
        case .why(let path): .why(try await why(path))
        case .approve(let here, let there): .sync(try await approve(here: here, there: there))
        case .bringBack(let here, let there): .sync(try await bringBack(here: here, there: there))
        case .waitSynced(let path): .sync(try await waitSynced(path))
        case .verifySync: .sync(try await verifySync())
        case .pauseSync(let isPaused): .sync(try await pauseSync(isPaused))
        case .keep(let paths, let isOnlineOnly): .sync(try await keep(paths, isOnlineOnly: isOnlineOnly))
        case .subscribe: .done
        }
    }

    private func stop() -> EngineReply {
        stopping.ring()
        return .done
    }

    private func refresh() async throws(Problem) -> EngineReply {
        _ = try signedIn()
        try await feed.refresh()
        return .done
    }

    private func freshStatus() async -> EngineStatus {
        if let service {
            await catchUp()
            // A server that does not answer the one question will not answer the other.
            if board.connection != .offline { await askForFigures(service) }
        }
        return status
    }

    // MARK: - Subscribers

    package func subscribe(_ mailbox: EventMailbox) async {
        subscribers[ObjectIdentifier(mailbox)] = mailbox
        attached(subscribers.count)
        mailbox.put(.status(status))
        mailbox.put(.sync(syncState))
        mailbox.expectList()
        do throws(Problem) {
            mailbox.putList(try await transfers.states())
        } catch {
            mailbox.putList([])
            log.error("the transfers cannot be read", metadata: ["problem": "\(error)"])
        }
    }

    package func unsubscribe(_ mailbox: EventMailbox) {
        subscribers[ObjectIdentifier(mailbox)] = nil
        attached(subscribers.count)
        endEstimate(for: ObjectIdentifier(mailbox))
        unsubscribed.ring()
    }

    private func hear(_ news: TransferNews) async {
        let states: [TransferState]
        switch news {
        case .cleared(let ids): return publish(.transfersCleared(ids))
        case .changed(let changed): states = changed
        }
        publish(.transfers(states))
        for case let problem? in states.map(\.problem) where problem.code == .tokenInvalid {
            if let token = await transfers.refusedToken(), token == session?.token { await refuse(problem) }
        }
    }

    private func tell(_ state: SyncState?) {
        syncState = state
        publish(.sync(state))
    }

    func publish(_ event: EngineEvent) {
        for mailbox in subscribers.values { mailbox.put(event) }
    }

    var status: EngineStatus { board.status(process: process) }

    /// Changes what is known about the way to the server, and tells when that made a difference.
    func update(_ change: (inout StatusBoard) -> Void) {
        let before = status
        change(&board)
        sync.connectionIs(status)
        if status != before { publish(.status(status)) }
    }

    // MARK: - The session

    /// - Throws: ``Problem`` `notSignedIn`, or why the token holds no more.
    func signedIn() throws(Problem) -> (session: Session, service: ServiceClient) {
        if let refusal = board.refusal { throw refusal }
        guard let session, let service else {
            throw .nobodySignedIn
        }
        return (session, service)
    }

    /// From now on everything goes on as this session; nil is nobody.
    /// - Parameter refusal: why its token is known to hold no more.
    func use(_ session: Session?, refused refusal: Problem? = nil) async throws(Problem) {
        let address: ServerAddress?
        if let session { address = try ServerAddress(parsing: session.server) } else { address = nil }
        self.session = session
        term.end()
        endEstimates()
        term = SessionTerm()
        accountAskedAt = nil
        let service = address.map { ServiceClient(server: $0, token: session?.token, http: http) }
        self.service = refusal == nil ? service : nil
        preview = self.service.map { ContentPreview(service: $0) }
        update { board in
            board.session(server: session?.server, account: session?.account, device: session?.device)
            board.refusal = refusal
        }
        freshness.forget()
        follow()
        push.sessionChanged()
        feed.look()
        await sync.use(self.service, device: session?.deviceName)
        await transfers.signedOut()
        // Somebody else may have signed in or out meanwhile.
        guard let session, let service, session.token == self.session?.token else { return }
        try await transfers.signedIn(service, session.account)
        if refusal != nil { try await transfers.tokenRefused() }
    }

    /// Used space and quota, as the service tells them now: kept for times when it cannot be asked.
    func learn(_ account: Account) async {
        await accountTurn.take()
        defer { accountTurn.give() }
        // Somebody may have signed in or out before it was our turn.
        guard var session, session.account.id == account.id, session.account != account else { return }
        session.account = account
        self.session = session
        update { $0.account = account }
        do throws(Problem) {
            try await keep(session)
        } catch {
            log.warning("the account's figures could not be kept", metadata: ["problem": "\(error)"])
        }
    }

    /// The service says that the token holds no more.
    func refuse(_ problem: Problem) async {
        guard board.refusal == nil else { return }
        log.warning("the token was refused")
        update { $0.refusal = problem.signedOutElsewhere }
        service = nil
        preview = nil
        endEstimates()
        push.sessionChanged()
        await sync.use(nil, device: nil)
        do throws(Problem) {
            try await transfers.tokenRefused()
        } catch {
            log.error("the transfers cannot be told to wait", metadata: ["problem": "\(error)"])
        }
    }
}

extension Problem {
    package static let nobodySignedIn = Problem(
        .notSignedIn, "No account is signed in on this profile.",
        detail: "Sign in with `pannier login URL --email ADDRESS`. `pannier demo` shows everything without an account.")

    /// What a refused token means to the person.
    fileprivate var signedOutElsewhere: Problem {
        Problem(
            .tokenInvalid, "This device was signed out by the server.",
            detail:
                "Files on this disk, the mirror and waiting transfers are kept. Sign in again with `pannier login`; "
                + "transfers go on where they were.")
    }
}
