import Glibc
import PannierTransfer
package import SeededRandom

/// What goes wrong on a disk: so many of a hundred calls, or the next one.
package struct DiskFaults: Sendable {
    package var random = SeededGenerator(seed: 0)
    /// `ENOSPC` for what makes or writes files.
    package var noSpace = 0
    /// `EIO` for what makes durable: what it was asked for is forgotten, and the next call says that all is well.
    package var noSync = 0
    /// `EMFILE` for listings.
    package var noList = 0
    /// Listings that fail after one that did, at most: descriptors are short for a while.
    package var noListsMore = 0
    /// `EIO` in the midst of a listing.
    package var halfList = 0

    package var nextSyncFails = false
    /// The next listing fails after so many entries.
    package var nextListEnds: Int?
    /// Listings that are still to fail.
    private var failingLists = 0

    package init() {}

    mutating func space() throws(LocalError) { if happens(noSpace) { throw LocalError(ENOSPC) } }

    /// Whether this call for durability fails.
    mutating func failsSync() -> Bool {
        defer { nextSyncFails = false }
        return nextSyncFails || happens(noSync)
    }

    /// After how many of these entries a listing fails; nil: not.
    mutating func listEnd(of count: Int) throws(LocalError) -> Int? {
        defer { nextListEnds = nil }
        if failingLists > 0 {
            failingLists -= 1
            throw LocalError(EMFILE)
        }
        if happens(noList) {
            failingLists = noListsMore > 0 ? random.number(below: noListsMore + 1) : 0
            throw LocalError(EMFILE)
        }
        return nextListEnds ?? (happens(halfList) ? random.number(below: count + 1) : nil)
    }

    private mutating func happens(_ percent: Int) -> Bool { percent > 0 && random.chance(percent) }
}
