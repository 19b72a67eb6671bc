package import PannierCore

/// Bytes a second in each direction over the last minutes, one figure a second.
package struct RateHistory: Sendable {
    /// Seconds that are kept.
    package static let capacity = 600

    package private(set) var uploads: [Double] = []
    package private(set) var downloads: [Double] = []
    private var sampledAt: Milliseconds?

    package init() {}

    /// One figure for each second that has gone by; nothing while there is nothing to show.
    package mutating func sample(_ transfers: Transfers, now: Milliseconds) {
        let (up, down) = (Self.sum(transfers, .upload, now), Self.sum(transfers, .download, now))
        let isIdle = up == 0 && down == 0 && !uploads.contains { $0 > 0 } && !downloads.contains { $0 > 0 }
        guard !isIdle else {
            sampledAt = nil
            return
        }
        let last = sampledAt ?? now - 1_000
        let seconds = Int(max(0, min(Int64(Self.capacity), (now - last) / 1_000)))
        guard seconds > 0 else { return }
        sampledAt = last + Int64(seconds) * 1_000
        if now - (sampledAt ?? now) > 1_000 { sampledAt = now }
        uploads = Array((uploads + Array(repeating: up, count: seconds)).suffix(Self.capacity))
        downloads = Array((downloads + Array(repeating: down, count: seconds)).suffix(Self.capacity))
    }

    private static func sum(
        _ transfers: Transfers, _ direction: TransferState.Direction, _ now: Milliseconds
    ) -> Double {
        transfers.active.reduce(0) { sum, item in
            let isMoving = item.state.direction == direction && item.state.state == .running && !item.isStale(now: now)
            return isMoving ? sum + item.state.bytesPerSecond : sum
        }
    }

    package func all(_ direction: TransferState.Direction) -> [Double] { direction == .upload ? uploads : downloads }
    package func now(_ direction: TransferState.Direction) -> Double { all(direction).last ?? 0 }
    package func peak(_ direction: TransferState.Direction, seconds: Int = capacity) -> Double {
        all(direction).suffix(seconds).max() ?? 0
    }

    /// Over those of the last seconds in which something moved.
    package func average(_ direction: TransferState.Direction, seconds: Int = capacity) -> Double {
        let moving = all(direction).suffix(seconds).filter { $0 > 0 }
        return moving.isEmpty ? 0 : moving.reduce(0, +) / Double(moving.count)
    }
}
