import Foundation

/// Small files of a profile, for this user alone (0600). Blocks the thread, as all of this does.
enum PrivateFile {
    /// Nil: there is no such file.
    static func contents(of path: String) throws(SystemCallError) -> [UInt8]? {
        let descriptor: Int32
        do throws(SystemCallError) {
            descriptor = try systemCall("open", path) { open(path, O_RDONLY | O_CLOEXEC) }
        } catch  where error.number == ENOENT {
            return nil
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < largest {
            let count = try systemCall("read", path) { Glibc.read(descriptor, &block, block.count) }
            guard count > 0 else { break }
            bytes += block.prefix(count)
        }
        return bytes
    }

    /// Bytes; no such file is longer.
    private static let largest = 1 << 20

    /// Replaces what was there, durably, in one step: temp → fsync → rename → fsync of the folder.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemCallError) {
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = try systemCall("open", temporary) {
            open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        }
        do throws(SystemCallError) {
            defer { close(descriptor) }
            let written = try systemCall("write", temporary) { Glibc.write(descriptor, bytes, bytes.count) }
            guard written == bytes.count else {
                throw SystemCallError(call: "write", path: temporary, number: ENOSPC)
            }
            _ = try systemCall("fsync", temporary) { fsync(descriptor) }
        } catch {
            unlink(temporary)
            throw error
        }
        _ = try systemCall("rename", path) { rename(temporary, path) }
        try syncFolder(of: path)
    }

    static func syncFolder(of path: String) throws(SystemCallError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        let directory = try systemCall("open", folder) { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(directory) }
        _ = try systemCall("fsync", folder) { fsync(directory) }
    }
}
