import Glibc
import PannierCore
package import PannierSync
package import PannierTransfer

/// The synced folder of a simulated disk, as one process has it open.
///
/// Used by one thread, hence the unchecked sendability.
package final class SimulatedTree: FileTree, @unchecked Sendable {
    package let disk: SimulatedDisk
    let root: ObjectID
    /// The folders in which names were changed, by the path that they had then.
    var unsynced: [TreePath: Set<ObjectID>] = [:]
    /// Called before each look and each change: what others do meanwhile, or the end of this process.
    package var meanwhile: () throws(LocalError) -> Void = {}
    /// What was looked at last.
    package internal(set) var looked: TreePath = []

    /// - Throws: `ENOENT` when the folder is not there.
    package init(_ disk: SimulatedDisk) throws(LocalError) {
        self.disk = disk
        guard let root = disk.root else { throw LocalError(ENOENT) }
        self.root = root
    }

    func place(named path: TreePath) throws(LocalError) -> DiskPlace {
        try disk.place(try TreePathParts(named: path), in: root)
    }

    /// - Returns: nil when a folder on the way is missing, or is no folder.
    func placeIfThere(_ parts: TreePathParts) throws(LocalError) -> DiskPlace? {
        do throws(LocalError) {
            return try disk.place(parts, in: root)
        } catch  where error.code == ENOENT || error.code == ENOTDIR {
            return nil
        }
    }

    // MARK: Looking

    package func presence() -> TreePresence {
        guard let folder = disk.root else { return .missing }
        return folder == root ? .there : .replaced
    }

    package func status(_ path: TreePath) throws(LocalError) -> TreeStatus? {
        let parts = try TreePathParts(path)
        try meanwhile()
        looked = path
        if parts.name.isEmpty { return disk.status(root) }
        return try placeIfThere(parts)?.object.flatMap { disk.status($0) }
    }

    package func list(
        _ folder: TreePath, _ body: (_ name: [UInt8], _ status: TreeStatus) -> Void
    ) throws(LocalError) {
        _ = try TreePathParts(folder)
        try meanwhile()
        looked = folder
        let folder = try disk.folder(folder, in: root)
        let names = disk.names.names(in: folder)
        let end = try disk.faults.listEnd(of: names.count)
        for (index, name) in names.enumerated() {
            if index == end { throw LocalError(EIO) }
            let object = disk.names[DiskSlot(folder: folder, name: name)]
            if let object, let status = disk.status(object) { body(name, status) }
        }
        if end == names.count { throw LocalError(EIO) }
    }
}
