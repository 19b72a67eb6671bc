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
