package import PannierCore

/// The time of one simulation: it stands still but for those who move it. Used by one thread, hence the unchecked sendability.
package final class SimulatedClock: @unchecked Sendable {
    /// A tick of the clock by which kernels stamp files.
    package static let tick: Nanoseconds = 4_000_000

    private var time: Nanoseconds
    private let leader: SimulatedClock?

    package init(_ now: Nanoseconds = 1_700_000_000_000_000_000) {
        time = now
        leader = nil
    }

    /// One that goes with another one, and is wrong by so much.
    package init(following leader: SimulatedClock, by error: Nanoseconds) {
        time = error
        self.leader = leader
    }

    package var now: Nanoseconds { leader.map { $0.now + time } ?? time }

    package func advance(_ duration: Nanoseconds) {
        if let leader { leader.advance(duration) } else { time += duration }
    }

    package func advance(to time: Nanoseconds) { advance(max(0, time - now)) }

    /// What a file gets that is changed now.
    var stamp: Nanoseconds { now - now % Self.tick }
}
