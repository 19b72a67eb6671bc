package import PannierCore

/// What is known about the way to the server, and what a status line says of it. A value, told of what happens.
package struct StatusBoard: Sendable, Hashable {
    package enum Feed: Sendable, Hashable {
        case unknown
        case caughtUp
        case failed(Problem)
    }

    package var server: String?
    package var account: Account?
    package var device: DeviceID?
    /// Why the token holds no more; the sign-in is kept until somebody signs in again.
    package var refusal: Problem?
    package var feed = Feed.unknown
    package var isPushOpen = false
    /// Questions to the server that have been open for longer than an answer takes: nothing that was known about the way
    /// can be believed until something comes back.
    private var unanswered: Set<Question> = []

    package enum Question: Sendable {
        case look
        case ping
    }
    package var verifiedAt: Milliseconds?
    package var latencyMilliseconds: Int?
    /// Between two looks that nothing but time has caused.
    package var pollMilliseconds: Milliseconds?
    package var fileCount: Int64 = 0
    package var conflictCount = 0
    /// The profile's, whoever is signed in.
    package var limits = TransferLimits()

    package init() {}

    /// Signed in, or not: what was known about the way is forgotten.
    package mutating func session(server: String?, account: Account?, device: DeviceID?) {
        let (files, conflicts, limits) = (fileCount, conflictCount, limits)
        self = StatusBoard()
        self.limits = limits
        self.server = server
        self.account = account
        self.device = device
        fileCount = account == nil ? 0 : files
        conflictCount = account == nil ? 0 : conflicts
    }

    /// The server has let a question wait.
    package mutating func waits(for question: Question) {
        unanswered.insert(question)
        latencyMilliseconds = nil
    }

    /// The push socket stands, or has ended.
    package mutating func push(isOpen: Bool) {
        isPushOpen = isOpen
        if isOpen { unanswered.remove(.ping) } else { latencyMilliseconds = nil }
    }

    /// A ping was answered.
    package mutating func answered(milliseconds: Int) {
        unanswered.remove(.ping)
        latencyMilliseconds = milliseconds
    }

    /// A look at the feed has ended.
    /// - Parameter start: when it began, on this machine's clock: what changed later may have been missed.
    package mutating func looked(from start: Milliseconds, milliseconds: Int, problem: Problem?) {
        switch problem {
        case nil:
            feed = .caughtUp
            unanswered = []
            verifiedAt = start
            if latencyMilliseconds == nil || !isPushOpen { latencyMilliseconds = milliseconds }
        case .some(let problem) where problem.code == .tokenInvalid:
            // What was said of it first says more.
            refusal = refusal ?? problem
            unanswered = []
        case .some(let problem):
            feed = .failed(problem)
            unanswered = []
            latencyMilliseconds = nil
        }
    }

    package var connection: EngineStatus.Connection {
        if account == nil || refusal != nil { return .signedOut }
        if !unanswered.isEmpty { return .offline }
        switch feed {
        case .unknown: return .connecting
        case .failed: return .offline
        case .caughtUp: return isPushOpen ? .live : .polled
        }
    }

    /// Why it is as it is.
    private var problem: Problem? {
        if let refusal { return refusal }
        if !unanswered.isEmpty { return silence }
        if case .failed(let problem) = feed { return problem }
        return nil
    }

    /// The server lets questions wait.
    package var silence: Problem {
        Problem(
            .serverUnreachable, "The server\(server.map { " \($0)" } ?? "") does not answer.",
            detail: "What was asked is waited for; everything goes on by itself when it answers.")
    }

    package func status(process: Int32) -> EngineStatus {
        var status = EngineStatus(
            server: server, account: account, device: device, connection: connection, problem: problem,
            verifiedAt: verifiedAt, latencyMilliseconds: latencyMilliseconds, fileCount: fileCount,
            agentProcess: process, version: PannierVersion.text, limits: limits, pollMilliseconds: pollMilliseconds)
        status.conflictCount = conflictCount
        return status
    }
}
