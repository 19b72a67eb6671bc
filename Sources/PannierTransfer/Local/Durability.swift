internal import CLinux
internal import Glibc

/// The calls that make things durable. Values, so that tests watch them and let them fail.
package struct Durability: Sendable {
    /// One file with its bytes, or one folder with its names.
    package var file: @Sendable (Descriptor) throws(LocalError) -> Void
    /// Everything on the file system that holds this.
    package var disk: @Sendable (Descriptor) throws(LocalError) -> Void

    package init(
        file: @escaping @Sendable (Descriptor) throws(LocalError) -> Void = { file throws(LocalError) in
            try LocalError.check(fsync(file.number))
        },
        disk: @escaping @Sendable (Descriptor) throws(LocalError) -> Void = { file throws(LocalError) in
            try LocalError.check(pannier_syncfs(file.number))
        }
    ) {
        self.file = file
        self.disk = disk
    }
}

/// What tells files and folders apart, whatever their names.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
}

extension Descriptor {
    func identity() throws(LocalError) -> FileIdentity {
        try status().identity
    }
}

extension stat {
    var identity: FileIdentity { FileIdentity(device: UInt64(st_dev), inode: UInt64(st_ino)) }
}
