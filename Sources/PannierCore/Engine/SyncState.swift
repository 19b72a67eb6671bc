/// How it stands with the synced folder.
package struct SyncState: Codable, Sendable, Hashable {
    package enum Phase: String, Codable, Sendable {
        /// Looked at for the first time since the agent began, or since the folder was chosen.
        case starting
        /// Something is different, and is being carried out.
        case working
        /// Both sides are the same, as far as is known, and the server answers.
        case same
        /// All that could be done is done; something waits for a person, or is to be tried again later.
        case waiting
        case paused
        /// The server does not answer, or nobody is signed in: what is to be done waits for that.
        case offline
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
            case .offline: "the server is not reachable"
            case .stopped: "stopped"
            }
        }
    }

    package var folder: LocalPath
    package var phase: Phase
    /// Why it stands still.
    package var problem: Problem?
    /// What the server says to requests as a whole, which it has answered none of since; nil: it does what it is asked for.
    /// Everything else goes on.
    package var refusal: Problem?
    /// Files and folders that may differ.
    package var differing: Int64 = 0
    /// Files that both sides agree on.
    package var files: Int64 = 0
    /// What cannot be synchronised as it is; ask for the list.
    package var problems: Int64 = 0
    /// What somebody should know of for a day or two; nothing waits for it. On the same list.
    package var notes: Int64 = 0
    /// What is merely left out, and needs nobody; nothing waits for it. On the same list.
    package var leftOut: [LeftOutCount] = []
    /// Which of all changes of that list was the last: as long as it is the same, so is the list.
    package var problemChanges: Int64 = 0
    /// Files that are being written, or were a moment ago: they are looked at when they are at rest. And the first of them,
    /// below the folder; nil: there are too many to say.
    package var beingWritten = 0
    package var firstBeingWritten: LocalPath?
    /// Deletions that wait for consent, on this disk and on the server.
    package var heldHere = 0
    package var heldThere = 0
    /// As of when both sides are known to have been the same, on this machine's clock: when the last look at the server began
    /// that found that so, while nothing differed on this disk from then on.
    package var verifiedAt: Milliseconds?
    /// Since when the server does not answer, on this machine's clock, and why; nil: it does.
    package var offlineSince: Milliseconds?
    package var offlineProblem: Problem?
    /// Why the folder's transfers do not go on; nil: they do, or there are none.
    package var transferProblem: Problem?
    /// Folders in which changes are heard of at once; and those that are only looked at from time to time.
    package var watched = 0
    package var unwatched = 0
    /// Of the latter, those that this user may not read: what is in them is not found at all.
    package var unreadable = 0
    /// How often those are looked at; nil: not known yet.
    package var looksEvery: Milliseconds?

    package init(folder: LocalPath, phase: Phase) {
        self.folder = folder
        self.phase = phase
    }
}

extension SyncState {
    package var held: Int { heldHere + heldThere }

    /// It does not stand where it was, or is another one: nobody can look at it, or be told of what changes in it.
    package var isLost: Bool { problem?.code == .syncFolderLost }

    /// Folders for which this machine has not watches enough.
    package var unheard: Int { unwatched - unreadable }

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

    /// For people, in a few words.
    package var words: String { phase == .offline ? offlineProblem?.awayWords ?? phase.words : phase.words }

    /// For people: how long the server has not answered, or nobody has been signed in.
    /// - Parameter clock: a time of this machine's clock, as it is shown.
    package func offlineWords(_ clock: (Milliseconds) -> String) -> String? {
        offlineSince.map { "\(words) since \(clock($0))" }
    }

    /// Of all folders, rounded down: 100 only when every one is watched. Nil while none is known.
    package var watchedPercent: Int? {
        let all = watched + unwatched
        return all == 0 ? nil : watched * 100 / all
    }

    /// For people: how much of the folder is heard of at once.
    package var watchWords: String {
        if isLost { return "not watched, since the folder is not there" }
        guard let watchedPercent else { return "not watched yet" }
        if unwatched == 0 { return "watched \(watchedPercent)%" }
        let all = Format.count(Int64(watched + unwatched))
        let words = "watched \(Format.count(Int64(watched))) of \(all) folders"
        let unread = unreadable == 0 ? "" : ", \(Format.count(Int64(unreadable))) cannot be read"
        if unheard == 0 { return words + unread }
        let rest =
            looksEvery.map { every in
                let minutes = max(1, every / 60_000)
                return "the rest is looked at every \(minutes == 1 ? "minute" : "\(minutes) minutes")"
            } ?? "the rest is looked at from time to time"
        return "\(words)\(unread), \(rest)"
    }
}

extension Problem {
    /// For people: why nobody knows what the server has. The same words for as long as it is one and the same trouble.
    package var awayWords: String {
        switch code {
        case .notSignedIn, .tokenInvalid: "signed out"
        case .serverUnreachable: "the server is not reachable"
        default: "the server answers with errors"
        }
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

    /// It is told, and waits for nobody.
    package var isNote: Bool { key.hasPrefix("note ") }
}
