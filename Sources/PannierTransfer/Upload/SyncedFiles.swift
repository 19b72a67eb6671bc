internal import CLinux
internal import Glibc
internal import PannierCore
internal import PannierMirror

/// Opens files of the synced folder where they stand at that moment: since they were queued they may have been moved.
/// No link is followed, and no other file system entered. Belongs to the reader; blocks.
struct SyncedFiles: Sendable {
    private let folder: LocalPath
    private let find: @Sendable (LocalID) throws(Problem) -> SyncedFilePlace?
    /// Opened once: whatever comes to stand at its path later is not read.
    private var opened: Descriptor?

    /// - Parameters:
    ///   - folder: the synced folder, absolute.
    ///   - find: where a file stands as far as is known.
    init(_ folder: LocalPath, find: @escaping @Sendable (LocalID) throws(Problem) -> SyncedFilePlace?) {
        self.folder = folder
        self.find = find
    }

    /// - Parameter shown: where it was, for people.
    /// - Throws: ``Problem`` `notFound` when it is not there, or another file is: that is seen when the folder is looked at.
    mutating func open(_ local: LocalID, _ shown: LocalPlace) throws(Problem) -> (file: Descriptor, place: LocalPlace) {
        guard let found = try find(local) else { throw .gone(shown) }
        let place = LocalPlace(folder, below: found.path)
        let file: Descriptor?
        do throws(LocalError) {
            file = try open(found)
        } catch {
            throw Self.isOfChange(error) ? .gone(place) : error.reading(place.description)
        }
        guard let file else { throw .gone(place) }
        return (file, place)
    }

    /// - Returns: nil when it is not the file that is known. Opening a device can do things, so that is seen first.
    private mutating func open(_ found: SyncedFilePlace) throws(LocalError) -> Descriptor? {
        let slash = found.path.lastIndex(of: UInt8(ascii: "/"))
        let parent = try root().open(
            beneath: slash.map { Array(found.path[..<$0]) } ?? [], pannier_o_path | O_DIRECTORY, onDisk: true)
        let name = slash.map { Array(found.path[($0 + 1)...]) } ?? found.path
        guard let status = try parent.status(ofChild: name), status.isRegular else { return nil }
        let file = try parent.open(beneath: name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, onDisk: true)
        return UInt64(try file.status().st_ino) == found.inode ? file : nil
    }

    /// Makes durable what was read so far: what is not durable is not sent, for after a power cut its absence would pass for a
    /// deletion, and an empty file for a new content.
    mutating func makeDurable() throws(Problem) {
        do throws(LocalError) {
            try Durability().disk(try root())
        } catch {
            throw error.reading(folder.description)
        }
    }

    private mutating func root() throws(LocalError) -> Descriptor {
        if let opened { return opened }
        let folder = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        opened = folder
        return folder
    }

    /// Something else stands there by now.
    private static func isOfChange(_ error: LocalError) -> Bool {
        [ENOENT, ENOTDIR, ELOOP, EXDEV, EISDIR, ENXIO].contains(error.code)
    }
}

extension Problem {
    fileprivate static func gone(_ place: LocalPlace) -> Problem {
        Problem(
            .notFound, "“\(place)” is not there any more, or another file is.",
            detail: "The synced folder is looked at again.", status: 0)
    }
}
