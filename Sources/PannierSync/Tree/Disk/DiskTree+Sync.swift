import Glibc
package import PannierTransfer
import Synchronization

extension DiskTree {
    /// Up to this many folders are made durable one by one, more of them with all of the disk at once. On ext4 a folder
    /// costs a flush of the disk, 0.1 ms on the disk that this was measured on and some ms on others; the disk as a whole
    /// costs 0.1 to 3 ms when nobody has written anything, and 35 ms with 64 MiB of another program's that wait.
    static let fewFolders = 64

    /// Remembers which folder it was that is to be made durable.
    func note(_ place: Place) {
        unsynced.withLock { $0.note(place.folderPath, place.identity) }
    }

    package func sync(_ folders: [TreePath]) throws(LocalError) {
        for folder in folders { _ = try TreePathParts(folder) }
        let changed = unsynced.withLock { $0.take(folders) }
        guard changed.count <= Self.fewFolders else { return try durability.disk(root) }
        for (path, known) in changed {
            guard let folder = openUnmoved(path, known) else { return try durability.disk(root) }
            do throws(LocalError) {
                try durability.file(folder)
            } catch  where error.code == EINVAL {
                // A file system whose folders cannot be asked for: nothing has failed.
                return try durability.disk(root)
            }
        }
    }

    package func syncFiles(_ paths: [TreePath]) throws(LocalError) {
        for path in paths {
            let parts = try TreePathParts(path)
            guard !parts.name.isEmpty, let place = try placeIfThere(parts), let file = try openFile(at: place) else {
                continue
            }
            try durability.file(file)
        }
        try sync(Set(paths.flatMap(\.foldersAbove)).sorted { $0.lexicographicallyPrecedes($1) })
    }

    package func syncDisk() throws(LocalError) { try durability.disk(root) }

    /// - Returns: nil when the folder that was changed is not to be had there any more, whatever keeps it away: then only
    ///   all of the disk will do.
    private func openUnmoved(_ path: TreePath, _ known: UnsyncedFolders.Folder) -> Descriptor? {
        guard known != .uncertain, let opened = try? openFolder(path, O_RDONLY) else { return nil }
        if case .one(let identity) = known, identity != opened.identity { return nil }
        return opened.folder
    }
}
