import DiskSimulation
import Glibc
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom
import PannierTransfer

/// An agent at work, from its start to its death: the production loop, and what drives it.
final class SimulatedClient {
    unowned let machine: SimulatedMachine
    let life: Int
    let tree: SimulatedTree
    private let began: Nanoseconds
    var loop: SyncLoop
    private(set) var feed: SimulatedFeed!
    private(set) var transfers: SimulatedTransfers!
    private let watch: FolderWatch
    /// The folder was chosen.
    private(set) var isPaired = false
    /// It will do no more.
    var isDead = false
    /// In the folder.
    private var lastLooked: TreePath = []
    private var nextTurn: Nanoseconds?
    /// Until when nothing is to be done; nil: something is.
    private var idleUntil: Milliseconds?
    /// Requests of the loop that are under way.
    private var asking = 0
    /// What the loop has done on disk and server.
    private(set) var steps = 0
    /// Keys that were given to requests, where they are counted.
    var keys = 0

    /// The error of every call on the disk that a dead process would make.
    private static let dead: Int32 = ESRCH
    /// Milliseconds for which nothing is to be done while it is at rest.
    private static let restFor: Milliseconds = 30_000

    var simulation: Simulation { machine.simulation }
    var mirror: MemoryDatabase { machine.mirror.database }
    /// Since it began.
    var now: Milliseconds { (simulation.now - began) / 1_000_000 }

    init(_ machine: SimulatedMachine, life: Int) throws {
        self.machine = machine
        self.life = life
        let tree = try SimulatedTree(machine.disk)
        self.tree = tree
        began = machine.simulation.now
        watch = FolderWatch(machine)
        let queue = SimulatedTransfers.queue
        let clock = machine.disk.clock
        let device = "device \(machine.number)"
        let timing = SyncTiming()
        let seen: any FileTree = machine.simulation.plan.mistake.map { MistakenTree(tree, $0) } ?? tree
        var work = SyncWork(
            mirror: machine.mirror.database, tree: seen, transfers: queue, watch: watch.way, settle: timing.settle,
            conflictMark: { ConflictMark(device: device, now: clock.now / 1_000_000) })
        work.comparesPlans = machine.simulation.comparesPlans
        if let count = machine.simulation.plan.guardedCount { work.guardedCount = count }
        loop = SyncLoop(work, timing: timing)
        tree.meanwhile = { [unowned self] () throws(LocalError) in
            if isDead { throw LocalError(Self.dead) }
            if !tree.looked.isOwn { lastLooked = tree.looked }
            do throws(SimulatedMachine.Death) {
                try self.machine.meanwhile(at: lastLooked)
            } catch {
                throw LocalError(Self.dead)
            }
        }
        feed = SimulatedFeed(self)
        transfers = SimulatedTransfers(self)
    }

    func begin() throws {
        isPaired = try mirror.read { try SyncFolder.read($0) } != nil
        if isPaired { try beginLoop() }
        try feed.pull()
        simulation.add(.poll(machine: machine.number, life: life), after: 1_000)
    }

    private func beginLoop() throws {
        take(.watching(true))
        take(.connected(true))
        try transfers.run()
        wake(after: 0)
    }

    func poll() throws {
        try feed.pull()
        simulation.add(
            .poll(machine: machine.number, life: life), after: simulation.isTroubled ? 30_000 : 10 * 60_000)
    }

    /// The feed has been read to its end.
    func caughtUp() throws {
        if !isPaired { try pair() }
    }

    private func pair() throws {
        let marker = NodeID.random().bytes
        let pairing = Pairing(tree, at: LocalPath("/folder"))
        do {
            try pairing.prepare(marker: marker, disk: "/folder")
            try mirror.write { try pairing.write(marker: marker, $0) }
        } catch {
            // The disk has failed, or the process: it is tried again after the next poll.
            return
        }
        guard !isDead else { return }
        isPaired = true
        try beginLoop()
    }

    // MARK: The loop

    /// What happens at a time when the loop may be idle.
    func take(_ event: SyncEvent) {
        guard isPaired, !isDead else { return }
        loop.take(event, now: now)
        wake(after: 0)
    }

    private func wake(after delay: Milliseconds) {
        let time = simulation.now + delay * 1_000_000
        idleUntil = nil
        if let nextTurn, nextTurn <= time, nextTurn >= simulation.now { return }
        nextTurn = time
        simulation.add(.turn(machine: machine.number, life: life), after: delay)
    }

    func turn() throws {
        guard isPaired, !isDead, let time = nextTurn, time <= simulation.now else { return }
        nextTurn = nil
        let turn = loop.turn(wall: machine.disk.clock.now, clock: { now })
        guard !isDead else { return }
        switch turn {
        case .worked(let event):
            try worked(event)
            guard !isDead else { return }
            wake(after: 1 + Milliseconds(simulation.random.number(below: 5)))
        case .request(let request):
            send(request)
            wake(after: 1)
        case .idle(let until):
            if let until, until <= now {
                throw Broken("machine \(machine.number): the loop waits until \(now - until) ms ago: \(loop)")
            }
            if let until { wake(after: max(1, until - now)) }
            idleUntil = until ?? .max
        }
    }

    private func worked(_ event: SyncEvent) throws {
        simulation.note([30, machine.number, event.code], "machine \(machine.number): \(event.words)")
        switch event {
        case .didHere(let outcome):
            steps += outcome.done
            machine.pieceIsDone()
        case .queued(let outcome):
            steps += outcome.done
            try transfers.run()
        case .planned(.made(let plan)): try planned(plan)
        default: break
        }
    }

