import PannierCore

// The synced folder.
extension Model {
    /// How it stands, as the agent told it.
    mutating func take(_ state: SyncState?) {
        guard state != sync else { return }
        sync = state
        // Marks of rows say so, too.
        touch { $0.path.space == .myFiles && !$0.isTrash }
    }

    /// What of it somebody should know of.
    var syncTroubles: Int {
        guard let sync else { return 0 }
        let isUnwatched = sync.unheard > 0 && sync.phase != .stopped
        let isTold = [sync.problem != nil, sync.refusal != nil, sync.held > 0, isUnwatched]
        return Int(clamping: sync.problems + sync.notes) + isTold.count { $0 }
    }

    mutating func synchronise(_ action: Action) -> [Effect]? {
        switch action {
        case .syncFolder: notice = Notice(syncWords)
        case .keep: if !focused.targets.isEmpty { open(Question.keep(focused.targets, at: focused.targetPaths)) }
        case .approve: return [ask(.syncPlan(limit: Question.pathsShown), for: .approval)]
        case .bringBack: return [ask(.syncPlan(limit: Question.pathsShown), for: .bringingBack)]
        case .pauseSync: return [pauseSync(sync?.phase != .paused)]
        default: return nil
        }
        return []
    }

    private var syncWords: SafeText {
        guard let sync else { return "say which folder: :sync ~/Cloud makes it and My Files one" }
        return "\(SafeText(sync.folder.description)) is one with My Files: \(SafeText(sync.words))"
    }

    mutating func pair(_ folder: LocalPath) -> Effect {
        let deed = Deed("\(SafeText(folder.description)) and My Files are one from now on")
        return begin(.sync(folder: folder.trimmed), deed)
    }

    mutating func pauseSync(_ isPaused: Bool) -> Effect {
        let words: SafeText =
            isPaused ? "the synced folder is paused; :pause-sync goes on" : "the synced folder goes on"
        return begin(.pauseSync(isPaused), Deed(words))
    }

    /// Shows what is held, and asks what is to become of it.
    mutating func ask(_ question: (SyncPlan) -> Question, about answer: Result<EngineReply, Problem>) {
        switch answer {
        case .success(.syncPlan(let plan)) where plan.heldHere.count + plan.heldThere.count > 0:
            open(question(plan))
        case .success: notice = Notice("no deletions wait any more")
        case .failure(let problem): notice = Notice(problem)
        }
    }
}
