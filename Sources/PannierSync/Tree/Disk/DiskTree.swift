import CLinux
import Glibc
package import PannierCore
package import PannierTransfer
import Synchronization

/// The synced folder on a real disk.
///
/// It is opened once, and everything is reached through that descriptor: whatever comes to stand at its path later, a link,
/// another folder or another disk, is never touched (``presence()`` tells of it). While it is open, its file system cannot
/// be unmounted. Every call goes down from there anew (openat2), to the folder that holds its last name, and then acts on
/// that name in that folder alone; nothing is kept open between calls, for a folder that is moved meanwhile leads elsewhere.
package final class DiskTree: FileTree {
    let path: LocalPath
    let root: Descriptor
    let identity: TreeIdentity
    let durability: Durability
    private let readEntry: FolderReader.Reading
    let unsynced = Mutex(UnsyncedFolders())

    /// A folder that holds something, and the name there.
    struct Place {
        let folder: Descriptor
        let folderPath: TreePath
        let identity: TreeIdentity
        let name: LocalPath
    }

    /// - Parameters:
    ///   - path: absolute; links in it are followed, for the person named it.
    ///   - durability: tests watch it and let it fail; so with `readEntry`, which is `readdir`.
    package init(
        _ path: LocalPath, durability: Durability = Durability(),
        readEntry: @escaping FolderReader.Reading = { readdir($0) }
    ) throws(LocalError) {
        self.path = path
        root = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        identity = try TreeStatus.of(root).identity
        self.durability = durability
        self.readEntry = readEntry
    }

    // MARK: - The way

    /// - Parameter flags: with `O_PATH` it takes no more than the right to search the folders on the way.
    func openFolder(
        _ path: TreePath, _ flags: Int32
    ) throws(LocalError) -> (folder: Descriptor, identity: TreeIdentity) {
        if path.isEmpty, flags == pannier_o_path { return (root, identity) }
        let folder = try root.open(beneath: path, flags | O_DIRECTORY, onDisk: true)
        let found = try TreeStatus.of(folder).identity
        // A subvolume is no mount, and yet nothing can be moved into it.
        guard found.device == identity.device else { throw LocalError(EXDEV) }
        return (folder, found)
    }

    func place(_ parts: TreePathParts) throws(LocalError) -> Place {
        let path = TreePath(parts.parent)
        let (folder, identity) = try openFolder(path, pannier_o_path)
        return Place(
            folder: folder, folderPath: path, identity: identity, name: LocalPath(bytes: Array(parts.name)))
    }

    /// - Returns: nil when a folder on the way is missing, or is no folder.
    func placeIfThere(_ parts: TreePathParts) throws(LocalError) -> Place? {
        do throws(LocalError) {
            return try place(parts)
        } catch  where error.code == ENOENT || error.code == ENOTDIR {
            return nil
        }
    }

    func status(at place: Place) throws(LocalError) -> TreeStatus? {
        // `withCString` rethrows, and the type of the error is lost there.
        let found = place.name.withCString { name in
            Result { () throws(LocalError) in try TreeStatus.of(name, in: place.folder, device: identity.device) }
        }
        return try found.get()
    }

    // MARK: - Looking

    package func status(_ path: TreePath) throws(LocalError) -> TreeStatus? {
        let parts = try TreePathParts(path)
        if parts.name.isEmpty { return try TreeStatus.of(root) }
        guard let place = try placeIfThere(parts) else { return nil }
        return try status(at: place)
    }

    package func list(
        _ folder: TreePath, _ body: (_ name: [UInt8], _ status: TreeStatus) -> Void
    ) throws(LocalError) {
        _ = try TreePathParts(folder)
        let (folder, identity) = try openFolder(folder, O_RDONLY)
        var reader = try folder.reader(readEntry)
        while let entry = try Self.next(&reader) {
            guard let status = try TreeStatus.of(entry.pointer, in: folder, device: identity.device) else { continue }
            body(entry.name, status)
        }
    }

    private static func next(_ reader: inout FolderReader) throws(LocalError) -> FolderReader.Entry? {
        do throws(FolderReader.Failure) {
            return try reader.next()
        } catch {
            throw LocalError(error.code)
        }
    }

    package func presence() -> TreePresence {
        do throws(LocalError) {
            let found = try TreeStatus.of(try Descriptor.open(path, pannier_o_path | O_DIRECTORY))
            return found.identity == identity ? .there : .replaced
        } catch {
            return [ENOENT, ENOTDIR, ELOOP].contains(error.code) ? .missing : .unknown(error)
        }
    }
}
