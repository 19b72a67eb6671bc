import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

// What is asked of it without changing anything.
extension SyncRunner {
    /// What would be done next; at most `limit` steps, and as many paths of held deletions.
    /// - Throws: ``Problem``: why nothing can be planned.
    func plan(limit: Int) async throws(Problem) -> SyncPlan {
        guard let folder else { throw whyNotOpen }
        if let problem = standing?.problem { throw problem }
        if state?.phase == .starting { throw .folderNotLookedAt }
        return try await BlockingThread.run { () throws(Problem) in try folder.work.preview(limit: limit) }
    }

    /// - Parameter path: below the synced folder; on this disk, or as the server has it.
    func why(_ path: LocalPath, _ state: SyncState) async throws(Problem) -> [String] {
        if path.bytes.isEmpty {
            return ["\(state.folder) is the synced folder itself, one with My Files: \(state.words)."]
        }
        guard let folder else {
            var facts = try await mirror.read { try SyncTransaction($0).facts(at: path) }
            // On a disk that cannot be seen there may be anything.
            guard facts.isAnything else { throw whyNotOpen }
            facts.unseen = .unknown("the folder is not open")
            return WhyWords(facts, nil, state).sentences
        }
        let (facts, verdict) = try await BlockingThread.run { () throws(Problem) in try folder.work.why(path) }
        return WhyWords(facts, verdict, state).sentences
    }
}

extension SyncRunner {
    /// Why nobody can look at the folder.
    var whyNotOpen: Problem { obstacle ?? (paired == nil ? .noSyncedFolder : .folderNotOpen) }
}

extension Problem {
    fileprivate static let folderNotOpen = Problem(
        .unavailable, "The synced folder is being opened.", detail: "Try again in a moment.", status: 0)

    fileprivate static let folderNotLookedAt = Problem(
        .unavailable, "The synced folder is being looked at for the first time since the agent began.",
        detail: "Nothing is planned before all of it was looked at. Try again in a moment.", status: 0)
}
