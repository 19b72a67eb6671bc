import PannierCore
import PannierMirror
import PannierTransfer

// Commands that may be sent again, after an agent died before it answered, and are carried out once.
extension Engine {
    /// What a command asks the server for: as it was planned the first time, or as it is planned now.
    /// - Parameters:
    ///   - part: number of the path that the plan is for, in commands of many.
    ///   - plan: looks at the tree; a refusal is not kept, since nothing was asked for.
    func planned<Plan: Codable & Sendable>(
        _ key: CommandKey, part: Int = 0, _ plan: () async throws(Problem) -> Plan
    ) async throws(Problem) -> Plan {
        if let kept = try await mirror.read({ try CommandPlans.read(Plan.self, of: key, part: part, in: $0) }) {
            return kept
        }
        let new = try await plan()
        let now = WallClock.now
        try await mirror.write { try CommandPlans.keep(new, of: key, part: part, now: now, in: $0) }
        return new
    }

    /// Sends what was planned by the batch, and pairs refusals with their paths. Ends with a look at the feed.
    func inBatches<Item>(
        _ plan: BatchPlan<Item>, _ command: CommandKey,
        _ send: (_ batch: [Item], _ key: IdempotencyKey) async throws(Problem) -> NodeResults
    ) async throws(Problem) -> [Refusal] {
        var refusals = plan.refusals
        let answers = try await answers(to: plan.entries.map(\.item), command, send)
        for (entry, answer) in zip(plan.entries, answers) {
            if case .problem(let problem) = answer { refusals.append(Refusal(path: entry.path, problem: problem)) }
        }
        await catchUp()
        return refusals
    }

    /// What the server answers to each, asked by the batch, each batch under one idempotency key.
    /// - Parameter round: of commands that ask for some of it again, in another way.
    func answers<Item>(
        to items: [Item], _ command: CommandKey, round: Int = 0,
        _ send: (_ batch: [Item], _ key: IdempotencyKey) async throws(Problem) -> NodeResults
    ) async throws(Problem) -> [ItemResult<Node>] {
        var answers: [ItemResult<Node>] = []
        for start in stride(from: 0, to: items.count, by: Limits.batchItems) {
            let batch = Array(items[start..<min(start + Limits.batchItems, items.count)])
            let key = IdempotencyKey(command, request: start / Limits.batchItems, round: round)
            let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in try await send(batch, key) }
            guard answer.items.count == batch.count else {
                throw .otherAnswer
            }
            answers += answer.items
        }
        return answers
    }
}

/// Items for the server, each with the path that it came from, and paths that were refused before.
struct BatchPlan<Item: Codable & Sendable>: Codable, Sendable {
    struct Entry: Codable, Sendable {
        var path: String
        var item: Item
    }

    var entries: [Entry] = []
    var refusals: [Refusal] = []

    /// Adds what `item` makes of a path, or why that cannot be.
    /// - Throws: ``Problem`` that stops the whole command.
    mutating func add(_ path: RemotePath, _ item: () async throws(Problem) -> Item) async throws(Problem) {
        do throws(Problem) {
            entries.append(Entry(path: path.description, item: try await item()))
        } catch {
            if error.isGeneral { throw error }
            refusals.append(Refusal(path: path.description, problem: error))
        }
    }
}

extension IdempotencyKey {
    /// Of one request of a command.
    init(_ command: CommandKey, request: Int = 0, round: Int = 0) {
        self.init(text: "\(command)-\(request)" + (round == 0 ? "" : "-\(round)"))
    }
}

extension Problem {
    static let otherAnswer = Problem(.internalError, "The server answered another question.", status: 0)
}
