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

    /// What of it needs somebody.
    var syncTroubles: Int {
        guard let sync else { return 0 }
        return Int(clamping: sync.problems) + (sync.problem == nil ? 0 : 1) + (sync.held > 0 ? 1 : 0)
    }

    mutating func synchronise(_ action: Action) -> [Effect]? {
        switch action {
        case .syncFolder: notice = Notice(syncWords)
        case .keep: if !focused.targets.isEmpty { open(Question.keep(focused.targets, at: focused.targetPaths)) }
        case .approve: return [ask(.syncPlan(limit: Question.pathsShown), for: .approval)]
        case .bringBack: bringBack()
        case .pauseSync: return [pauseSync(sync?.phase != .paused)]
        default: return nil
        }
        return []
    }

    private var syncWords: SafeText {
        guard let sync else { return "say which folder: :sync ~/Cloud makes it and My Files one" }
        return "\(SafeText(sync.folder.description)) is one with My Files: \(SafeText(sync.phase.words))"
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

    /// Asks whether what is held is to come back instead.
    private mutating func bringBack() {
        guard let sync, sync.held > 0 else { return notice = Notice("no deletions wait") }
        open(Question.bringBack(sync))
    }

    /// Shows what is held, and asks.
    mutating func askForConsent(_ answer: Result<EngineReply, Problem>) {
        switch answer {
        case .success(.syncPlan(let plan)) where plan.heldHere.count + plan.heldThere.count > 0:
            open(Question.approve(plan))
        case .success: notice = Notice("no deletions wait any more")
        case .failure(let problem): notice = Notice(problem)
        }
    }
}
