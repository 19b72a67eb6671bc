import CLinux
import Glibc

/// What fstat(2) tells of an open file, as far as it is looked at here.
package struct FileStatus: Hashable, Sendable {
    package let isFile: Bool
    package let permissions: UInt32
    package let owner: UInt32
    /// In bytes.
    package let size: Int
}

/// An open file or folder; closed with its last owner.
package final class Descriptor: Sendable {
    package let number: Int32
    /// What was opened, for messages.
    package let path: String

    /// Takes over an open descriptor.
    package init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    /// Opens `path`; always close-on-exec.
    package convenience init(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(SystemCallError) {
        let number = try systemCall("open", path) { open(path, flags | O_CLOEXEC, mode) }
        self.init(owning: number, path: path)
    }

    /// Opens `name` below the folder `parent`; never follows a symbolic link at its end.
    package convenience init(
        at parent: Descriptor, _ name: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemCallError) {
        let path = "\(parent.path)/\(name)"
        let number = try systemCall("open", path) { openat(parent.number, name, flags | O_CLOEXEC | O_NOFOLLOW, mode) }
        self.init(owning: number, path: path)
    }

    /// As above; nil when there is nothing of this name.
    package static func ifPresent(
        at parent: Descriptor, _ name: String, _ flags: Int32
    ) throws(SystemCallError) -> Descriptor? {
        do {
            return try Descriptor(at: parent, name, flags)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    package static func folder(_ path: String) throws(SystemCallError) -> Descriptor {
        try Descriptor(path, O_RDONLY | O_DIRECTORY)
    }

    /// Writes all bytes at the file's position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemCallError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = try systemCall("write", path) { Glibc.write(number, part.baseAddress, part.count) }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads into `buffer` from `offset` on.
    /// - Returns: how many bytes were there; fewer than the buffer holds only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemCallError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let position = off_t(offset + filled)
            let count = try systemCall("pread", path) { pread(number, target.baseAddress, target.count, position) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Makes a file's bytes and length durable. After a failure nothing may be assumed of what was written, and a
    /// second call may falsely succeed (fsync(2)): throw the file away. So it is not even repeated after a signal.
    package func syncData() throws(SystemCallError) {
        guard fdatasync(number) == 0 else { throw SystemCallError("fdatasync", path) }
    }

    /// Makes a folder's entries durable, or a file and all its attributes. As ``syncData()``, never twice after a
    /// failure: throw away what was to become durable.
    package func sync() throws(SystemCallError) {
        guard fsync(number) == 0 else { throw SystemCallError("fsync", path) }
    }

    package func status() throws(SystemCallError) -> FileStatus {
        var status = pannier_file_status()
        try systemCall("fstat", path) { pannier_file_status(number, &status) }
        return FileStatus(
            isFile: status.mode & 0o170000 == 0o100000, permissions: status.mode & 0o7777, owner: status.owner,
            size: Int(status.size))
    }

    /// The whole file, which must not be larger than `limit` bytes.
    package func readAll(limit: Int) throws(SystemCallError) -> [UInt8] {
        let size = try status().size
        guard size <= limit else { throw SystemCallError("read", path, code: EFBIG) }
        var bytes = [UInt8](repeating: 0, count: size)
        var failure: SystemCallError?
        var count = 0
        bytes.withUnsafeMutableBytes { buffer in
            do throws(SystemCallError) { count = try read(into: buffer, at: 0) } catch { failure = error }
        }
        if let failure { throw failure }
        return Array(bytes.prefix(count))
    }
}
