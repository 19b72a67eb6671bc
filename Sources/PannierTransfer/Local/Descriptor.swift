internal import CLinux
internal import Glibc
internal import PannierCore

/// An open file or folder; closed when the last owner lets go of it.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens a folder or file by its path, following links: the person named it.
    static func open(_ path: LocalPath, _ flags: Int32) throws(LocalError) -> Descriptor {
        try LocalError.retrying { path.withCString { Glibc.open($0, flags | O_CLOEXEC) } }
    }

    /// Opens what lies beneath this folder, following no link on the way.
    /// - Parameter path: names joined by slashes; empty opens the folder itself again.
    func open(beneath path: [UInt8], _ flags: Int32, mode: UInt32 = 0) throws(LocalError) -> Descriptor {
        let path = LocalPath(bytes: path.isEmpty ? [UInt8(ascii: ".")] : path)
        return try LocalError.retrying {
            path.withCString { pannier_open_beneath(number, $0, flags | O_CLOEXEC, mode) }
        }
    }

    /// The state of the open file.
    func status() throws(LocalError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw LocalError(errno) }
        return status
    }

    /// The state of a direct child, or of what a link is itself; nil if there is none.
    func status(ofChild name: [UInt8]) throws(LocalError) -> stat? {
        var status = stat()
        guard LocalPath(bytes: name).withCString({ fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            if errno == ENOENT { return nil }
            throw LocalError(errno)
        }
        return status
    }

    /// Reads this folder from its first entry.
    /// - Parameter reading: `readdir`; tests let it fail.
    func reader(_ reading: @escaping FolderReader.Reading = { readdir($0) }) throws(LocalError) -> FolderReader {
        do throws(FolderReader.Failure) {
            return try FolderReader(number, reading: reading)
        } catch {
            throw LocalError(error.code)
        }
    }

    /// - Parameter body: answers whether to go on.
    func eachChild(_ body: (FolderReader.Entry) -> Bool) throws(LocalError) {
        var reader = try reader()
        do throws(FolderReader.Failure) {
            while let entry = try reader.next(), body(entry) {}
        } catch {
            throw LocalError(error.code)
        }
    }

    /// Whether a direct child of that name is there, or may be: when the kernel does not tell.
    func hasChild(_ name: [UInt8]) -> Bool {
        do throws(LocalError) {
            return try status(ofChild: name).map { _ in true } ?? false
        } catch {
            return true
        }
    }
}

extension stat {
    var kind: mode_t { st_mode & S_IFMT }
    var isFolder: Bool { kind == S_IFDIR }
    var isRegular: Bool { kind == S_IFREG }
    var isExecutable: Bool { st_mode & S_IXUSR != 0 }
    var modified: Nanoseconds { Self.nanoseconds(st_mtim) }
    var changed: Nanoseconds { Self.nanoseconds(st_ctim) }

    /// Saturates: file systems know years that nanoseconds in 64 bits do not.
    private static func nanoseconds(_ time: timespec) -> Nanoseconds {
        let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return time.tv_sec < 0 ? .min : .max }
        let (sum, overflowAgain) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
        return overflowAgain ? .max : sum
    }
}
