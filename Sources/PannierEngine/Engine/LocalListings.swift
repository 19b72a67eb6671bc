import PannierCore
import PannierTransfer
import Synchronization

/// Folders of this machine by pages. A folder is read once for many pages, and again when something in it came or went,
/// or after some seconds in any case.
final class LocalListings: Sendable {
    private struct Kept {
        let folder: LocalPath
        let names: LocalNames
        let readAt: ContinuousClock.Instant
        var filter: RowFilter
        var places: [Int]
    }

    private let kept = Mutex<[Kept]>([])

    /// Two panes.
    private static let folders = 2
    /// Names that are kept of one folder; a larger one is read for each page.
    private static let names = 250_000
    /// Not every file system tells by its times that something changed.
    private static let time = Duration.seconds(10)

    /// Blocks.
    /// - Throws: ``Problem`` when the folder is not there or cannot be read, or its path is not absolute.
    func page(_ listing: LocalListing, start: Int, limit: Int) throws(Problem) -> LocalPage {
        var found: Kept
        if let known = known(listing.folder) { found = known } else { found = try read(listing) }
        if found.filter != listing.filter {
            found.filter = listing.filter
            found.places = found.names.places(listing.filter)
        }
        keep(found)
        let start = min(max(start, 0), found.places.count)
        let end = min(start + min(max(limit, 1), Limits.pageRows), found.places.count)
        return LocalPage(
            rows: try found.names.rows(found.places[start..<end]), start: start, total: found.places.count)
    }

    private func read(_ listing: LocalListing) throws(Problem) -> Kept {
        let readAt = ContinuousClock.now
        let names = try LocalNames(reading: listing.folder)
        return Kept(
            folder: listing.folder, names: names, readAt: readAt, filter: listing.filter,
            places: names.places(listing.filter))
    }

    private func known(_ folder: LocalPath) -> Kept? {
        let found = kept.withLock { kept in kept.first { $0.folder == folder } }
        guard let found, ContinuousClock.now - found.readAt < Self.time, found.names.isCurrent() else { return nil }
        return found
    }

    private func keep(_ found: Kept) {
        kept.withLock { kept in
            kept.removeAll { $0.folder == found.folder }
            if found.names.count <= Self.names { kept.insert(found, at: 0) }
            if kept.count > Self.folders { kept.removeLast() }
        }
    }
}
