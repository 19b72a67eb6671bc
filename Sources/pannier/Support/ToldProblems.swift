import PannierCore

/// Problems of the synced folder as somebody was told of them, so that only what has become of them since is told again.
///
/// Of all changes of that list each has a number (``SyncState/problemChanges``). What is known holds at least all that was
/// on it as of one of them: with what has changed since, it holds all that is on it now. So it holds what is solved, too, if
/// and only if there are fewer now than are known.
struct ToldProblems {
    private var known: [String: Int] = [:]
    /// As of which change; nil: nothing is known.
    private(set) var changes: Int64?

    /// Answers to one question, page by page.
    struct Reading {
        fileprivate let since: Int64?
        fileprivate var first: Int64?
        fileprivate var total = 0
        fileprivate var keys: Set<String> = []
        /// Where the next page goes on; nil: the last one was read.
        private(set) var next: String?

        /// - Parameter since: asked for is only what has changed since; nil: all.
        init(since: Int64?) { self.since = since }

        fileprivate mutating func take(_ page: SyncProblemPage) {
            // What changes while pages are read is asked for once more.
            first = first ?? page.changes
            (total, next) = (page.total, page.next)
            for problem in page.problems { keys.insert(problem.key) }
        }
    }

    /// - Returns: those of a page that are new, or are not what was told.
    mutating func take(_ page: SyncProblemPage, _ reading: inout Reading) -> [SyncProblem] {
        reading.take(page)
        return page.problems.filter { known.updateValue($0.hashValue, forKey: $0.key) != $0.hashValue }
    }

    /// The last page was read.
    /// - Returns: keys of what is solved; nil: to know that, all has to be asked for.
    mutating func end(_ reading: Reading) -> [String]? {
        if let since = reading.since {
            // Of another mirror the numbers may begin anew.
            guard let first = reading.first, first >= since, known.count == reading.total else { return nil }
            changes = first
            return []
        }
        let solved = known.keys.filter { !reading.keys.contains($0) }.sorted()
        for key in solved { known[key] = nil }
        changes = reading.first
        return solved
    }

    /// There are none, since there is no synced folder.
    /// - Returns: keys of what was told.
    mutating func forget() -> [String] {
        defer { (known, changes) = ([:], nil) }
        return known.keys.sorted()
    }
}
