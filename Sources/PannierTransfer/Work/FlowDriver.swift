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
            start(flow.step(nil), in: &group)
            while !flow.isFinished, let ended = await group.next() {
                switch ended {
                case .tick where Task.isCancelled: return .cancelled
                case .tick:
                    tick(in: &group)
                    start(flow.step(.tick), in: &group)
                case .action(.success(let outcome)):
                    start(flow.step(outcome.event), in: &group)
                    tell(flow, outcome.growth)
                case .action(.failure(let problem)): return problem
                }
            }
            return nil
        }
        progress.setLanes(0)
        if let stop { throw stop }
    }

    private func tell(_ flow: borrowing Flow, _ growth: TransferCounts) {
        let unfinished = flow.unfinished
        progress.grow(by: growth, partialDone: unfinished.done, partialReused: unfinished.reused)
        progress.setLanes(flow.lanes)
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
