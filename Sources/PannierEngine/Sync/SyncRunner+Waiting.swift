import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

// Waiting until both sides are the same.
extension SyncRunner {
    /// How long the server may be away, and transfers may wait for what passes by itself, before waiting ends with that. They
    /// try again within that time.
    private static let patience = Duration.seconds(30)

    /// Returns when all at and below the path (nil: everything) is the same on both sides, by looks at the disk and at the
    /// server that began after this call.
    /// - Throws: what keeps it from that.
    func waitUntilSynced(_ path: LocalPath?) async throws(Problem) {
        waiters += 1
        defer { waiters -= 1 }
        let path = path?.bytes.isEmpty == true ? nil : path
        // What nobody tells of, as how transfers do, may have changed just now.
        await look()
        try await feed.refresh()
        let first = lastServerLook.number
        repeat {
            try await settle(path, lookingAtAll: true)
            // What others have done meanwhile.
            try await feed.refresh()
            try await settle(path, lookingAtAll: false)
        } while path == nil && standing.map { !$0.isVerified(since: first) } ?? false
    }

    /// Returns when nothing is to be done any more about what is known by now.
    private func settle(_ path: LocalPath?, lookingAtAll: Bool) async throws(Problem) {
        var asked = SyncAsked(serverLook: lastServerLook.number)
        var loop: SyncedFolder?
        var patience = Patience(Self.patience)
        while true {
            let seen = news.latest.number
            if Task.isCancelled { throw .waitCancelled }
            guard let standing else { throw .noSyncedFolder }
            let place = try await place(at: path, standing)
            try standing.mustGoOn(for: place)
            if let problem = patience.end(with: standing.lasting(for: place)) {
                // It may be back, and nobody has asked since.
                try await feed.refresh()
                if case .answers = standing.server { throw problem }
            }
            // Opened anew, it has not heard of it.
            if lookingAtAll, loop !== folder { asked.looks = lookAtAll() }
            loop = folder
            if standing.hasLooked(asked), try await hasSettled(path, place, standing) { return }
            await news.wait(after: seen)
        }
    }

    /// Nil: all of the folder is waited for.
    private func place(at path: LocalPath?, _ standing: SyncStanding) async throws(Problem) -> PathStanding? {
        guard let path else { return nil }
        let restless = standing.agenda.restless.folders
        return try await mirror.read { try SyncTransaction($0).standing(at: path, restless: restless) }
    }

    private func hasSettled(
        _ path: LocalPath?, _ place: PathStanding?, _ standing: SyncStanding
    ) async throws(Problem) -> Bool {
        if let path, let place { return try await hasSettled(at: path, place, standing) }
        if standing.isAtRest { return true }
        guard standing.isWaiting else { return false }
        try await checkNothingWaits(LocalPath(bytes: []), standing, isHeld: true)
        return false
    }

    /// Whatever else is under way, or waits for somebody, is of no interest.
    private func hasSettled(
        at path: LocalPath, _ place: PathStanding, _ standing: SyncStanding
    ) async throws(Problem) -> Bool {
        let isRestless = place.isRestless || standing.agenda.restless.areMore
        // Whatever there is on the server in what is ignored here does not come.
        if !isRestless, place.kind == .ignored, let problem = place.kind.problem(path) { throw problem }
        guard !place.differs, !isRestless else {
            if standing.hasPlanned, !place.isUnderWay {
                try await checkNothingWaits(path, standing, isHeld: place.hasDeletions)
            }
            return false
        }
        if let problem = place.kind.problem(path) { throw problem }
        // What cannot be looked at, and what reading anew has found, differs in no table; of what waits for a plan, that tells.
        guard let left = try await firstProblem(below: path) else { return true }
        if standing.hasPlanned { throw left }
        return false
    }

    /// - Returns: what somebody has to know of at or below the path; of the empty one, of all.
    private func firstProblem(below path: LocalPath) async throws(Problem) -> Problem? {
        try await mirror.read { try SyncTransaction($0).firstProblem(below: path.bytes) }
    }

    /// - Parameter isHeld: of deletions that wait for somebody, some may be at or below the path.
    private func checkNothingWaits(
        _ path: LocalPath, _ standing: SyncStanding, isHeld: Bool
    ) async throws(Problem) {
        if let first = try await firstProblem(below: path) { throw first }
        if isHeld, standing.state.held > 0 { throw .deletionsAreHeld(standing.state) }
    }

    /// Reads every file anew; returns when that pass is over, and what the server has told by then is known here.
    func verify() async throws(Problem) {
        try await feed.refresh()
        let first = lastServerLook.number
        try await readAll()
        repeat {
            try await feed.refresh()
            try await lookAnew()
            if let damage = try await mirror.read({ try SyncTransaction($0).firstDamage() }) { throw damage }
        } while standing.map { $0.phase == .same && !$0.isVerified(since: first) } ?? false
    }

    /// Returns when a loop of the folder has read every file: one that is opened meanwhile has not heard of it.
    private func readAll() async throws(Problem) {
        var asked: (opening: Int, number: Int)?
        try await hold { standing in
            if let asked, asked.opening == standing.opening { return standing.agenda.verifications >= asked.number }
            guard folder != nil, standing.opening == openings else { return false }
            asked = (openings, readAllAnew())
            return false
        }
    }

    /// Returns when all was looked at by a loop of the folder, and what the server has told by now is known to it.
    private func lookAnew() async throws(Problem) {
        var asked: (opening: Int, all: SyncAsked)?
        try await hold { standing in
            if let asked, asked.opening == standing.opening {
                return standing.hasPlanned && standing.hasLooked(asked.all)
            }
            guard folder != nil, standing.opening == openings else { return false }
            asked = (openings, SyncAsked(looks: lookAtAll(), serverLook: lastServerLook.number))
            return false
        }
    }

    /// Returns when it stands like that.
    private func hold(_ isSo: (SyncStanding) -> Bool) async throws(Problem) {
        while true {
            let seen = news.latest.number
            if Task.isCancelled { throw .waitCancelled }
            guard let standing else { throw .noSyncedFolder }
            if standing.phase == .paused { throw .syncIsPaused }
            if let problem = standing.problem { throw problem }
            if isSo(standing) { return }
            await news.wait(after: seen)
        }
    }
}

/// Lets a problem pass by itself, for a while.
private struct Patience {
    private let length: Duration
    private var since: ContinuousClock.Instant?

    init(_ length: Duration) { self.length = length }

    /// - Returns: the problem, when there has been one at every look for so long.
    mutating func end(with problem: Problem?) -> Problem? {
        guard let problem else {
            since = nil
            return nil
        }
        let began = since ?? .now
        since = began
        guard ContinuousClock.now - began >= length else { return nil }
        since = nil
        return problem
    }
}

extension PathStanding.Kind {
    /// Why it will never be the same on both sides; nil: it is.
    fileprivate func problem(_ path: LocalPath) -> Problem? {
        switch self {
        case .synced: nil
        case .nowhere:
            Problem(
                .notFound, "“\(path)” is neither in the synced folder nor in My Files.",
                detail: "Paths of the folder itself, or as in My Files, are understood.", status: 0)
        case .ignored:
            Problem(
                .notSynchronised, "“\(path)” is not synchronised here.",
                detail: "It is ignored, or is something that My Files do not hold. `pannier why` says more.", status: 0)
        case .onlineOnly:
            Problem(
                .notSynchronised, "“\(path)” is kept in My Files alone, and is not on this disk.",
                detail: "`pannier keep --here` brings it here.", status: 0)
        }
    }
}
