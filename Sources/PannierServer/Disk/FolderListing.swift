import Glibc

/// Names of a folder's entries, without `.` and `..`.
enum FolderListing {
    static func names(in folder: Descriptor) throws(SystemCallError) -> [String] {
        let copy = try systemCall("dup", folder.path) { fcntl(folder.number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw SystemCallError("fdopendir", folder.path, code: code)
        }
        defer { closedir(stream) }
        rewinddir(stream)
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        if errno != 0 { throw SystemCallError("readdir", folder.path) }
        return names
    }
}
