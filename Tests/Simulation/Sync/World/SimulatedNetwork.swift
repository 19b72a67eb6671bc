import PannierCore
import SeededRandom

/// What is sent may be lost before it has taken effect or after, come late, or twice.
final class SimulatedNetwork {
    private unowned let simulation: Simulation
    private var random: SeededGenerator
    private var waiting: [Int: (ServiceAnswer?) throws -> Void] = [:]
    private var count = 0
    var isOffline: Set<Int> = []
    /// Requests but for those that ask for changes.
    private(set) var requests = 0

    init(_ simulation: Simulation) {
        self.simulation = simulation
        random = SeededGenerator(seed: simulation.plan.seed ^ 0x4E45_54)
    }

    /// Somebody waits for an answer, or a message is on its way.
    var isBusy: Bool { !waiting.isEmpty }

    func set(_ machine: Int, isOffline begins: Bool) {
        simulation.note([10, machine, begins ? 1 : 0], "machine \(machine) is \(begins ? "offline" : "online")")
        if begins { isOffline.insert(machine) } else { isOffline.remove(machine) }
    }

    private var plan: SimulationPlan.NetworkPlan {
        simulation.isTroubled ? simulation.plan.network : SimulationPlan.NetworkPlan()
    }

    private func happens(_ percent: Int) -> Bool { percent > 0 && random.chance(percent) }

    private func delay() -> Milliseconds {
        let latency = 1 + Milliseconds(random.number(below: Int(2 * plan.latency) + 1))
        return happens(plan.late) ? latency + Milliseconds(random.number(below: 40_000)) : latency
    }

    /// - Parameter then: is given the answer once, or nil when none came in time.
    func send(
        _ request: ServiceRequest, from machine: Int, _ then: @escaping (ServiceAnswer?) throws -> Void
    ) {
        count += 1
        if !request.isPoll { requests += 1 }
        let number = count
        waiting[number] = then
        simulation.add(.message { [self] in try answer(number, nil) }, after: SimulationPlan.NetworkPlan.timeout)
        guard !isOffline.contains(machine), !happens(plan.lostRequests) else { return }
        if happens(plan.doubled) {
            simulation.add(.message { [self] in try arrive(request, machine, nil) }, after: delay())
        }
        simulation.add(.message { [self] in try arrive(request, machine, number) }, after: delay())
    }

    /// - Parameter number: nil for one of two of the same.
    private func arrive(_ request: ServiceRequest, _ machine: Int, _ number: Int?) throws {
        simulation.note([11, machine, request.code], "machine \(machine) asks: \(request.words)")
        let now = simulation.now / 1_000_000
        let answer = cut(try simulation.service.perform(request, by: machine, now: now))
        if case .change(.restore, _, _) = request { simulation.ledger.revive(answer.nodes ?? [], machine) }
        if case .problem(let problem) = answer {
            simulation.note([12, machine], "refused: \(problem)")
        }
        guard let number, !isOffline.contains(machine), !happens(plan.lostAnswers) else { return }
        simulation.add(.message { [self] in try self.answer(number, answer) }, after: delay())
    }

    /// The end of what is fetched may be missing.
    private func cut(_ answer: ServiceAnswer) -> ServiceAnswer {
        guard case .chunks(var chunks) = answer, let last = chunks.popLast(), happens(plan.cut) else { return answer }
        return .chunks(chunks + [Array(last.dropLast(1 + last.count / 2))])
    }

    private func answer(_ number: Int, _ answer: ServiceAnswer?) throws {
        try waiting.removeValue(forKey: number)?(answer)
    }
}

extension ServiceRequest {
    var isPoll: Bool { if case .changes = self { true } else { false } }

    var code: Int {
        switch self {
        case .changes: 0
        case .list: 1
        case .change(.create, _, _): 2
        case .change(.move, _, _): 3
        case .change(.trash, _, _): 4
        case .change(.restore, _, _): 5
        case .change(.openPacks, _, _): 6
        case .change(.commit, _, _): 7
        case .declare: 8
        case .put: 9
        case .describe: 10
        case .content: 11
        case .get: 12
        }
    }

    var words: String {
        switch self {
        case .changes(let request): "changes after \(request.cursor ?? "nothing")"
        case .list(let request): "list \(request.folders.map { "\($0.node)".prefix(6) })"
        case .change(.create(let request), _, _):
            "create \(request.items.map { "\($0.path.map(\.text)) \($0.node.map { "\($0)".prefix(6) } ?? "")" })"
        case .change(.move(let request), _, _):
            "move \(request.items.map { "\("\($0.node)".prefix(6)) to \("\($0.parent)".prefix(6))/\($0.name)" })"
        case .change(.trash(let request), _, _):
            "trash \(request.items.map { "\("\($0.node)".prefix(6)) since \($0.unchangedSince ?? -1) count \($0.count ?? -1)" })"
        case .change(.restore(let request), _, _): "restore \(request.items.map { "\($0.node)".prefix(6) })"
        case .change(.openPacks, _, _): "open packs"
        case .change(.commit(let request), _, _): "commit \(request.items.map { "\($0.upload)".prefix(6) })"
        case .declare: "declare"
        case .put: "put"
        case .describe: "describe"
        case .content: "content"
        case .get: "get"
        }
    }
}
