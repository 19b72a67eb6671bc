import GRDB
import PannierCore
import PannierMirror
import PannierSync

/// Reads the feed into the mirror as the engine does: pages until there are no more, then the folders that became unknown.
final class SimulatedFeed {
    private unowned let client: SimulatedClient
    private(set) var isIdle = true
    /// Somebody has said that there is more since it was last asked.
    private var isWanted = false

    init(_ client: SimulatedClient) { self.client = client }

    private var rows: Int { client.simulation.plan.pageRows }

    func pull() throws {
        guard isIdle else {
            isWanted = true
            return
        }
        isIdle = false
        isWanted = false
        try ask()
    }

    private func ask() throws {
        let cursor = try client.mirror.read { try FeedState.read($0)?.cursor }
        client.send(.changes(GetChanges.Request(cursor: cursor, limit: rows)), tries: 1) { [self] answer in
            switch answer {
            case .changes(let page)?:
                guard try client.moveCursorFirst(page) else { return }
                let change = try apply { transaction, database in
                    try client.keepingBase(database) { try transaction.apply(page) }
                }
                guard !client.isDead else { return }
                if page.hasMore || change.mustStartOver { try ask() } else { try list() }
            case .problem(let problem)? where problem.code == .cursorExpired && cursor != nil:
                _ = try apply { transaction, _ in try transaction.forgetCursor() }
                if !client.isDead { try ask() }
            default: try end()
            }
        }
    }

    private func list() throws {
        guard let question = try client.mirror.read({ try ListingQuestion.next($0) }) else {
            _ = try apply { transaction, _ in try transaction.caughtUp() }
            guard !client.isDead else { return }
            try client.caughtUp()
            return try end()
        }
        var request = question.request
        request.limit = rows
        client.send(.list(request), tries: 1) { [self] answer in
            guard case .list(let listing)? = answer else { return try end() }
            do {
                _ = try apply { transaction, _ in try transaction.apply(listing, to: question) }
            } catch is Problem {
                return try end()
            }
            if !client.isDead { try list() }
        }
    }

    private func end() throws {
        isIdle = true
        if isWanted { try pull() }
    }

    private func apply(_ body: (inout FeedTransaction, Database) throws -> Void) throws -> FeedChange {
        let change = try client.mirror.write { database in
            var transaction = try FeedTransaction(database)
            try body(&transaction, database)
            return transaction.change
        }
        if !change.isEmpty { client.take(.mirrorMoved) }
        client.machine.pieceIsDone()
        return change
    }
}
