package import PannierCore
import PannierScreen

/// What the screen knows of transfers: those that go on, in the order of the queue, and those that have ended.
package struct Transfers: Sendable {
    /// How long what has ended stays in the strip.
    static let lingering: Milliseconds = 8_000

    /// In order: what is under way, then what waits, each by its place in the queue; then what has ended, the newest
    /// first. Places are known after a restart, too; the times of ends are not.
    private var items: [Item] = []
    private var indices: [TransferID: Int] = [:]
    /// The first that are not over.
    private var livingCount = 0
    /// The first of those, which are under way.
    private var activeCount = 0
    /// In the queue of its direction, from 1.
    private var turns: [TransferID: Int] = [:]
    /// Rows that a transfer changes.
    private var changing: [RemotePath: TransferID] = [:]
    /// Ended before this screen's eyes, the last of them at the end.
    private var ended: [TransferID] = []
    package private(set) var counts = TransferCounts()
    /// What stands among the problems, counted.
    package private(set) var troubles = 0

    package init() {}

    // MARK: Changing

    /// Takes new states; returns the transfers that ended with them.
    package mutating func update(_ states: [TransferState], now: Milliseconds) -> [TransferState] {
        forgetEnds(now: now)
        var news: [TransferState] = []
        var isElsewhere = false
        for state in states {
            counts.add(state.state)
            troubles += state.troubles
            guard let index = indices[state.id] else {
                indices[state.id] = items.count
                items.append(Item(first: state, now: now))
                isElsewhere = true
                continue
            }
            counts.remove(items[index].state.state)
            troubles -= items[index].state.troubles
            let before = items[index].rank
            if items[index].state.changes != state.changes { isElsewhere = true }
            if items[index].take(state, now: now) {
                news.append(state)
                ended.append(state.id)
            }
            if items[index].rank != before { isElsewhere = true }
        }
        if isElsewhere { arrange() }
        return news
    }

    package mutating func clear(_ ids: [TransferID]) {
        let gone = Set(ids)
        items.removeAll { item in
            guard gone.contains(item.id) else { return false }
            counts.remove(item.state.state)
            troubles -= item.state.troubles
            return true
        }
        ended.removeAll { gone.contains($0) }
        arrange()
    }

    /// The agent has gone: nothing moves.
    mutating func halt() { for index in 0..<activeCount { items[index].halt() } }

    /// Brings all into order again.
    private mutating func arrange() {
        items.sort { $0.rank < $1.rank }
        indices.removeAll(keepingCapacity: true)
        for (index, item) in items.enumerated() { indices[item.id] = index }
        livingCount = items.firstIndex { $0.state.state.isOver } ?? items.count
        activeCount = items.firstIndex { !$0.isActive } ?? items.count
        (changing, turns) = ([:], [:])
        var last: [TransferState.Direction: Int] = [:]
        for item in items.prefix(livingCount) {
            last[item.state.direction, default: 0] += 1
            turns[item.id] = last[item.state.direction]
            for path in item.state.changes where changing[path] == nil { changing[path] = item.id }
        }
    }

    private mutating func forgetEnds(now: Milliseconds) {
        ended = ended.filter { item($0)?.lingers(now: now) ?? false }
    }

    // MARK: Looking

    /// All that are known, in order.
    package var all: [Item] { items }
    /// Those that are not over, in order.
    package var living: ArraySlice<Item> { items.prefix(livingCount) }
    /// Those that are under way.
    package var active: ArraySlice<Item> { items.prefix(activeCount) }

    package func item(_ id: TransferID) -> Item? { indices[id].map { items[$0] } }

    /// Where it stands among all.
    package func index(of id: TransferID) -> Int? { indices[id] }

    /// What the strip shows, the busiest first.
    package func shown(now: Milliseconds, atMost limit: Int = .max) -> [Item] {
        var byUrgency = [[Int]](repeating: [], count: Item.urgencies)
        for index in 0..<livingCount where byUrgency[items[index].urgency].count < limit {
            byUrgency[items[index].urgency].append(index)
        }
        let recent = lingering(now: now).compactMap { indices[$0] }.sorted()
        return (byUrgency.flatMap(\.self) + recent).prefix(limit).map { items[$0] }
    }

    /// How many ``shown(now:atMost:)`` would be, without a limit.
    func shownCount(now: Milliseconds) -> Int { livingCount + lingering(now: now).count }

    /// Each once, however often it has ended.
    private func lingering(now: Milliseconds) -> Set<TransferID> {
        Set(ended.filter { item($0)?.lingers(now: now) ?? false })
    }

    /// Whether something counts seconds on the screen.
    package func needsClock(now: Milliseconds) -> Bool { livingCount > 0 || !lingering(now: now).isEmpty }

    /// The state of the transfer that changes this row, if one does: it goes to or comes from just there.
    package func state(of path: RemotePath) -> TransferState? { changing[path].flatMap { item($0)?.state } }

    /// Whose turn it is in the queue of its direction, from 1; nil: it has ended, or is not known.
    package func turn(of id: TransferID) -> Int? { turns[id] }

    /// What the strip has to show.
    package struct Strip: Sendable {
        /// The busiest, as many as there are lines at most.
        package var items: [Item] = []
        /// Of all that would be shown.
        package var count = 0
        package var isEmpty: Bool { count == 0 }
    }

    func strip(now: Milliseconds) -> Strip {
        Strip(items: shown(now: now, atMost: Layout.transferLinesAtMost), count: shownCount(now: now))
    }
}

extension TransferState {
    /// Where it goes to, and where a copy comes from that has still to be fetched.
    fileprivate var changes: [RemotePath] {
        guard direction == .download, let from else { return [remote] }
        return [remote, from]
    }
}

/// How many transfers there are of each state.
package struct TransferCounts: Sendable, Hashable {
    private var counts: [TransferState.State: Int] = [:]

    mutating func add(_ state: TransferState.State) { counts[state, default: 0] += 1 }
    mutating func remove(_ state: TransferState.State) { counts[state, default: 0] -= 1 }

    package subscript(states: TransferState.State...) -> Int { states.reduce(0) { $0 + counts[$1, default: 0] } }

    /// Those that move, or will by themselves while the agent runs.
    package var going: Int { self[.running, .queued, .retrying] }
    package var living: Int { going + self[.paused] }
    package var failed: Int { self[.failed, .partlyFailed] }

    /// `2 active · 1 queued · 1 failed`: what there is none of is left out, but for the first.
    func words(_ glyphs: Glyphs) -> SafeText {
        var text: SafeText = "\(Format.count(Int64(self[.running]))) active"
        for (number, word) in [
            (self[.queued], "queued"), (self[.paused], "paused"), (self[.retrying], "retrying"), (failed, "failed"),
        ] where number > 0 { text.append(" \(glyphs.dot) \(Format.count(Int64(number))) \(SafeText(word))") }
        return text
    }
}
