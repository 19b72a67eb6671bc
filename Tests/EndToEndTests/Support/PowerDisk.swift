import ChildPrograms
import Foundation
import Glibc
import Testing

/// A real file system in a file, whose power can be cut: what was not made durable is gone then. Needs root, loop devices
/// and xfsprogs.
struct PowerDisk: Sendable {
    enum Kind: String, CaseIterable, Sendable { case ext4, xfs }

    let folder: URL
    private let image: URL
    private let kind: Kind

    /// Whether one can be made here. Where everything must run, the tests try it anyway, and fail.
    static let isPossible: Bool = {
        if Products.mustRunAll { return true }
        let folder = FileManager.default.temporaryDirectory.appending(path: "pannier-e2e-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for kind in Kind.allCases {
                let image = folder.appending(path: "\(kind.rawValue).image")
                let disk = try PowerDisk(kind, in: image, at: folder.appending(path: kind.rawValue))
                defer { disk.end() }
                try disk.cut()
            }
            return true
        } catch {
            print("power cuts are left out: \(error)")
            return false
        }
    }()

    /// - Parameters:
    ///   - image: the file that it lies in.
    ///   - folder: where it is mounted.
    init(_ kind: Kind, in image: URL, at folder: URL) throws {
        (self.kind, self.image, self.folder) = (kind, image, folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: image)
        guard truncate(Self.path(image), 320 << 20) == 0 else { throw Missed(what: "no image at \(Self.path(image))") }
        try Self.run("mkfs.\(kind.rawValue)", "-q", Self.path(image))
        try mount()
        try Self.run("chown", "\(getuid()):\(getgid())", Self.path(folder))
        try Self.run("chmod", "700", Self.path(folder))
    }

    private func mount() throws {
        // XFS does not take a copy of a disk that somebody still has.
        let options = kind == .xfs ? "loop,nouuid" : "loop"
        try Self.run("mount", "-o", options, Self.path(image), Self.path(folder))
    }

    /// From now on nothing reaches the disk, and nothing can be read from it. What uses it must be ended before ``restart()``.
    func cut() throws { try Self.run("xfs_io", "-x", "-c", "shutdown", Self.path(folder)) }

    /// Mounts what had reached the disk by then, once nobody uses it any more: a copy, since whoever has a mount of his own
    /// (another namespace) keeps the old one alive, and may write to it still.
    func restart() throws {
        try Self.run("umount", "--lazy", Self.path(folder))
        let copy = Self.path(image) + ".copy"
        try Self.run("cp", "--sparse=always", Self.path(image), copy)
        guard rename(copy, Self.path(image)) == 0 else {
            throw Missed(what: "rename: \(String(cString: strerror(errno)))")
        }
        try mount()
    }

    func end() { try? Self.run("umount", "--lazy", Self.path(folder)) }

    private static func path(_ url: URL) -> String { url.path(percentEncoded: false) }

    private static func run(_ arguments: String...) throws {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        let command = geteuid() == 0 ? arguments : ["sudo", "-n"] + arguments
        let program = try ChildProgram(
            "/usr/bin/env", command, environment: ["PATH": path], output: "/dev/null", errors: "/dev/null")
        guard program.endBlocking() == 0 else { throw Missed(what: "\(arguments.joined(separator: " ")) fails") }
    }
}
