import Glibc
import PannierCore
import PannierSync
import PannierTransfer

/// A name in a folder that was found, and what stands under it.
struct DiskPlace {
    var slot: DiskSlot
    /// Nil: nothing.
    var object: ObjectID?
}

extension SimulatedDisk {
    /// Goes down to a name, as the kernel does it without following links.
    /// - Throws: `ENOENT`, `ENOTDIR`, `ELOOP`, `EXDEV` or `ENAMETOOLONG`.
    func place(_ parts: TreePathParts, in root: ObjectID) throws(LocalError) -> DiskPlace {
        let slot = DiskSlot(folder: try folder(Array(parts.parent), in: root), name: Array(parts.name))
        try Self.check(slot.name)
        return DiskPlace(slot: slot, object: names[slot])
    }

    func folder(_ path: TreePath, in root: ObjectID) throws(LocalError) -> ObjectID {
        var folder = root
        for name in path.split(separator: UInt8(ascii: "/")) {
            let name = Array(name)
            try Self.check(name)
            guard let next = names[DiskSlot(folder: folder, name: name)], let found = objects[next] else {
                throw LocalError(ENOENT)
            }
            switch found.kind {
            case .folder where found.isCovered: throw LocalError(EXDEV)
            case .folder: folder = next
            case .link: throw LocalError(ELOOP)
            case .file, .pipe: throw LocalError(ENOTDIR)
            }
        }
        return folder
    }

    private static func check(_ name: [UInt8]) throws(LocalError) {
        if name.count > Limits.nameBytes { throw LocalError(ENAMETOOLONG) }
    }

    /// Of every file system that is mounted over a folder.
    private static let top = TreeIdentity(device: 2, inode: 1, birth: 0)

    func status(_ object: ObjectID) -> TreeStatus? {
        guard let found = objects[object] else { return nil }
        let isFile = found.kind == .file
        let kind: TreeStatus.Kind =
            switch found.kind {
            case .folder: found.isCovered ? .mount : .folder
            case .file: .file
            case .link: .link
            case .pipe: .other
            }
        return TreeStatus(
            kind: kind,
            identity: kind == .mount ? Self.top : TreeIdentity(device: 1, inode: found.inode, birth: found.birth),
            links: isFile ? names.links[object] ?? 0 : 1, size: isFile ? Int64(found.state.bytes.count) : 0,
            modified: found.state.modified, changed: found.state.changed,
            isExecutable: isFile && found.state.isExecutable)
    }

    // MARK: Renaming

    enum Renaming { case noReplace, replace, exchange }

    /// The checks in the kernel's order.
    func rename(_ from: DiskPlace, _ to: DiskPlace, _ how: Renaming) throws(LocalError) {
        guard let object = from.object else { throw LocalError(ENOENT) }
        if how == .noReplace, to.object != nil { throw LocalError(EEXIST) }
        if how == .exchange, to.object == nil { throw LocalError(ENOENT) }
        if names.isInside(to.slot.folder, object) { throw LocalError(EINVAL) }
        for object in [from.object, to.object] {
            if let object, objects[object]?.isCovered == true { throw LocalError(EBUSY) }
        }
        if let other = to.object {
            if names.isInside(from.slot.folder, other) { throw LocalError(how == .exchange ? EINVAL : ENOTEMPTY) }
            if how == .replace {
                // Two names of one file: nothing is done.
                if other == object { return }
                guard isFolder(object) == isFolder(other) else { throw LocalError(isFolder(other) ? EISDIR : ENOTDIR) }
                guard names.isEmpty(other) else { throw LocalError(ENOTEMPTY) }
            }
        }
        if from.slot == to.slot { return }
        let isExchange = how == .exchange
        change(
            [
                .init(slot: from.slot, old: object, new: isExchange ? to.object : nil),
                .init(slot: to.slot, old: to.object, new: object),
            ], .movedAway(0))
    }
}
