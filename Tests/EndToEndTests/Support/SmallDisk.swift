import ChildPrograms
import Foundation
import Testing

/// A file system in memory that is soon full: of bytes, or of files. Needs root, or sudo that does not ask.
struct SmallDisk: Sendable {
    let folder: URL

    /// Whether one can be made here. Where everything must run, the tests try it anyway, and fail.
    static let isPossible: Bool = {
        if Products.mustRunAll { return true }
        let folder = FileManager.default.temporaryDirectory.appending(path: "pannier-e2e-\(UUID().uuidString)")
        guard let disk = try? SmallDisk(at: folder, bytes: 1 << 20) else { return false }
        disk.end()
        try? FileManager.default.removeItem(at: folder)
        return true
    }()

    /// - Parameter files: how many there may be, folders included.
    init(at folder: URL, bytes: Int, files: Int = 100_000) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try mount(0, bytes, files)
    }

    func grow(to bytes: Int, files: Int = 100_000) throws { try mount(UInt(MS_REMOUNT), bytes, files) }

    /// - Parameters:
    ///   - name: of the file that fills it.
    ///   - pages: how many stay free.
    /// - Returns: what fills it; removed, there is room again.
    func fill(_ name: String, leaving pages: Int) throws -> URL {
        let file = folder.appending(path: name)
        let descriptor = open(file.path(percentEncoded: false), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Missed(what: "\(name): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 1, count: 4_096)
        var count = 0
        while write(descriptor, page, page.count) == page.count { count += 1 }
        guard errno == ENOSPC, ftruncate(descriptor, off_t(max(0, count - pages) * page.count)) == 0 else {
            throw Missed(what: "not filled: \(String(cString: strerror(errno)))")
        }
        return file
    }

    /// What is on it is seen there, too.
    func show(at place: URL) throws {
        let target = place.path(percentEncoded: false)
        let isDone =
            geteuid() == 0
            ? Glibc.mount(path, target, nil, UInt(MS_BIND), nil) == 0 : Self.sudo("mount", "--bind", path, target)
        guard isDone else { throw Missed(what: "nothing can be shown at \(target)") }
    }

    /// It is taken off, although it may be used.
    static func hide(_ place: URL) throws {
        let target = place.path(percentEncoded: false)
        let isDone = geteuid() == 0 ? umount2(target, Int32(MNT_DETACH)) == 0 : sudo("umount", "--lazy", target)
        guard isDone else { throw Missed(what: "\(target) cannot be taken off") }
    }

    func end() {
        // What is still open on it goes when it is closed.
        if geteuid() == 0 { umount2(path, Int32(MNT_DETACH)) } else { _ = Self.sudo("umount", "--lazy", path) }
    }

    private var path: String { folder.path(percentEncoded: false) }

    private func mount(_ flags: UInt, _ bytes: Int, _ files: Int) throws {
        let options = "size=\(bytes),nr_inodes=\(files),mode=700,uid=\(getuid()),gid=\(getgid())"
        if geteuid() == 0 {
            guard Glibc.mount("tmpfs", path, "tmpfs", flags, options) != 0 else { return }
            throw Missed(what: "no file system can be mounted at \(path): \(String(cString: strerror(errno)))")
        }
        let all = (flags == 0 ? "" : "remount,") + options
        guard Self.sudo("mount", "-t", "tmpfs", "-o", all, "tmpfs", path) else {
            throw Missed(what: "no file system can be mounted at \(path): neither root nor sudo")
        }
    }

    private static func sudo(_ arguments: String...) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        let program = try? ChildProgram(
            "/usr/bin/env", ["sudo", "-n"] + arguments, environment: ["PATH": path], output: "/dev/null",
            errors: "/dev/null")
        return program?.endBlocking() == 0
    }
}
