/// How it stands with the synced folder.
package struct SyncState: Codable, Sendable, Hashable {
    package enum Phase: String, Codable, Sendable {
        /// Looked at for the first time since the agent began, or since the folder was chosen.
        case starting
        /// Something is different, and is being carried out.
        case working
        /// Both sides are the same, as far as is known.
        case same
        /// All that could be done is done; something waits for a person, or is to be tried again later.
        case waiting
        case paused
        /// Nothing is done, and ``SyncState/problem`` says why.
        case stopped

        /// For people.
        package var words: String {
            switch self {
            case .starting: "looking at the folder"
            case .working: "synchronising"
            case .same: "in sync"
            case .waiting: "in sync but for what is listed"
            case .paused: "paused"
            case .stopped: "stopped"
            }
        }
    }

    package var folder: LocalPath
    package var phase: Phase
    /// Why it stands still.
    package var problem: Problem?
    /// Files and folders that may differ.
    package var differing: Int64 = 0
    /// Files that both sides agree on.
    package var files: Int64 = 0
    /// What cannot be synchronised as it is; ask for the list.
    package var problems: Int64 = 0
    /// What is merely left out, and needs nobody; in the same list.
    package var leftOut: [LeftOutCount] = []
    /// Files that are being written, or were a moment ago: they are looked at when they are at rest. And the first of them,
    /// below the folder; nil: there are too many to say.
    package var beingWritten = 0
    package var firstBeingWritten: LocalPath?
    /// Deletions that wait for consent, on this disk and on the server.
    package var heldHere = 0
    package var heldThere = 0
    /// When both sides were last found to be the same, on this machine's clock.
    package var verifiedAt: Milliseconds?
    /// Folders in which changes are heard of at once; and those that are only looked at from time to time.
    package var watched = 0
    package var unwatched = 0
    /// How often those are looked at; nil: not known yet.
    package var looksEvery: Milliseconds?

    package init(folder: LocalPath, phase: Phase) {
        self.folder = folder
        self.phase = phase
    }
}

extension SyncState {
    package var held: Int { heldHere + heldThere }

    /// For people: what is waited for to come to rest; nil: nothing is.
    package var beingWrittenWords: String? {
        guard beingWritten > 0 else { return nil }
        guard let firstBeingWritten else {
            return "\(Format.count(Int64(beingWritten))) files, which are being written"
        }
        let rest = Int64(beingWritten - 1)
        return rest == 0
            ? "\(firstBeingWritten), which is being written"
            : "\(firstBeingWritten) and \(Format.count(rest)) more, which are being written"
    }

    /// Nothing differs, as far as is known, and that was found by looking.
    package var isVerified: Bool { phase == .same && verifiedAt != nil }

    /// Of all folders, rounded down: 100 only when every one is watched. Nil while none is known.
    package var watchedPercent: Int? {
        let all = watched + unwatched
        return all == 0 ? nil : watched * 100 / all
    }

    /// For people: how much of the folder is heard of at once.
    package var watchWords: String {
        guard let watchedPercent else { return "not watched yet" }
        if unwatched == 0 { return "watched \(watchedPercent)%" }
        let rest =
            looksEvery.map { every in
                let minutes = max(1, every / 60_000)
                return "the rest is looked at every \(minutes == 1 ? "minute" : "\(minutes) minutes")"
            } ?? "the rest is looked at from time to time"
        let all = Format.count(Int64(watched + unwatched))
        return "watched \(Format.count(Int64(watched))) of \(all) folders, \(rest)"
    }
}

/// Something that cannot be synchronised as it is. Everything else goes on.
package struct SyncProblem: Codable, Sendable, Hashable {
    /// Stays the same for the same thing; problems are listed in the order of their keys.
    package var key: String
    /// Below the synced folder; empty when it is about the folder itself.
    package var path: LocalPath
    package var problem: Problem
    /// It is merely left out, for this reason, and needs nobody.
    package var leftOut: LeftOut?

    package init(key: String, path: LocalPath, problem: Problem, leftOut: LeftOut? = nil) {
        self.key = key
        self.path = path
        self.problem = problem
        self.leftOut = leftOut
    }
}
