import Glibc
package import PannierCore

/// Folders that only this user may look into.
package enum PrivateFolder {
    /// Makes `path` and what is missing above it, 0700; an existing one is closed to others.
    /// - Throws: ``Problem`` `localWriteFailed` when it is not a folder, is someone else's, or cannot be made. A symbolic
    ///   link as the last part is refused: in a shared folder anyone could have put it there.
    package static func make(_ path: String) throws(Problem) {
        do throws(SystemCallError) {
            try makeMissing(path)
            try check(path)
        } catch {
            throw error.problem
        }
    }

    private static func makeMissing(_ path: String) throws(SystemCallError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw SystemCallError(call: "mkdir", path: path, number: errno)
        }
        try makeMissing(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw SystemCallError(call: "mkdir", path: path, number: errno)
        }
    }

    private static func check(_ path: String) throws(SystemCallError) {
        var status = stat()
        _ = try systemCall("lstat", path) { lstat(path, &status) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw SystemCallError(call: "open", path: path, number: ENOTDIR)
        }
        guard status.st_uid == geteuid() else {
            throw SystemCallError(call: "open", path: path, number: EACCES)
        }
        if status.st_mode & 0o077 != 0 {
            _ = try systemCall("chmod", path) { chmod(path, 0o700) }
        }
    }
}
