internal import CLinux
package import Glibc
package import PannierCore

/// An open file or folder; closed when the last owner lets go of it.
package final class Descriptor: Sendable {
    package let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens a folder or file by its path, following links: the person named it.
    /// - Parameter mode: of a file that is made; nothing is made without one, for nobody but root could open it again.
    package static func open(_ path: LocalPath, _ flags: Int32, mode: UInt32? = nil) throws(LocalError) -> Descriptor {
        precondition(mode != nil || flags & O_CREAT == 0, "A file is made without a mode.")
        return try LocalError.retrying { path.withCString { Glibc.open($0, flags | O_CLOEXEC, mode ?? 0) } }
    }

    /// Opens what lies beneath this folder, following no link on the way.
    /// - Parameters:
    ///   - path: names joined by slashes; empty opens the folder itself again.
    ///   - mode: as of ``open(_:_:mode:)``.
    ///   - onDisk: no other file system or mount is entered either, `EXDEV` says.
    package func open(
        beneath path: [UInt8], _ flags: Int32, mode: UInt32? = nil, onDisk: Bool = false
    ) throws(LocalError) -> Descriptor {
        precondition(mode != nil || flags & O_CREAT == 0, "A file is made without a mode.")
        let path = LocalPath(bytes: path.isEmpty ? [UInt8(ascii: ".")] : path)
        let open = onDisk ? pannier_open_beneath_on_disk : pannier_open_beneath
        return try LocalError.retrying { path.withCString { open(number, $0, flags | O_CLOEXEC, mode ?? 0) } }
    }

    /// The state of the open file.
    package func status() throws(LocalError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw LocalError(errno) }
        return status
    }

    /// The state of a direct child, or of what a link is itself; nil if there is none.
    package func status(ofChild name: [UInt8]) throws(LocalError) -> stat? {
        var status = stat()
        guard LocalPath(bytes: name).withCString({ fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            if errno == ENOENT { return nil }
            throw LocalError(errno)
        }
        return status
    }

    /// Sets a file's date, and leaves the time of its last reading as it is.
    package func set(modified: Nanoseconds) throws(LocalError) {
        let (seconds, rest) = modified.quotientAndRemainder(dividingBy: 1_000_000_000)
        // Before 1970 the rest is negative, and a timespec's must not be.
        let date =
            rest < 0
            ? timespec(tv_sec: Int(seconds - 1), tv_nsec: Int(rest + 1_000_000_000))
            : timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
        let times = [timespec(tv_sec: 0, tv_nsec: Self.omitted), date]
        try LocalError.check(futimens(number, times))
    }

    /// UTIME_OMIT, a macro that Swift does not see: leave this time as it is.
    private static let omitted = (1 << 30) - 2

    /// Reads this folder from its first entry.
    /// - Parameter reading: `readdir`; tests let it fail.
    package func reader(_ reading: @escaping FolderReader.Reading = { readdir($0) }) throws(LocalError) -> FolderReader
    {
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
    package var isFolder: Bool { kind == S_IFDIR }
    package var isRegular: Bool { kind == S_IFREG }
    var isExecutable: Bool { st_mode & S_IXUSR != 0 }
    package var modified: Nanoseconds { Self.nanoseconds(st_mtim) }
    package var changed: Nanoseconds { Self.nanoseconds(st_ctim) }

    /// Saturates: file systems know years that nanoseconds in 64 bits do not.
    private static func nanoseconds(_ time: timespec) -> Nanoseconds {
        let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return time.tv_sec < 0 ? .min : .max }
        let (sum, overflowAgain) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
        return overflowAgain ? .max : sum
    }
}
