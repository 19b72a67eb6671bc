internal import CLinux
internal import Glibc

/// The calls that make things durable. Values, so that tests watch them and let them fail.
struct Durability: Sendable {
    /// One file with its bytes, or one folder with its names.
    var file: @Sendable (Descriptor) throws(LocalError) -> Void = { file throws(LocalError) in
        try LocalError.check(fsync(file.number))
    }
    /// Everything on the file system that holds this.
    var disk: @Sendable (Descriptor) throws(LocalError) -> Void = { file throws(LocalError) in
        try LocalError.check(pannier_syncfs(file.number))
    }
}

/// What tells files and folders apart, whatever their names.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
}

extension Descriptor {
    func identity() throws(LocalError) -> FileIdentity {
        let status = try status()
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
