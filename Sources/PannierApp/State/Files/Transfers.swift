package import PannierCore
import Foundation

/// What the strip tells of: transfers that go on, and for a while those that have ended.
package struct Transfers: Sendable {
    /// A transfer, and what this screen has seen of it.
    package struct Item: Sendable, Identifiable {
        package fileprivate(set) var state: TransferState
        /// Since when it runs without a pause.
        fileprivate var runningSince: Milliseconds?
        fileprivate var sampledAt: Milliseconds
        /// Bytes a second, smoothed; pauses left out.
        package fileprivate(set) var rate: Double
        /// When it ended before this screen's eyes.
        fileprivate var endedAt: Milliseconds?
        package var id: TransferID { state.id }
    }

    /// Data that an estimate needs.
    static let estimateAfter: Milliseconds = 3_000
    /// Time constant of the smoothing.
    static let smoothing: Double = 4_000
    /// How long what has ended stays in the strip.
    static let lingering: Milliseconds = 8_000

    /// In the order in which they were first seen.
    private var items: [Item] = []

    package init() {}

    /// Takes new states; returns the transfers that ended with them.
    package mutating func update(_ states: [TransferState], now: Milliseconds) -> [TransferState] {
        var ended: [TransferState] = []
        for state in states {
            guard let index = items.firstIndex(where: { $0.id == state.id }) else {
                items.append(Item(first: state, now: now))
                continue
            }
            if items[index].take(state, now: now) { ended.append(state) }
        }
        return ended
    }

    package mutating func clear(_ ids: [TransferID]) { items.removeAll { ids.contains($0.id) } }

    /// All that are known, in the order of the queue.
    package var all: [Item] { items }

    package func item(_ id: TransferID) -> Item? { items.first { $0.id == id } }

    /// What the strip shows, the busiest first.
    package func shown(now: Milliseconds) -> [Item] {
        items.filter { $0.isShown(now: now) }.enumerated()
            .sorted { ($0.element.urgency, $0.offset) < ($1.element.urgency, $1.offset) }
            .map(\.element)
    }

    /// Whether something counts seconds on the screen.
    package func needsClock(now: Milliseconds) -> Bool { items.contains { $0.isShown(now: now) } }

    /// The state of the transfer that changes this row, if one does: it goes to or comes from just there.
    package func state(of path: RemotePath) -> TransferState? {
        items.first { !$0.state.state.isOver && ($0.state.remote == path || $0.state.fetches(path)) }?.state
    }
}

extension TransferState {
    /// A copy that comes from just there, and has still to be fetched.
    fileprivate func fetches(_ path: RemotePath) -> Bool { direction == .download && from == path }
}

extension Transfers.Item {
    fileprivate init(first state: TransferState, now: Milliseconds) {
        self.state = state
        runningSince = state.state == .running ? now : nil
        sampledAt = now
        rate = state.bytesPerSecond
    }

    /// True when this state ends it.
    fileprivate mutating func take(_ new: TransferState, now: Milliseconds) -> Bool {
        let hasEnded = new.state.isOver && !state.state.isOver
        if new.state != .running {
            runningSince = nil
        } else if runningSince == nil || rate == 0 {
            // Pauses are left out: it counts from here again. So is the time before the first byte.
            runningSince = now
            rate = new.bytesPerSecond
        } else {
            let weight = 1 - exp(-Double(max(0, now - sampledAt)) / Transfers.smoothing)
            rate += (new.bytesPerSecond - rate) * weight
        }
        sampledAt = now
        if hasEnded { endedAt = now }
        if !new.state.isOver { endedAt = nil }
        state = new
        return hasEnded
    }

    fileprivate func isShown(now: Milliseconds) -> Bool {
        if !state.state.isOver { return true }
        return endedAt.map { now - $0 < Transfers.lingering } ?? false
    }

    fileprivate var urgency: Int {
        switch state.state {
        case .running: 0
        case .retrying: 1
        case .paused: 2
        case .queued: 3
        case .done, .partlyFailed, .failed, .cancelled: 4
        }
    }

    /// Seconds that it will still take; nil until there is enough to tell from.
    package func secondsLeft(now: Milliseconds) -> Double? {
        guard state.isScanned, let since = runningSince, now - since >= Transfers.estimateAfter, rate >= 1 else {
            return nil
        }
        return Double(max(0, state.bytesTotal - state.bytesDone)) / rate
    }
}
