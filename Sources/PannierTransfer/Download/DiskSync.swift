internal import CLinux
internal import Glibc

/// How bytes and names become durable. A value, so that tests can let it fail.
///
/// None of these is called again after a failure for what it was to make durable, not even after a signal: the kernel may
/// have thrown the bytes away, and would then say that all is well (fsync(2)). What was to become durable is thrown away
/// instead.
struct DiskSync: Sendable {
    /// A file's bytes, length and time.
    var file: @Sendable (Descriptor) throws(LocalError) -> Void
    /// A folder's entries.
    var folder: @Sendable (Descriptor) throws(LocalError) -> Void
    /// Everything on the disk that holds this folder.
    var disk: @Sendable (Descriptor) throws(LocalError) -> Void

    static let kernel = DiskSync(
        file: { (file) throws(LocalError) in try LocalError.check(fsync(file.number)) },
        folder: { (folder) throws(LocalError) in try LocalError.check(fsync(folder.number)) },
        disk: { (folder) throws(LocalError) in try LocalError.check(pannier_syncfs(folder.number)) })
}
