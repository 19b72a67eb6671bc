package import PannierMirror

/// What the kernel tells of a watched folder, as it comes.
package enum WatchEvent: Hashable, Sendable {
    /// Something happened to what stands under a name directly in the folder.
    case name([UInt8], NameChange, in: LocalID)
    /// The folder itself was moved or removed, or its disk went away.
    case itself(LocalID)
    /// The kernel could not keep all that happened: nobody knows where something has changed.
    case overflow
}

package enum NameChange: Hashable, Sendable {
    case made
    case removed
    case written
    /// By a program that had opened it for writing.
    case closed
    /// Its date, its rights, or how many names it has.
    case touched
    /// Renamed: the same number stands in ``movedHere(_:)``, if it is still in a watched folder.
    case movedAway(UInt32)
    case movedHere(UInt32)
}

/// How many folders are watched. Those that are not are only looked at now and then.
package struct WatchCoverage: Hashable, Sendable {
    package var watched = 0
    package var unwatched = 0
    /// Of those, folders that this user may not read; for the others there are not watches enough.
    package var unreadable = 0

    package init(watched: Int = 0, unwatched: Int = 0, unreadable: Int = 0) {
        self.watched = watched
        self.unwatched = unwatched
        self.unreadable = unreadable
    }
}
