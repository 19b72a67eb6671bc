import PannierCore
import PannierTransfer
import Synchronization

/// What was read of files of other programs counts only once it is durable: after a power cut its absence would pass for a
/// deletion, and an empty file for a new content.
final class DurableFiles: Sendable {
    struct File {
        var path: TreePath
        var changed: Nanoseconds
    }

    private struct Known {
        /// What was changed before is durable.
        var until = Nanoseconds.min
        /// When that was asked for last.
        var asked = Nanoseconds.min
    }

    private let known = Mutex(Known())
    /// Up to so many files are made durable one by one, more of them with all of the disk.
    private static let fewFiles = 8
    /// The times that a disk stamps are behind its clock, by some milliseconds.
    private static let tick: Nanoseconds = 1_000_000_000

    /// - Parameter wall: by which the disk stamps files; taken before these were read. Where it was put back, nothing is
    ///   known.
    func make(_ files: [File], in tree: any FileTree, _ wall: Nanoseconds) throws(LocalError) {
        let until = known.withLock { known in
            if wall < known.asked { known = Known() }
            known.asked = wall
            return known.until
        }
        let fresh = files.filter { $0.changed >= until }
        guard fresh.count > Self.fewFiles else { return try tree.syncFiles(fresh.map(\.path)) }
        try tree.syncDisk()
        known.withLock { $0.until = wall - Self.tick }
    }
}
