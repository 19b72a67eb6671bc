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
    /// What cannot be synchronised as it is; ask for the list.
    package var problems: Int64 = 0
    /// Deletions that wait for consent, on this disk and on the server.
    package var heldHere = 0
    package var heldThere = 0
    /// When both sides were last found to be the same, on this machine's clock.
    package var verifiedAt: Milliseconds?
    /// Folders in which changes are heard of at once; and those that are only looked at from time to time.
    package var watched = 0
    package var unwatched = 0

    package init(folder: LocalPath, phase: Phase) {
        self.folder = folder
        self.phase = phase
    }
}

/// Something that cannot be synchronised as it is. Everything else goes on.
package struct SyncProblem: Codable, Sendable, Hashable {
    /// Below the synced folder.
    package var path: LocalPath
    package var problem: Problem

    package init(path: LocalPath, problem: Problem) {
        self.path = path
        self.problem = problem
    }
}
