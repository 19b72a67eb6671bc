import CLinux
import Glibc
import PannierCore
package import PannierTransfer

extension DiskTree {
    package func copyAccess(from other: TreePath, to path: TreePath) throws(LocalError) {
        let (from, to) = (try place(try TreePathParts(named: other)), try place(try TreePathParts(named: path)))
        let wanted = try fileStatus(at: from)
        guard let file = try openFile(at: to) else { throw LocalError(try status(at: to) == nil ? ENOENT : EINVAL) }
        let own = try file.status()
        var mode = wanted.st_mode & 0o666
        // Root alone can give a file away, and keeps it the person's; others keep it.
        if own.st_uid != wanted.st_uid { _ = fchown(file.number, wanted.st_uid, gid_t.max) }
        // What one group may do is not for another one.
        if own.st_gid != wanted.st_gid, fchown(file.number, uid_t.max, wanted.st_gid) != 0 { mode &= ~0o070 }
        // With an access list the group's part of a mode is the most that anybody in the list may do: without that list it
        // would be the group's.
        let (list, ownList) = (accessList(at: from), accessList(at: to))
        let isListSame = list != nil && list == ownList
        if !isListSame, !setAccessList(list ?? [], of: file) || list == nil { mode &= ~0o070 }
        if own.st_mode & S_IXUSR != 0 { mode |= S_IXUSR | (mode & 0o444) >> 2 }
        let now = try file.status()
        if mode != now.st_mode & 0o7777 { try LocalError.check(fchmod(file.number, mode)) }
        let isSame = isListSame && mode == own.st_mode & 0o7777 && now.st_uid == own.st_uid && now.st_gid == own.st_gid
        if !isSame { try durability.file(file) }
    }

    /// The longest extended attribute of Linux, in bytes.
    private static let longestList = 64 << 10

    /// As the kernel keeps it; empty where there is none. Nil: nobody knows.
    private func accessList(at place: Place) -> [UInt8]? {
        var list = [UInt8](repeating: 0, count: Self.longestList)
        let length = place.name.withCString { name in
            pannier_access_list(place.folder.number, name, &list, Self.longestList)
        }
        return length < 0 ? nil : Array(list.prefix(length))
    }

    private func setAccessList(_ list: [UInt8], of file: Descriptor) -> Bool {
        pannier_set_access_list(file.number, list, list.count) == 0
    }

    private func fileStatus(at place: Place) throws(LocalError) -> stat {
        guard let status = try place.folder.status(ofChild: place.name.bytes) else { throw LocalError(ENOENT) }
        guard status.isRegular else { throw LocalError(EINVAL) }
        return status
    }
}
