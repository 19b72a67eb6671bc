import PannierCore
import PannierMirror
import PannierTransfer

// Out of the trash.
extension Engine {
    /// Takes things out of the trash, to where they were; to the top of My Files where that is gone or in the trash itself;
    /// under `name (restored)` where the name is taken.
    ///
    /// What the mirror knows decides first. Where the service knows better, it is asked again, for another place: in
    /// rounds, each planned and kept before it is sent, so that a command that is sent again does the very same.
    func restore(_ nodes: [NodeID], key: CommandKey) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        var seen: Set<NodeID> = []
        var wishes = nodes.filter { seen.insert($0).inserted }.map { RestoreWish(node: $0) }
        var outcome = RestoreOutcome()
        for round in 0..<Self.mostRounds where !wishes.isEmpty {
            let (wanted, isLast) = (wishes, round == Self.mostRounds - 1)
            let plan = try await planned(key, part: round) { () throws(Problem) in try await restorePlan(wanted) }
            outcome.take(plan)
            let answers = try await answers(to: plan.entries.map(\.item), key, round: round) {
                items, key throws(Problem) in
                try await service.restoreNodes(RestoreNodes.Request(items: items), key: key)
            }
            wishes = zip(plan.entries, answers).compactMap { outcome.take($0, $1, mayAskAgain: !isLast) }
            await catchUp()
        }
        return .restored(try await paths(of: outcome.restored) + outcome.standing, refused: outcome.refused)
    }

    /// Names may be taken while they are looked for, but not for ever.
    private static let mostRounds = 10

    private func restorePlan(_ wishes: [RestoreWish]) async throws(Problem) -> RestorePlan {
        if board.connection != .live { await catchUpOnce() }
        let root = try await place(at: .myFiles)
        let answers = try await mirror.read { database in
            var places = RestorePlaces(of: root, database)
            let order = try places.inOrder(wishes.map(\.node))
            let wishes = Dictionary(uniqueKeysWithValues: wishes.map { ($0.node, $0) })
            return try order.compactMap { wishes[$0] }.map { wish in
                (wish, try places.place(for: wish.node, attempt: wish.attempt, isAtTop: wish.isAtTop))
            }
        }
        return RestorePlan(answers)
    }

    /// Where they stand now: what was planned, unless somebody has renamed a folder above them meanwhile.
    private func paths(of restored: [RestoreOutcome.Done]) async throws(Problem) -> [Restored] {
        let root = try await place(at: .myFiles)
        return try await mirror.read { database in
            var paths = PathsInView(of: root, database)
            for done in restored { paths.learn(done.node) }
            return try restored.map { done in
                Restored(node: done.node.id, path: try paths.path(of: done.node) ?? done.planned)
            }
        }
    }
}