    func hear(_ events: [DiskEvent]) {
        guard isPaired, !isDead else { return }
        let heard = watch.heard(events)
        guard !heard.isEmpty else { return }
        loop.hear(heard, now: now)
        wake(after: 0)
    }

    // MARK: Requests of the loop

    private func send(_ request: ThereRequest) {
        asking += 1
        steps += 1
        let key = newKey()
        send(.change(request.body.change, key: key, epoch: request.epoch), tries: 2) { [self] answer in
            asking -= 1
            try lookIfRefused(answer)
            guard let items = answer?.nodes else {
                if makes(.takesSilenceForDone), answer == nil { try believe(request) }
                return take(.unanswered(Problem(.serverUnreachable, "No answer.", status: 0)))
            }
            loop.take(ThereAnswer(items: items, epoch: request.epoch), to: request, now: now)
            machine.pieceIsDone()
            wake(after: 0)
        }
    }

    /// The server is not the one that the mirror shows.
    func lookIfRefused(_ answer: ServiceAnswer?) throws {
        if case .problem(let problem)? = answer, problem.code == .epochChanged { try feed.pull() }
    }

    /// - Parameter then: not called once the agent is dead.
    func send(_ request: ServiceRequest, tries: Int, _ then: @escaping (ServiceAnswer?) throws -> Void) {
        simulation.network.send(request, from: machine.number) { [weak self] answer in
            guard let self, !isDead else { return }
            if answer == nil, tries > 1 { return send(request, tries: tries - 1, then) }
            try then(answer)
        }
    }

    // MARK: Rest

    private var problems: [String] {
        let found = try? mirror.read {
            try String.fetchAll($0.cachedStatement(sql: "SELECT key || ' ' || problem FROM sync_problems"))
        }
        let missing = try? mirror.read {
            try String.fetchAll(
                $0.cachedStatement(
                    sql:
                        "SELECT number || ' missing ' || missing || ' parked ' || is_parked FROM sync_local WHERE missing > 0"
                ))
        }
        return (found ?? []) + (missing ?? [])
    }

    /// Why it is not at rest.
    enum Unrest { case notPaired, asking, feed, busy, transfers, notSame }

    /// Asked after each step: what costs little first.
    var unrest: Unrest? {
        if !isPaired { return .notPaired }
        if asking > 0 { return .asking }
        if !feed.isIdle { return .feed }
        guard let idleUntil, idleUntil - now > Self.restFor else { return .busy }
        let state = loop.state
        let isWaiting = state.isWaiting && state.held.isEmpty && !state.isLeavingOut && !state.isLookingLater
        if !state.isSame, !(simulation.plan.isBlocked && isWaiting) { return .notSame }
        // Where the sides may differ for good nothing else tells that it has not heard of a restored server.
        if simulation.plan.isBlocked, !knowsEpoch { return .feed }
        return transfers.isIdle ? nil : .transfers
    }

    private var knowsEpoch: Bool {
        let known = try? mirror.read { try FeedState.read($0)?.epoch }
        let now = try? simulation.service.place().epoch
        return known == now
    }

    func words(_ unrest: Unrest) -> String {
        switch unrest {
        case .notPaired: "is not paired"
        case .asking: "waits for an answer"
        case .feed: "reads the feed"
        case .busy: "has something to do"
        case .transfers: "transfers"
        case .notSame: "is not the same: \(loop.state), problems \(problems)"
        }
    }
}

extension ThereRequest.Body {
    var change: ServiceChange {
        switch self {
        case .create(let request): .create(request)
        case .move(let request): .move(request)
        case .trash(let request): .trash(request)
        case .restore(let request): .restore(request)
        }
    }
}

extension ServiceAnswer {
    /// Nil: the request as a whole was refused.
    var nodes: [ItemResult<Node>]? {
        switch self {
        case .nodes(let results): results.items
        case .created(let results):
            results.items.map { item in
                switch item {
                case .problem(let problem): .problem(problem)
                case .done(let created):
                    created.folder.map { .done($0) } ?? .problem(Problem(.internalError, "an upload for a folder"))
                }
            }
        default: nil
        }
    }
}

extension SyncEvent {
    var code: Int {
        switch self {
        case .checked: 1
        case .looked, .wasRead: 2
        case .passed: 3
        case .planned: 4
        case .didHere: 5
        case .asking: 6
        case .queued: 7
        case .failed: 8
        default: 9
        }
    }

    var words: String {
        switch self {
        case .checked(let problem): "checked \(problem.map { "\($0)" } ?? "well")"
        case .looked(let outcome): "looked \(outcome)"
        case .wasRead(let outcome, let left): "read \(outcome) left \(left)"
        case .passed(let outcome, let next): "passed \(outcome) next \(next.map { "\($0.number)" } ?? "none")"
        case .planned(.notReady): "planned: not ready"
        case .planned(.made(let plan)): "planned \(plan.parts)"
        case .didHere(let outcome): "did here \(outcome)"
        case .asking(_, let left, let outcome): "asks for nothing, left \(left) \(outcome)"
        case .queued(let outcome): "queued \(outcome)"
        case .failed(let problem): "failed \(problem)"
        default: "\(self)"
        }
    }
}
