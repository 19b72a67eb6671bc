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
        /// When that was asked for last: by the clock that the disk stamps files by, and by one that only goes forward.
        var asked: (wall: Nanoseconds, now: Milliseconds)?
        /// Something was found under a new name, and nothing was made durable since. What the process before this one has
        /// found it may not have got to.
        var hasNames = true

        /// The disk's clock was put back since: files that were changed since look older than they are.
        func isOld(_ wall: Nanoseconds, _ now: Milliseconds) -> Bool {
            asked.map { wall < $0.wall + (now - $0.now) * 1_000_000 - DurableFiles.tick } ?? false
        }
    }

    private let known = Mutex(Known())
    /// Up to so many files are made durable one by one, more of them with all of the disk.
    private static let fewFiles = 8
    /// The times that a disk stamps are behind its clock, by some milliseconds.
    private static let tick: Nanoseconds = 1_000_000_000

    /// - Parameters:
    ///   - now: of a clock that only goes forward.
    ///   - wall: by which the disk stamps files; both taken before these were read.
    func make(
        _ files: [File], in tree: any FileTree, _ now: Milliseconds, _ wall: Nanoseconds
    ) throws(LocalError) {
        let until = known.withLock { known in
            if known.isOld(wall, now) { known.until = .min }
            known.asked = (wall, now)
            return known.until
        }
        let fresh = files.filter { $0.changed >= until }
        guard fresh.count > Self.fewFiles else { return try tree.syncFiles(fresh.map(\.path)) }
        try tree.syncDisk()
        known.withLock { $0.until = wall - Self.tick }
    }

    /// A look has found something new, or something that was moved.
    func foundNames() { known.withLock { $0.hasNames = true } }

    /// Before anything is agreed on or asked for: what stands under a new name is there after a power cut, too, with all that
    /// it holds. What was moved here from elsewhere does not tell by its times that it is new.
    func makeNames(in tree: any FileTree) throws(LocalError) {
        guard known.withLock({ $0.hasNames }) else { return }
        try tree.syncDisk()
        known.withLock { $0.hasNames = false }
    }
}
