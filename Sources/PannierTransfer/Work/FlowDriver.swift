internal import PannierCore
internal import PannierMirror

/// What a transfer does next: a value without I/O, clock or tasks. Whoever drives it performs the actions and hands the
/// events back; any number may be under way at once.
protocol TransferFlow: SendableMetatype {
    associatedtype Action: Sendable
    associatedtype Event: FlowEvent

    /// Takes an event in.
    /// - Returns: what is to be done now. The first call is made without an event.
    mutating func step(_ event: Event?) -> [Action]
    var isFinished: Bool { get }
    /// In use.
    var lanes: Int { get }
    /// Plain bytes of unfinished files that need no more work; and how many of them did not cross the network.
    var unfinished: (done: Int64, reused: Int64) { get }
    /// Plain bytes of unfinished files of which is known whether they have to cross the network.
    var examined: Int64 { get }
    /// What has become known of chunks since this was last called, in order.
    mutating func takeChanges() -> [ChunkChange]
    /// The file that something was done for last, while it is under way.
    var underWay: FileUnderWay? { get }
}

/// The file that people are told is being done.
struct FileUnderWay: Sendable, Hashable {
    /// Of the item.
    let path: [UInt8]
    /// How it is compressed, and why.
    let note: String?
}

protocol FlowEvent: Sendable {
    /// Comes by itself, again and again.
    static var tick: Self { get }
}

/// Drives a flow to its end: every action is a task of its own.
struct FlowDriver<Flow: TransferFlow> {
    /// What came of an action. Counters that the flow counts as unfinished until then grow together with it.
    struct Outcome: Sendable {
        let event: Flow.Event
        var growth = TransferCounts()
        /// What crossed the network for it: from now on the flow counts its bytes, or they are lost.
        var passage: Passage?
    }

    private enum Ended: Sendable {
        case tick
        case action(Result<Outcome, Problem>)
    }

    private let progress: RunProgress
    /// Between two ticks.
    private let interval: Duration
    private let perform: @Sendable (Flow.Action) async throws(Problem) -> Outcome

    init(
        _ progress: RunProgress, interval: Duration,
        perform: @escaping @Sendable (Flow.Action) async throws(Problem) -> Outcome
    ) {
        self.progress = progress
        self.interval = interval
        self.perform = perform
    }

    /// Returns when the flow has ended.
    /// - Throws: the first ``Problem`` of an action, `cancelled` when the task was cancelled; by then no action runs.
    func run(_ flow: consuming Flow) async throws(Problem) {
        var flow = flow
        let stop = await withTaskGroup(of: Ended.self) { group -> Problem? in
            defer { group.cancelAll() }
            tick(in: &group)
            start(step(&flow, nil), in: &group)
            while !flow.isFinished, let ended = await group.next() {
                switch ended {
                case .tick where Task.isCancelled: return .cancelled
                case .tick:
                    tick(in: &group)
                    start(step(&flow, .tick), in: &group)
                case .action(.success(let outcome)):
                    start(step(&flow, outcome.event), in: &group)
                    tell(flow, outcome)
                case .action(.failure(let problem)): return problem
                }
            }
            return nil
        }
        progress.set(lanes: 0, underWay: nil)
        if let stop { throw stop }
    }

    /// What became of chunks is written down before an action begins that may tell more of them.
    private func step(_ flow: inout Flow, _ event: Flow.Event?) -> [Flow.Action] {
        let actions = flow.step(event)
        progress.note(flow.takeChanges())
        return actions
    }

    private func tell(_ flow: borrowing Flow, _ outcome: Outcome) {
        let unfinished = flow.unfinished
        progress.grow(
            by: outcome.growth,
            open: .init(done: unfinished.done, reused: unfinished.reused, examined: flow.examined),
            ending: outcome.passage)
        progress.set(lanes: flow.lanes, underWay: flow.underWay)
    }

    private func tick(in group: inout TaskGroup<Ended>) {
        group.addTask { [interval] in
            // Cut short when the task is cancelled, which whoever takes the tick sees.
            try? await Task.sleep(for: interval)
            return .tick
        }
    }

    private func start(_ actions: [Flow.Action], in group: inout TaskGroup<Ended>) {
        for action in actions {
            group.addTask { [perform] in
                do throws(Problem) {
                    return .action(.success(try await perform(action)))
                } catch {
                    return .action(.failure(error))
                }
            }
        }
    }
}
