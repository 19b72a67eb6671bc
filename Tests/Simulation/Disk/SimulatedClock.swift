package import PannierCore

/// The time of one simulation: it stands still but for those who move it. Used by one thread, hence the unchecked sendability.
package final class SimulatedClock: @unchecked Sendable {
    /// A tick of the clock by which kernels stamp files.
    package static let tick: Nanoseconds = 4_000_000

    private(set) package var now: Nanoseconds

    package init(_ now: Nanoseconds = 1_700_000_000_000_000_000) { self.now = now }

    package func advance(_ duration: Nanoseconds) { now += duration }

    package func advance(to time: Nanoseconds) { now = max(now, time) }

    /// What a file gets that is changed now.
    var stamp: Nanoseconds { now - now % Self.tick }
}
