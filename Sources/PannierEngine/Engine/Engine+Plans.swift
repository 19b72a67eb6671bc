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
    init(_ command: CommandKey, request: Int = 0) { self.init(text: "\(command)-\(request)") }
}
