package import PannierCore
import Foundation

extension Transfers {
    /// A transfer, and what this screen has seen of it.
    package struct Item: Sendable, Identifiable {
        package private(set) var state: TransferState
        /// Since when it runs without a pause.
        private var runningSince: Milliseconds?
        private var sampledAt: Milliseconds
        /// Bytes a second, smoothed; pauses left out.
        package private(set) var rate: Double
        /// When it ended before this screen's eyes.
        private var endedAt: Milliseconds?
        package var id: TransferID { state.id }
    }

    /// Data that an estimate needs.
    static let estimateAfter: Milliseconds = 3_000
    /// A running transfer of which nothing was heard for so long stands still.
    static let staleAfter: Milliseconds = 5_000
    /// Time constant of the smoothing.
    static let smoothing: Double = 4_000
}

extension Transfers.Item {
    init(first state: TransferState, now: Milliseconds) {
        self.state = state
        runningSince = state.state == .running ? now : nil
        sampledAt = now
        rate = state.bytesPerSecond
    }

    /// True when this state ends it.
    mutating func take(_ new: TransferState, now: Milliseconds) -> Bool {
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

    /// Bytes a second; none while nothing is heard of it.
    package func rate(now: Milliseconds) -> Double { isStale(now: now) ? 0 : rate }

    func isStale(now: Milliseconds) -> Bool { state.state == .running && now - sampledAt > Transfers.staleAfter }

    mutating func halt() {
        state.bytesPerSecond = 0
        rate = 0
        runningSince = nil
    }

    /// Where it stands among all.
    struct Rank: Comparable {
        let group: Int
        let place: Int64
        let id: TransferID

        static func < (left: Rank, right: Rank) -> Bool {
            (left.group, left.place, left.id) < (right.group, right.place, right.id)
        }
    }

    var isActive: Bool { state.state == .running || state.state == .retrying }

    var rank: Rank {
        if state.state.isOver { return Rank(group: 2, place: 0 &- state.place, id: id) }
        return Rank(group: isActive ? 0 : 1, place: state.place, id: id)
    }

    /// It ended a moment ago.
    func lingers(now: Milliseconds) -> Bool { endedAt.map { now - $0 < Transfers.lingering } ?? false }

    static let urgencies = 5

    /// In the strip.
    var urgency: Int {
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
        // How long so many files take nobody knows from their bytes.
        guard state.isScanned, !state.isMeasuredByFiles, let since = runningSince,
            now - since >= Transfers.estimateAfter, rate >= 1,
            !isStale(now: now)
        else {
            return nil
        }
        return Double(state.bytesToCross) / rate
    }

    /// How much is done, in per cent; nil while files are still being found.
    var percent: SafeText? {
        state.isScanned && state.advance.total > 0
            ? SafeText(Format.percent(state.advance.done, of: state.advance.total)) : nil
    }
}
