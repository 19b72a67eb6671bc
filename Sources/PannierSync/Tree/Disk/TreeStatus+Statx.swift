import CLinux
import Glibc
import PannierTransfer

extension TreeStatus {
    /// What stands under a name of an open folder, in a tree that ends where another device begins.
    /// - Parameter name: ends with a NUL.
    /// - Returns: nil when nothing does.
    static func of(
        _ name: UnsafePointer<CChar>, in folder: Descriptor, device: UInt64
    ) throws(LocalError) -> TreeStatus? {
        var found = pannier_statx()
        guard pannier_statx(folder.number, name, &found) == 0 else {
            if errno == ENOENT { return nil }
            throw LocalError(errno)
        }
        let status = TreeStatus(found)
        // Kernels before 5.8 tell no mounts, and none tells subvolumes of btrfs, which are devices of their own. The device
        // of a file says nothing: overlayfs gives files others than their folder's.
        let isEnd = found.is_mount_root != 0 || status.kind == .folder && found.device != device
        guard isEnd else { return status }
        return TreeStatus(
            kind: .mount, identity: status.identity, modified: status.modified, changed: status.changed)
    }

    /// What is open.
    static func of(_ open: Descriptor) throws(LocalError) -> TreeStatus {
        var found = pannier_statx()
        try LocalError.check(pannier_statx(open.number, "", &found))
        return TreeStatus(found)
    }

    private init(_ found: pannier_statx) {
        let identity = TreeIdentity(
            device: found.device, inode: found.inode, birth: found.has_birth == 0 ? nil : found.birth)
        switch found.mode & UInt32(S_IFMT) {
        case UInt32(S_IFDIR):
            self.init(kind: .folder, identity: identity, modified: found.modified, changed: found.changed)
        case UInt32(S_IFREG):
            self.init(
                kind: .file, identity: identity, links: Int(found.links), size: found.size, modified: found.modified,
                changed: found.changed, isExecutable: found.mode & UInt32(S_IXUSR) != 0)
        case UInt32(S_IFLNK):
            self.init(kind: .link, identity: identity, modified: found.modified, changed: found.changed)
        default:
            self.init(kind: .other, identity: identity, modified: found.modified, changed: found.changed)
        }
    }
}
