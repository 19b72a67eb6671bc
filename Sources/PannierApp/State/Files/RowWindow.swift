package import PannierCore

/// The rows of a folder that are held: those that can be seen and some around them, always without a gap. A folder of
/// 100,000 rows is never here as a whole; it is paged by key, so that what others add or take away shifts nothing.
package struct RowWindow: Sendable {
    /// Rows asked for at once.
    static let page = 200
    /// Rows asked for after a jump, for which the screen waits: what can be seen, and some more.
    static let jump = 100
    /// Rows kept at most.
    static let capacity = 800
    /// So close to its ends, the window is extended.
    static let margin = 60

    package let order: RowOrder
    package private(set) var rows: [Row] = []
    /// Rows of the folder before `rows`.
    package private(set) var start = 0
    /// Rows of the folder in all; nil until the first page has come.
    package private(set) var total: Int?
    /// Something may have changed since the rows came.
    package private(set) var isStale = false
    /// The key after which the window begins; nil at the start of the folder.
    private var anchor: RowKey?

    package init(order: RowOrder = RowOrder()) { self.order = order }

    private var end: Int { start + rows.count }

    package func row(at index: Int) -> Row? {
        index >= start && index < end ? rows[index - start] : nil
    }

    package func index(of key: RowKey) -> Int? {
        rows.firstIndex { $0.node.id == key.node }.map { start + $0 }
    }

    /// The next asking reads the rows again.
    package mutating func touch() { isStale = true }

    /// What to ask for so that `visible` and its surroundings are here and fresh; nil when they are.
    package func missing(around visible: Range<Int>) -> RowAsk? {
        guard let total else { return .first }
        // After a jump it is not known what the window begins after.
        if isStale, anchor == nil, start > 0, let first = rows.first { return .previous(before: first.key(in: order)) }
        if isStale { return rows.isEmpty ? .first : .again(after: anchor, limit: max(Self.page, rows.count)) }
        guard total > 0 else { return nil }
        let touches = visible.lowerBound <= end && visible.upperBound >= start
        guard touches, let first = rows.first, let last = rows.last else { return approach(visible, total: total) }
        if end < total, visible.upperBound + Self.margin > end { return .next(after: last.key(in: order)) }
        if start > 0, visible.lowerBound - Self.margin < start { return .previous(before: first.key(in: order)) }
        return nil
    }

    /// Nothing of what can be seen is here, and nothing beside it: keys were quicker than answers, or went to an end. Rows
    /// are asked for by key, so the way there leads from the nearest place whose key is known, and each ask is a step on it.
    private func approach(_ visible: Range<Int>, total: Int) -> RowAsk {
        let fromTop = visible.lowerBound
        let fromBottom = total - visible.upperBound
        let isBehind = visible.lowerBound > end
        let fromWindow = isBehind ? visible.lowerBound - end : start - visible.upperBound
        guard let first = rows.first, let last = rows.last, fromWindow < min(fromTop, fromBottom) else {
            return fromTop < fromBottom ? .first : .last
        }
        return isBehind ? .next(after: last.key(in: order)) : .previous(before: first.key(in: order))
    }

    /// Notes that an ask is on its way: what changes from now on makes the window stale again.
    package mutating func sent(_ ask: RowAsk) {
        switch ask {
        case .first, .last, .again: isStale = false
        case .next, .previous: break
        }
    }

    /// Takes the answer to an ask, and lets go of rows far from `visible`.
    package mutating func accept(_ page: RowPage, for ask: RowAsk, visible: Range<Int>) {
        switch ask {
        case .first: replace(with: page, anchor: nil)
        case .again(let after, _): replace(with: page, anchor: after)
        case .last: replaceWithLast(page)
        case .next(let after): append(page, after: after)
        case .previous(let before): prepend(page, before: before)
        }
        trim(around: visible)
    }

    private mutating func replace(with page: RowPage, anchor: RowKey?) {
        rows = page.rows
        start = page.start
        total = page.total
        self.anchor = anchor
    }

    private mutating func replaceWithLast(_ page: RowPage) {
        (rows, start, anchor) = anchored(page)
        total = page.total
    }

    private mutating func append(_ page: RowPage, after: RowKey) {
        guard rows.last?.key(in: order) == after else { return }
        // Where the page begins is newer knowledge than where the window was thought to end.
        start = max(0, page.start - rows.count)
        rows += page.rows
        // Nothing after the last row, whatever was counted: asking on would never end.
        total = page.rows.isEmpty ? end : max(page.total, end)
    }

    private mutating func prepend(_ page: RowPage, before: RowKey) {
        guard rows.first?.key(in: order) == before else { return }
        let (earlier, begin, newAnchor) = anchored(page)
        (rows, start, anchor) = (earlier + rows, begin, newAnchor)
        total = max(page.total, end)
    }

    /// A page that was asked for backwards does not say which row comes before it: its own first row takes that part.
    private func anchored(_ page: RowPage) -> (rows: [Row], start: Int, anchor: RowKey?) {
        guard page.start > 0, page.rows.count > 1 else { return (page.rows, page.rows.isEmpty ? 0 : page.start, nil) }
        return (Array(page.rows.dropFirst()), page.start + 1, page.rows[0].key(in: order))
    }

    private mutating func trim(around visible: Range<Int>) {
        let spare = rows.count - Self.capacity
        guard spare > 0 else { return }
        let middle = (visible.lowerBound + visible.upperBound) / 2
        let wanted = min(max(start, middle - Self.capacity / 2), end - Self.capacity)
        let front = wanted - start
        if front > 0 {
            anchor = rows[front - 1].key(in: order)
            rows.removeFirst(front)
            start += front
        }
        rows.removeLast(rows.count - Self.capacity)
    }

    /// Rows that came into being or were changed since an earlier state of the same window. What only came into view is no
    /// news: rows are new when nothing that was held is younger, or, among shares, when there are more of them.
    func news(since old: RowWindow, isOfShares: Bool) -> [RowNews] {
        guard let before = old.total, let after = total else { return [] }
        let known = Dictionary(old.rows.map { ($0.node.id, $0.node.changedAt) }) { $1 }
        let latest = known.values.max() ?? 0
        return rows.compactMap { row in
            if let time = known[row.node.id] {
                return row.node.changedAt > time ? RowNews(row: row, isNew: false) : nil
            }
            let isNew = isOfShares ? after > before : row.node.changedAt > latest && (before == 0 || !known.isEmpty)
            return isNew ? RowNews(row: row, isNew: true) : nil
        }
    }

    /// Rows of an earlier state of the same window that are not among its rows any more, though rows behind them are.
    func gone(since old: RowWindow) -> Set<NodeID> {
        let now = Set(rows.map(\.node.id))
        let missing = old.rows.enumerated().filter { !now.contains($1.node.id) }
        let last = end == total ? old.rows.count : old.rows.lastIndex { now.contains($0.node.id) } ?? 0
        return Set(missing.filter { $0.offset < last }.map(\.element.node.id))
    }

    /// Holds only this row, wherever it stands; those around it are asked for next.
    package mutating func jump(to row: Row, at index: Int) {
        rows = [row]
        start = index
        total = max(total ?? 0, index + 1)
        anchor = nil
    }

    /// A window of a folder that is left for a while: only what can be seen, to be read again on return.
    package func resting(visible: Range<Int>) -> RowWindow {
        var rest = self
        let kept = visible.clamped(to: start..<end)
        if kept.lowerBound > start { rest.anchor = rows[kept.lowerBound - start - 1].key(in: order) }
        rest.rows = Array(rows[kept.lowerBound - start..<kept.upperBound - start])
        rest.start = kept.lowerBound
        rest.isStale = true
        return rest
    }
}

/// A row that came or changed while it was looked at.
package struct RowNews: Sendable {
    package let row: Row
    package let isNew: Bool
}

/// Rows that a window asks for.
package enum RowAsk: Hashable, Sendable {
    case first
    case last
    case next(after: RowKey)
    case previous(before: RowKey)
    /// The same rows as before, after something changed.
    case again(after: RowKey?, limit: Int)

    /// What the agent is asked.
    package func command(for listing: Listing) -> EngineCommand {
        switch self {
        case .first: .list(listing, after: nil, limit: RowWindow.jump)
        case .last: .listBefore(listing, before: nil, limit: RowWindow.jump)
        case .next(let key): .list(listing, after: key, limit: RowWindow.page)
        case .previous(let key): .listBefore(listing, before: key, limit: RowWindow.page)
        case .again(let key, let limit): .list(listing, after: key, limit: limit)
        }
    }
}
