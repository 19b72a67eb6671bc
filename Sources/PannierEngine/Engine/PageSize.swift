import PannierCore

/// How much of a list goes into one answer: with the longest paths, not all that was asked for.
enum PageSize {
    /// Of paths and words. Written as JSON they are at most six times as long, and a line ends at 8 MiB.
    static let bytes = 1 << 20

    /// - Returns: how many of the first items go, one at least.
    static func fitting<Item>(_ items: [Item], _ room: Int, _ size: (Item) -> Int) -> Int {
        var left = room
        for (index, item) in items.enumerated() {
            left -= size(item)
            if left < 0 { return max(index, 1) }
        }
        return items.count
    }
}

extension SyncProblemPage {
    /// The first of it that have room; the rest comes with the next page.
    func fitting(_ room: Int) -> SyncProblemPage {
        let count = PageSize.fitting(problems, room) { problem in
            problem.key.utf8.count + problem.path.bytes.count + problem.problem.title.utf8.count
                + (problem.problem.detail?.utf8.count ?? 0)
        }
        guard count < problems.count else { return self }
        let first = Array(problems.prefix(count))
        return SyncProblemPage(
            problems: first, total: total, next: first.last?.key, notes: notes, changes: changes)
    }
}

extension SyncPlan {
    /// The first of its steps and paths that have room; their numbers stay.
    func fitting(_ room: Int) -> SyncPlan {
        var plan = self
        let part = room / 3
        plan.steps = Array(
            steps.prefix(PageSize.fitting(steps, part) { $0.path.bytes.count + ($0.detail?.utf8.count ?? 0) }))
        plan.heldHere.first = heldHere.first(in: part)
        plan.heldThere.first = heldThere.first(in: part)
        return plan
    }
}

extension HeldPaths {
    fileprivate func first(in room: Int) -> [HeldPath] {
        Array(first.prefix(PageSize.fitting(first, room) { $0.path.bytes.count }))
    }
}
