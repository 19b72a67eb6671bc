package import PannierCore

/// When the feed is asked again. A value: no clock, no randomness of its own.
package struct FeedPace: Sendable, Hashable {
    /// Milliseconds between two regular polls, before they are spread.
    package static let regular: Milliseconds = 60_000
    /// The first wait after the server was not reached; doubled each time, up to the regular one.
    package static let first: Milliseconds = 1_000

    private var failures = 0

    package init() {}

    /// Milliseconds until the next look; nil: only when something happens (a sign-in, a command).
    /// - Parameters:
    ///   - problem: why the last look failed; nil if it did not.
    ///   - random: 0 to 1, spreads devices that all began at once.
    package mutating func wait(after problem: Problem?, random: Double) -> Milliseconds? {
        guard let problem else {
            failures = 0
            return spread(Self.regular, random)
        }
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
