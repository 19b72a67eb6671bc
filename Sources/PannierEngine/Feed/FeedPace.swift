package import PannierCore

/// When the feed is asked again. A value: no clock, no randomness of its own.
package struct FeedPace: Sendable, Hashable {
    /// Milliseconds between two polls while something is fresh, before they are spread.
    package static let regular: Milliseconds = 60_000
    /// The longest that it becomes, doubled with each poll, while nothing is.
    package static let longest: Milliseconds = 15 * 60_000
    /// The first wait after the server was not reached; doubled each time, up to the regular one.
    package static let first: Milliseconds = 1_000

    /// Milliseconds between two polls as they go now, before they are spread.
    package private(set) var interval = FeedPace.regular
    private var failures = 0

    package init() {}

    /// Milliseconds until the next look; nil: only when something happens (a sign-in, a command).
    /// - Parameters:
    ///   - problem: why the last look failed; nil if it did not.
    ///   - isFresh: something was changed lately, or somebody watches.
    ///   - random: 0 to 1, spreads devices that all began at once.
    package mutating func wait(after problem: Problem?, isFresh: Bool = true, random: Double) -> Milliseconds? {
        guard let problem else {
            failures = 0
            interval = isFresh ? Self.regular : min(interval * 2, Self.longest)
            return spread(interval, random)
        }
        interval = Self.regular
        if [.tokenInvalid, .notSignedIn].contains(problem.code) { return nil }
        failures += 1
        let backoff = Self.first << Milliseconds(min(failures - 1, 10))
        return max(spread(min(backoff, Self.regular), random), problem.retryDelay)
    }

    /// ± 20%.
    private func spread(_ wait: Milliseconds, _ random: Double) -> Milliseconds {
        Milliseconds(Double(wait) * (0.8 + 0.4 * random))
    }
}
