import PannierMirror

/// Which watch of the kernel's is on which folder.
///
/// A watch is on the folder itself, not on its path: it stays where the folder is renamed, and watching a folder again gives
/// the same number again. Numbers that the kernel has ended are not given out again before all others were.
struct WatchTable {
    private var folders: [Int32: LocalID] = [:]
    private var watches: [LocalID: Int32] = [:]
    private var unwatched: Set<LocalID> = []
    /// Of those, the ones that this user may not read.
    private var unreadable: Set<LocalID> = []

    var coverage: WatchCoverage {
        WatchCoverage(watched: watches.count, unwatched: unwatched.count, unreadable: unreadable.count)
    }

    func folder(_ watch: Int32) -> LocalID? { folders[watch] }

    func isWatched(_ folder: LocalID) -> Bool { watches[folder] != nil }

    /// A folder that was known by another number is known by this one now.
    mutating func add(_ folder: LocalID, _ watch: Int32) {
        if let other = folders.updateValue(folder, forKey: watch), other != folder { watches[other] = nil }
        watches[folder] = watch
        unwatched.remove(folder)
        unreadable.remove(folder)
    }

    /// It is not watched.
    mutating func fail(_ folder: LocalID, isUnreadable: Bool) {
        unwatched.insert(folder)
        if isUnreadable { unreadable.insert(folder) } else { unreadable.remove(folder) }
    }

    /// - Returns: the watch to be ended.
    mutating func forget(_ folder: LocalID) -> Int32? {
        unwatched.remove(folder)
        unreadable.remove(folder)
        guard let watch = watches.removeValue(forKey: folder) else { return nil }
        folders[watch] = nil
        return watch
    }

    /// The kernel has ended it.
    mutating func ended(_ watch: Int32) {
        if let folder = folders.removeValue(forKey: watch) { watches[folder] = nil }
    }

    /// Nothing is heard any more.
    mutating func lose() {
        unwatched.formUnion(watches.keys)
        (folders, watches) = ([:], [:])
    }
}
