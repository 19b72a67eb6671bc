/// How many bytes may pass now, so that over seconds no more than the rate do. A value; the clock is the caller's, and never
/// goes back.
struct TokenBucket: Sendable {
    /// Bytes a second; nil: no bound.
    private(set) var rate: Int64?
    /// Exchanges that share it.
    var users = 0
    /// Bytes that may pass now; below zero when more have passed than were there.
    private var tokens: Double = 0
    private var filledAt: ContinuousClock.Instant?
    /// From when it is half full until there is next to nothing left. In between nothing is given: whoever asks all the
    /// time would be given some bytes all the time, and half a core would go into sending them.
    private var isGiving = false

    /// Unused bytes are kept for this long: what is not sent now is not sent in one go later.
    private static let memory = 0.1
    /// The least that one exchange is given at once, where there is as much.
    private static let leastShare = 1_024

    /// Exchanges at once: with many slow ones none would come to its end while an address holds, or before a store that
    /// counts on some kilobytes a second gives up.
    var lanes: Int { rate.map { max(1, Int($0 / Self.laneRate)) } ?? .max }

    /// Bytes a second that make it worth having another lane.
    private static let laneRate: Int64 = 32_768

    private var capacity: Double { Double(rate ?? 0) * Self.memory }
    /// Half of what it holds: few bytes at a time would cost more than they bring.
    private var enough: Double { max(1, capacity / 2) }
    /// With less it has run dry.
    private var least: Double { min(Double(Self.leastShare), enough) }

    mutating func set(_ rate: Int64?, at now: ContinuousClock.Instant) {
        guard rate != self.rate else { return }
        fill(now)
        self.rate = rate
        // Nothing is owed from another rate, and nothing was saved.
        tokens = min(max(tokens, 0), capacity)
    }

    private mutating func fill(_ now: ContinuousClock.Instant) {
        defer { filledAt = now }
        guard let rate, let filledAt else { return }
        tokens = min(capacity, tokens + Double(rate) * ((now - filledAt) / .seconds(1)))
    }

    /// Takes as many as there are, in fair shares.
    /// - Returns: bytes that may be sent now; 0: none.
    mutating func take(_ wanted: Int, at now: ContinuousClock.Instant) -> Int {
        guard rate != nil else { return wanted }
        fill(now)
        isGiving = isGiving ? tokens >= least : tokens >= enough
        guard isGiving else { return 0 }
        let share = max(Self.leastShare, Int(capacity) / max(1, users))
        let taken = min(wanted, share, Int(max(0, tokens)))
        tokens -= Double(taken)
        return taken
    }

    /// Lets bytes pass that have come and cannot be divided.
    /// - Returns: false: not yet.
    mutating func accept(_ count: Int, at now: ContinuousClock.Instant) -> Bool {
        guard rate != nil else { return true }
        fill(now)
        guard tokens >= 1 else { return false }
        tokens -= Double(count)
        return true
    }

    /// Until it is worth asking again.
    mutating func wait(at now: ContinuousClock.Instant) -> Duration {
        guard let rate else { return .zero }
        fill(now)
        let missing = enough - tokens
        return missing <= 0 ? .zero : .seconds(missing / Double(rate))
    }
}
