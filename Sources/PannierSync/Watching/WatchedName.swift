import PannierCore

/// What was heard of one name lately.
struct WatchedName {
    /// Milliseconds, when something was last heard of it.
    private(set) var lastAt: Milliseconds
    /// Written to, and not closed since.
    private(set) var isBeingWritten = false
    /// What stands there, or stood there last, was made lately.
    private var isNew = false
    /// Nothing was written to it since.
    private var isEmpty = false
    private(set) var isGone = false
    /// What was heard of last was done by pannier.
    private(set) var isOwn = false
    private var wasTakenByPannier = false
    /// It was renamed to here, by others than pannier.
    private var hasArrived = false

    init(lastAt: Milliseconds) { self.lastAt = lastAt }

    /// - Parameters:
    ///   - before: by another name; of what was renamed to here.
    ///   - isOwn: pannier has done it.
    mutating func take(_ change: NameChange, from before: WatchedName?, isOwn: Bool = false, now: Milliseconds) {
        lastAt = now
        self.isOwn = isOwn
        isGone = false
        if case .movedHere = change, !isOwn { hasArrived = true }
        switch change {
        case .made: (isBeingWritten, isNew, isEmpty) = (false, true, true)
        case .written: (isBeingWritten, isEmpty) = (true, false)
        case .closed: isBeingWritten = false
        case .touched: break
        case .removed, .movedAway: (isBeingWritten, isGone, wasTakenByPannier) = (false, true, isOwn)
        case .movedHere:
            (isBeingWritten, isNew) = (before?.isBeingWritten == true, before?.isNew == true)
            isEmpty = before?.isEmpty == true
        }
    }

    /// - Parameter files: when the new files beside it will have come to rest.
    func restsAt(_ times: WatchCleaner.Times, files: Milliseconds) -> Milliseconds {
        let rest = lastAt + (isBeingWritten ? times.patience : times.rest)
        return isNew && (isEmpty || isGone) ? max(rest, min(files, lastAt + times.longest)) : rest
    }

    /// It may be half of a move: what was known here has gone, or what was known elsewhere has come.
    var mayBeMoved: Bool { !isNew && (isGone && !wasTakenByPannier || hasArrived) }

    /// Whether others wait for it.
    var isNewFile: Bool { isNew && !isEmpty }
}
