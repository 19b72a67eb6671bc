import PannierCore
import PannierMirror

/// What was heard of one folder, and was not told on yet.
struct WatchedFolder {
    private(set) var names: [[UInt8]: WatchedName] = [:]
    /// When something was last heard of names that are not kept, there were too many; and of the folder itself.
    private var moreAt: Milliseconds?
    private var itselfAt: Milliseconds?
    /// Nil: to be found out.
    private var known: Milliseconds?
    /// Names that may be half of a move.
    private var movedCount = 0

    var count: Int { names.count }
    var isEmpty: Bool { names.isEmpty && moreAt == nil && itselfAt == nil }

    /// - Parameters:
    ///   - before: of what was renamed to here, by its other name.
    ///   - isOwn: pannier has done it.
    mutating func take(
        _ name: [UInt8], _ change: NameChange, from before: WatchedName?, isOwn: Bool, now: Milliseconds, limit: Int
    ) {
        known = nil
        guard names[name] != nil || names.count < limit else {
            moreAt = now
            return
        }
        var state = names[name] ?? WatchedName(lastAt: now)
        let wasMoved = state.mayBeMoved
        state.take(change, from: before, isOwn: isOwn, now: now)
        names[name] = state
        movedCount += (state.mayBeMoved ? 1 : 0) - (wasMoved ? 1 : 0)
    }

    mutating func takeItself(now: Milliseconds) {
        known = nil
        itselfAt = now
    }

    func state(_ name: [UInt8]) -> WatchedName? { names[name] }

    /// Something has gone from here, or has come, and was not told on yet.
    var holdsMoved: Bool { movedCount > 0 }

    // MARK: - Rest

    /// When it is to be looked at: as soon as everything in it has come to rest; and when something does not, then not
    /// much later than what came to rest first.
    mutating func dueAt(_ times: WatchCleaner.Times) -> Milliseconds {
        if let known { return known }
        let rests = rests(times)
        guard let first = rests.min(), let last = rests.max() else { return .max }
        let due = min(last, first + times.rest)
        known = due
        return due
    }

    private func rests(_ times: WatchCleaner.Times) -> [Milliseconds] {
        let files = newFilesRestAt(times)
        return names.values.map { $0.restsAt(times, files: files) }
            + [moreAt, itselfAt].compactMap { $0.map { $0 + times.rest } }
    }

    private func newFilesRestAt(_ times: WatchCleaner.Times) -> Milliseconds {
        names.values.lazy.filter { $0.isNewFile }.map { $0.restsAt(times, files: 0) }.max() ?? 0
    }

    func busy(_ times: WatchCleaner.Times, now: Milliseconds) -> Set<[UInt8]> {
        let files = newFilesRestAt(times)
        return Set(names.lazy.filter { $0.value.restsAt(times, files: files) > now }.map(\.key))
    }

    /// What has come to rest is told, and forgotten here.
    mutating func take(_ folder: LocalID, _ times: WatchCleaner.Times, now: Milliseconds) -> FolderNews {
        var news = FolderNews(folder)
        news.busy = busy(times, now: now)
        news.names = Set(names.keys).subtracting(news.busy)
        let told = news.names.compactMap { names.removeValue(forKey: $0) }
        movedCount -= told.count { $0.mayBeMoved }
        news.lastAt = (told.map(\.lastAt) + [moreAt, itselfAt].compactMap { $0 }).max() ?? now
        (news.hasMore, news.isItself) = (moreAt != nil, itselfAt != nil)
        (moreAt, itselfAt, known) = (nil, nil, nil)
        return news
    }
}
