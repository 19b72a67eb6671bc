package import PannierCore

/// When what is done. Times in milliseconds of a clock that only goes forward.
package struct SyncTiming: Sendable {
    /// How long nothing may have been heard of a file before it is looked at.
    package var settle: Milliseconds = 2_000
    /// Between two looks for something that is missing.
    package var secondLook: Milliseconds = 200
    /// How long plans wait for what is looked for twice, when there is always something more.
    package var proofPatience: Milliseconds = 5_000
    /// Between two passes over the whole folder while all of it is watched, and while it is not.
    package var watchedPass: Milliseconds = 30 * 60_000
    package var unwatchedPass: Milliseconds = 60_000
    /// How long a folder that is not there is left alone.
    package var lostCheck: Milliseconds = 2_000
    /// From the beginning to the first time that the own part is tidied, and from then on.
    package var firstTidying: Milliseconds = 60_000
    package var tidying: Milliseconds = 86_400_000
    /// After a first failure, and at most.
    package var firstRetry: Milliseconds = 1_000
    package var lastRetry: Milliseconds = 5 * 60_000
    /// At most, for a file that cannot be read or does not come to rest.
    package var lastReading: Milliseconds = 60_000

    package init() {}

    /// After so many failures before this one: twice as long each time.
    func pause(_ tries: Int) -> Milliseconds { min(firstRetry << min(tries, 20), lastRetry) }
}
