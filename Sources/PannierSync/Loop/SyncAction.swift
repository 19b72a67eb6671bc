package import PannierCore
package import PannierMirror

/// A folder of this disk that is to be looked at.
package struct FolderLook: Sendable, Hashable {
    package var folder: LocalID
    /// Names in it that are still being written: what is known of them stays as it is.
    package var busy: Set<[UInt8]>

    package init(_ folder: LocalID, busy: Set<[UInt8]> = []) {
        self.folder = folder
        self.busy = busy
    }
}

/// What is to be done next: a piece of work that ends soon (``SyncWork``), or to wait.
package enum SyncAction: Sendable, Hashable {
    /// Whether the folder is the one that was chosen.
    case check
    case look([FolderLook])
    /// Look at the next folders of a pass over all of them, in the order of their numbers.
    case pass(after: LocalID)
    /// Look a second time: what is missing again is gone.
    case prove([LocalID])
    /// Read the first of these files, or a piece of one.
    case read([LocalID])
    /// - leavingOut: what steps are about that failed a moment ago.
    /// - despiteMissing: without what is not proven to be gone: too long has been waited for that.
    case plan(leavingOut: Set<SyncItem>, despiteMissing: Bool = false)
    /// Steps of a plan on this disk.
    case here([PlanStep])
    /// The next request of these steps on the server. With the revision that was known there when they were planned.
    case ask([PlanStep], plannedAt: Revision?)
    /// Files to be sent and fetched, by the transfer queue.
    case queue([PlanStep])
    /// Read the next files anew, in the order of their numbers, and compare them with what is known of them.
    case verify(after: LocalID)
    /// Remove what the folder's own part does not need any more.
    case tidy
    /// Nothing is to be done before something is heard. With a time, at the latest then.
    case wait(until: Milliseconds?)
}

/// What has happened.
package enum SyncEvent: Sendable {
    // From outside.
    /// The watcher has heard of changes that have settled.
    case due([FolderLook])
    /// The watcher may have missed something, or does not watch everything any more.
    case overflow
    /// The mirror has moved on: by the feed, or by a transfer.
    case mirrorMoved
    case paused(Bool)
    case connected(Bool)
    /// All is to be looked at anew.
    case lookAtAll
    /// Every file is to be read anew.
    case verify
    /// Whether changes anywhere in the folder are heard of.
    case watching(Bool)
    /// A person has said something that makes another plan.
    case planAnew

    // From work.
    case checked(Problem?)
    case looked(LookOutcome)
    case passed(LookOutcome, next: LocalID?)
    /// - left: what is still to be read, the first of it perhaps in part.
    case wasRead(LookOutcome, left: [LocalID])
    case planned(PlanOutcome)
    case didHere(StepOutcome)
    /// The request to be sent, nil when there is none; and the steps that are left.
    case asking(ThereRequest?, left: [PlanStep], StepOutcome)
    case answered(StepOutcome)
    /// The request failed, or nobody knows whether it took effect.
    case unanswered(Problem)
    case queued(StepOutcome)
    case verified(next: LocalID?)
    case tidied
    /// The work could not be done at all, and nothing of it was.
    case failed(Problem)
}

/// What looks at folders have brought.
package struct LookOutcome: Sendable, Hashable {
    /// Not known before, or moved: to be watched and looked at.
    package var folders: [LocalID] = []
    /// Not there any more.
    package var gone: [LocalID] = []
    /// Something in them was not found once.
    package var missing: [LocalID] = []
    /// To be looked at again, and when: something in them is still being written, or they could not be looked at.
    package var again: [LocalID: Milliseconds] = [:]
    /// Of these, those that could not be looked at, whatever is missing in them.
    package var unlisted: Set<LocalID> = []
    /// To be looked at at once: what was looked for in them stands elsewhere, or is not what it was.
    package var others: [LocalID] = []
    /// Files that could not be read, or did not come to rest.
    package var unread: [LocalID] = []
    package var isChanged = false
    /// What is ignored has changed: all is to be looked at.
    package var areRulesChanged = false

    package init() {}
}
