package import PannierCore
package import PannierMirror

/// Makes few looks of many events. A value: no clock of its own, no I/O.
///
/// 1. A name has come to rest when nothing was heard of it for ``Times/rest``. Editors write a file in several steps, by
///    other names too; all of these are over by then.
/// 2. A file that was written to and not closed has not, unless nothing was heard of it for ``Times/patience``: some
///    programs hold their files open for good.
/// 3. A new file that nothing was written to, or that is gone again, waits for new ones beside it: browsers keep a name with
///    an empty file while they write to another one, and rename that.
/// 4. A folder is looked at when everything in it has come to rest. What never does is left out of the look: the others
///    wait for it only as long as a rest takes.
package struct WatchCleaner: Sendable {
    package struct Times: Sendable, Hashable {
        package var rest: Milliseconds = 2_000
        package var patience: Milliseconds = 60_000
        /// For which the name of an empty file waits, however long others beside it are being written.
        package var longest: Milliseconds = 600_000

        package init() {}
    }

    package struct Limits: Sendable, Hashable {
        /// Names that are kept of one folder, and of all; past that it is only known that there are more.
        package var namesOfFolder = 5_000
        package var names = 200_000
        package var folders = 50_000

        package init() {}
    }

    private let times: Times
    private let limits: Limits
    private(set) var folders: [LocalID: WatchedFolder] = [:]
    private(set) var count = 0
    private var overflow: (firstAt: Milliseconds, lastAt: Milliseconds)?
    /// What was renamed away last: the kernel tells at once where it has gone.
    private var moved: (number: UInt32, state: WatchedName?)?
    private var own = OwnMoves()

    package init(times: Times = Times(), limits: Limits = Limits()) {
        self.times = times
        self.limits = limits
    }

    // MARK: - Events

    /// - Parameter now: milliseconds of a clock that never goes back.
    package mutating func take(_ events: [WatchEvent], now: Milliseconds) {
        for event in events {
            switch event {
            case .name(let name, let change, let folder): take(name, change, in: folder, now: now)
            case .itself(let folder): folders[folder, default: WatchedFolder()].takeItself(now: now)
            case .overflow: overflow = (overflow?.firstAt ?? now, now)
            }
        }
        guard count > limits.names || folders.count > limits.folders else { return }
        (folders, count) = ([:], 0)
        overflow = (overflow?.firstAt ?? now, now)
    }

    private mutating func take(_ name: [UInt8], _ change: NameChange, in folder: LocalID, now: Milliseconds) {
        var before: WatchedName?
        if case .movedAway(let number) = change {
            moved = (number, folders[folder]?.state(name))
        } else if case .movedHere(let number) = change, let moved, moved.number == number {
            before = moved.state
        }
        let isOwn = own.take(name, change, in: folder, now: now, while: times.rest)
        let known = folders[folder]?.count ?? 0
        folders[folder, default: WatchedFolder()].take(
            name, change, from: before, isOwn: isOwn, now: now, limit: limits.namesOfFolder)
        count += (folders[folder]?.count ?? 0) - known
    }

    /// Pannier itself has just done that; the kernel is still to tell of it.
    package mutating func expect(_ moves: [OwnMove], now: Milliseconds) {
        if !moves.isEmpty { own.add(moves, now: now, while: times.rest) }
    }

    /// Nobody wants to hear of it any more.
    package mutating func forget(_ folder: LocalID) {
        count -= folders.removeValue(forKey: folder)?.count ?? 0
    }

    // MARK: - Looks

    /// When ``due(now:)`` will have something to tell, if nothing else is heard; nil: nothing is waited for.
    package mutating func nextDue() -> Milliseconds? {
        var next = everythingAt
        for folder in folders.keys {
            if let due = folders[folder]?.dueAt(times) { next = min(next ?? due, due) }
        }
        return next
    }

    /// What is to be looked at now; it is told once.
    package mutating func due(now: Milliseconds) -> WatchNews {
        var news = WatchNews()
        if let everythingAt, everythingAt <= now {
            overflow = nil
            news.isEverything = true
        }
        for folder in Array(folders.keys) {
            guard news.isEverything || folders[folder]?.dueAt(times) ?? .max <= now else { continue }
            if let told = take(folder, now: now), !news.isEverything { news.folders.append(told) }
        }
        news.folders.sort { $0.folder < $1.folder }
        return news
    }

    private mutating func take(_ folder: LocalID, now: Milliseconds) -> FolderNews? {
        guard let before = folders[folder]?.count else { return nil }
        let news = folders[folder]?.take(folder, times, now: now)
        count -= before - (folders[folder]?.count ?? 0)
        if folders[folder]?.isEmpty == true { folders[folder] = nil }
        return news
    }

    /// Nothing was heard of that is still to be told.
    package var isEmpty: Bool { folders.isEmpty && overflow == nil }

    /// Folders in which something was heard of that is still to be told.
    package var restless: some Sequence<LocalID> { folders.keys }

    /// Half of a move may be known already: the rest of it is still to be told. What pannier has moved is known whole.
    package var holdsMoved: Bool { folders.values.contains { $0.holdsMoved } }

    /// Something has changed that nobody knows of, and not everything was looked at since.
    package var isLost: Bool { overflow != nil }

    /// What is to be left out of a look at a folder that is made for another reason.
    package func busy(in folder: LocalID, now: Milliseconds) -> Set<[UInt8]> {
        folders[folder]?.busy(times, now: now) ?? []
    }

    /// When the storm is over, or has gone on for long.
    private var everythingAt: Milliseconds? {
        overflow.map { min($0.lastAt + times.rest, $0.firstAt + times.patience) }
    }
}
