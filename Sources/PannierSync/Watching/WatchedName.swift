import PannierCore

/// What was heard of one name lately.
struct WatchedName {
    /// Milliseconds, when something was last heard of it.
    var lastAt: Milliseconds
    /// Written to, and not closed since.
    var isBeingWritten = false
    /// The file was made here lately, not renamed to here.
    var isNew = false
    /// Nothing was written to it since it was made.
    var isEmpty = false

    init(lastAt: Milliseconds) { self.lastAt = lastAt }

    mutating func take(_ change: NameChange) {
        switch change {
        case .made: (isBeingWritten, isNew, isEmpty) = (false, true, true)
        case .written: (isBeingWritten, isEmpty) = (true, false)
        case .closed: isBeingWritten = false
        case .removed, .movedAway, .movedHere: (isBeingWritten, isNew, isEmpty) = (false, false, false)
        case .touched: break
        }
    }

    /// - Parameter others: until when new files beside it are being written.
    func restsAt(_ times: WatchCleaner.Times, others: Milliseconds) -> Milliseconds {
        if isBeingWritten { return lastAt + times.patience }
        let rest = lastAt + times.rest
        return isNew && isEmpty ? max(rest, min(others, lastAt + times.longest)) : rest
    }
}
