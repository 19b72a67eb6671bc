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
        try await readFeed()
        try await listFrontier()
        try await apply { transaction in try transaction.caughtUp() }
    }

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

    private func listFrontier() async throws(Problem) {
        while let question = try await mirror.read({ try ListingQuestion.next($0) }) {
            let answer = try await source.list(question.request)
            try await apply { transaction in try transaction.apply(answer, to: question) }
        }
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
