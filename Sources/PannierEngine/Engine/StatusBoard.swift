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
    package var verifiedAt: Milliseconds?
    package var latencyMilliseconds: Int?
    package var fileCount: Int64 = 0

    package init() {}

    /// Signed in, or not: what was known about the way is forgotten.
    package mutating func session(server: String?, account: Account?, device: DeviceID?) {
        let files = fileCount
        self = StatusBoard()
        self.server = server
        self.account = account
        self.device = device
        fileCount = account == nil ? 0 : files
    }

    /// A look at the feed has ended.
    /// - Parameter start: when it began, on this machine's clock: what changed later may have been missed.
    package mutating func looked(from start: Milliseconds, milliseconds: Int, problem: Problem?) {
        switch problem {
        case nil:
            feed = .caughtUp
            verifiedAt = start
            if latencyMilliseconds == nil || !isPushOpen { latencyMilliseconds = milliseconds }
        case .some(let problem) where problem.code == .tokenInvalid:
            // What was said of it first says more.
            refusal = refusal ?? problem
        case .some(let problem):
            feed = .failed(problem)
            latencyMilliseconds = nil
        }
    }

    package var connection: EngineStatus.Connection {
        if account == nil || refusal != nil { return .signedOut }
        switch feed {
        case .unknown: return .connecting
        case .failed: return .offline
        case .caughtUp: return isPushOpen ? .live : .polled
        }
    }

    package func status(process: Int32) -> EngineStatus {
        let problem: Problem? =
            if let refusal { refusal } else if case .failed(let problem) = feed { problem } else { nil }
        return EngineStatus(
            server: server, account: account, device: device, connection: connection, problem: problem,
            verifiedAt: verifiedAt, latencyMilliseconds: latencyMilliseconds, fileCount: fileCount,
            agentProcess: process, version: PannierVersion.text)
    }
}
