import PannierCore

/// How a command ended. Documented in pannier(1); a number never changes its meaning.
enum ExitStatus: Int32, Error, CaseIterable {
    case ok = 0
    case failed = 1
    /// The command line was wrong.
    case usage = 2
    /// Some files or paths could not be done; all others are.
    case partlyFailed = 3
    /// Nobody is signed in, the sign-in failed, or the token was revoked.
    case notSignedIn = 4
    /// The server cannot be reached, or cannot be trusted.
    case unreachable = 5
    case notFound = 6
    /// The disk here, the disk there, or the quota is full.
    case noSpace = 7
    /// A name or a place stands in the way: taken, not allowed, not a folder.
    case refusedPlace = 8
    /// The agent or its mirror cannot be used.
    case noAgent = 9
    /// Ended by Ctrl-C; a transfer that was begun goes on.
    case interrupted = 130

    /// How a command of many parts ended; nil: all went well.
    /// - Parameters:
    ///   - failures: what went wrong, for each part that failed.
    ///   - isAnythingDone: whether another part went well.
    init?(failures: [Problem.Code], isAnythingDone: Bool) {
        guard let first = failures.first else { return nil }
        let all = Set(failures.map(ExitStatus.init))
        self = isAnythingDone ? .partlyFailed : all.count > 1 ? .failed : ExitStatus(first)
    }

    init(_ code: Problem.Code) {
        self =
            switch code {
            case .notSignedIn, .tokenInvalid, .signInFailed: .notSignedIn
            case .serverUnreachable, .serverUntrusted, .unavailable: .unreachable
            case .notFound: .notFound
            case .quotaExceeded, .storageFull, .localDiskFull: .noSpace
            case .nameTaken, .nameTwin, .nameNotAllowed, .cycle, .notFolder, .notFile, .tooDeep, .trashed, .localExists,
                .viewOnly:
                .refusedPlace
            case .agentUnreachable, .mirrorTooNew, .mirrorDamaged: .noAgent
            case .partlyFailed: .partlyFailed
            default: .failed
            }
    }
}
