package import PannierCore
package import PannierMirror

/// Brings the mirror up to what the server tells now: pages of the feed until there are no more, then the folders that
/// became unknown, by pages.
package struct FeedPuller: Sendable {
    private let mirror: Mirror
    private let source: any FeedSource
    private let term: SessionTerm
    private let changed: @Sendable (FeedChange) async -> Void

    /// - Parameters:
    ///   - term: the session that asks; nothing is written once it has ended.
    ///   - changed: is told after every transaction that changed something.
    package init(
        mirror: Mirror, source: any FeedSource, term: SessionTerm = SessionTerm(),
        changed: @escaping @Sendable (FeedChange) async -> Void
    ) {
        self.mirror = mirror
        self.source = source
        self.term = term
        self.changed = changed
    }

    /// - Throws: ``Problem`` of the server or the mirror; what was written by then stays.
    package func pull() async throws(Problem) {
        for _ in 0..<Self.turns {
            try await readFeed()
            guard try await listFrontier() else { continue }
            try await apply { transaction in try transaction.caughtUp() }
            return
        }
        throw Problem(
            .unavailable, "The server shows a shared folder and refuses to list it.",
            detail: "It is asked again in a while.", status: 0)
    }

    /// How often the feed is asked again where a view's root was refused: each time means that it has just gone or come.
    private static let turns = 5

    private func readFeed() async throws(Problem) {
        var hasMore = true
        while hasMore {
            let cursor = try await mirror.read { try FeedState.read($0)?.cursor }
            let page: ChangePage
            do throws(Problem) {
                page = try await source.page(after: cursor)
            } catch {
                guard error.code == .cursorExpired, cursor != nil else { throw error }
                try await apply { transaction in try transaction.forgetCursor() }
                continue
            }
            guard !page.hasMore || page.cursor != cursor else {
                throw Problem(.internalError, "The server's feed does not go on.", status: 0)
            }
            let change = try await apply { transaction in try transaction.apply(page) }
            hasMore = page.hasMore || change.mustStartOver
        }
    }

    /// - Returns: false when the feed has to be asked again.
    private func listFrontier() async throws(Problem) -> Bool {
        while let question = try await mirror.read({ try ListingQuestion.next($0) }) {
            let answer = try await source.list(question.request)
            let change = try await apply { transaction in try transaction.apply(answer, to: question) }
            if change.mustReadOn { return false }
        }
        return true
    }

    static let outOfTerm = Problem(.cancelled, "Somebody signed in or out meanwhile.")

    @discardableResult
    private func apply(
        _ body: @escaping @Sendable (inout FeedTransaction) throws -> Void
    ) async throws(Problem) -> FeedChange {
        let change = try await mirror.write { [term] database in
            // Within the transaction: whoever signs out ends the term first, and forgets the mirror afterwards.
            guard !term.hasEnded else { throw Self.outOfTerm }
            var transaction = try FeedTransaction(database)
            try body(&transaction)
            return transaction.change
        }
        Failpoint.feedApplied.pass()
        if !change.isEmpty { await changed(change) }
        return change
    }
}
