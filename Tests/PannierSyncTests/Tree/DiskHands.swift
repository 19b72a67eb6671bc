import Foundation
import Glibc
import PannierCore
import PannierSync
import PannierTransfer
import Synchronization

/// A folder of one test's own on the disk, removed at its end.
final class DiskHands: TreeHands {
    /// What the next calls of the tree run into.
    private struct Faults {
        var failsSync = false
        /// Entries that are told before a listing fails.
        var listed: Int?
    }

    private let outer: String
    let disk: DiskTree
    private let faults: SharedFaults

    /// Shared with the closures of the tree.
    private final class SharedFaults: Sendable {
        let value = Mutex(Faults())
    }

    var tree: any FileTree { disk }
    var root: String { outer + "/folder" }

    init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/pannier-tree-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        outer = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try check(mkdir(outer + "/folder", 0o755))
        let faults = SharedFaults()
        self.faults = faults
        let durability = Durability(
            file: { file throws(LocalError) in
                try Self.fail(faults)
                try LocalError.check(fsync(file.number))
            },
            disk: { file throws(LocalError) in
                try Self.fail(faults)
                try Durability().disk(file)
            })
        disk = try DiskTree(LocalPath(outer + "/folder"), durability: durability) { Self.read($0, faults) }
    }

    deinit { try? FileManager.default.removeItem(atPath: outer) }

    private static func fail(_ faults: SharedFaults) throws(LocalError) {
        let fails = faults.value.withLock { faults in
            defer { faults.failsSync = false }
            return faults.failsSync
        }
        if fails { throw LocalError(EIO) }
    }

    private static func read(_ stream: OpaquePointer, _ faults: SharedFaults) -> UnsafeMutablePointer<dirent>? {
        guard let entry = readdir(stream) else { return nil }
        // `.` and `..` come at any place.
        if strncmp(&entry.pointee.d_name.0, ".", 1) == 0 { return entry }
        let fails = faults.value.withLock { faults in
            guard let left = faults.listed else { return false }
            faults.listed = left > 0 ? left - 1 : nil
            return left == 0
        }
        guard fails else { return entry }
        errno = EIO
        return nil
    }

    func failNextSync() { faults.value.withLock { $0.failsSync = true } }

    func failListing(after entries: Int) { faults.value.withLock { $0.listed = entries } }

    // MARK: - People

    func at(_ path: String) -> String { root + "/" + path }

    func makeFolder(_ path: String) throws { try check(mkdir(at(path), 0o755)) }

    func write(_ bytes: [UInt8], _ path: TreePath) throws {
        try write(bytes, LocalPath(root).appending(path), O_WRONLY | O_CREAT | O_TRUNC)
    }

    func append(_ bytes: [UInt8], _ path: String) throws {
        try write(bytes, LocalPath(at(path)), O_WRONLY | O_APPEND)
    }

    private func write(_ bytes: [UInt8], _ path: LocalPath, _ flags: Int32) throws {
        let file = path.withCString { open($0, flags, 0o644) }
        try check(file < 0 ? -1 : 0)
        defer { close(file) }
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        try check(count == bytes.count ? 0 : -1)
    }

    func rename(_ path: String, _ target: String) throws { try check(Glibc.rename(at(path), at(target))) }

    func remove(_ path: String) throws { try check(Glibc.remove(at(path))) }

    func link(_ path: String, _ name: String) throws { try check(Glibc.link(at(path), at(name))) }

    func symlink(_ destination: String, _ path: String) throws { try check(Glibc.symlink(destination, at(path))) }

    func pipe(_ path: String) throws { try check(mkfifo(at(path), 0o644)) }

    func setExecutable(_ isExecutable: Bool, _ path: String) throws {
        try check(chmod(at(path), isExecutable ? 0o755 : 0o644))
    }

    func mode(_ path: String) throws -> Int {
        var status = stat()
        try check(lstat(at(path), &status))
        return Int(status.st_mode & 0o7777)
    }

    func setModified(_ modified: Nanoseconds, _ path: String) throws {
        let times = [
            timespec(), timespec(tv_sec: Int(modified / 1_000_000_000), tv_nsec: Int(modified % 1_000_000_000)),
        ]
        try check(utimensat(AT_FDCWD, at(path), times, 0))
    }

    func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: at(path)).map { [UInt8]($0) } }

    /// Kernels stamp by a clock of 100 to 1000 Hz.
    func tick() { usleep(20_000) }

    func whileWriting<Result>(to path: String, _ body: () throws -> Result) throws -> Result {
        let file = open(at(path), O_WRONLY | O_APPEND)
        try check(file < 0 ? -1 : 0)
        defer { close(file) }
        let writing = Writing(file: file)
        Thread.detachNewThread { writing.run() }
        writing.begun.wait()
        defer {
            writing.isOver.store(true, ordering: .relaxed)
            writing.ended.wait()
        }
        return try body()
    }

    /// Adds a byte each millisecond.
    private final class Writing: Sendable {
        let file: Int32
        let begun = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        let isOver = Atomic(false)

        init(file: Int32) { self.file = file }

        func run() {
            while !isOver.load(ordering: .relaxed) {
                _ = Glibc.write(file, "x", 1)
                begun.signal()
                usleep(1_000)
            }
            ended.signal()
        }
    }

    func replaceRoot() throws {
        try check(Glibc.rename(root, outer + "/other"))
        try check(mkdir(root, 0o755))
    }

    func removeRoot() throws { try check(Glibc.rename(root, outer + "/other")) }

    /// The synchronised folder is a link to itself now, at another place.
    func linkRoot() throws {
        try check(Glibc.rename(root, outer + "/other"))
        try check(Glibc.symlink(outer + "/other", root))
    }
}

// Access lists of files (POSIX ACL).
extension DiskHands {
    private static let listName = "system.posix_acl_access"

    /// Glibc's module lacks the calls for extended attributes.
    private static func call<Call>(_ name: String, _ type: Call.Type) throws -> Call {
        guard let found = dlsym(nil, name) else { throw POSIXError(.ENOSYS) }
        return unsafeBitCast(found, to: type)
    }

    /// Lets a user read and write, whatever its group may do.
    func admit(_ user: UInt32, _ path: String) throws {
        typealias Call =
            @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer, Int, Int32) -> Int32
        let nobody = UInt32.max
        let entries: [(tag: UInt16, rights: UInt16, who: UInt32)] = [
            (0x01, 6, nobody), (0x02, 6, user), (0x04, 0, nobody), (0x10, 6, nobody), (0x20, 0, nobody),
        ]
        var list: [UInt8] = [2, 0, 0, 0]
        for entry in entries {
            for value in [UInt32(entry.tag) | UInt32(entry.rights) << 16, entry.who] {
                for shift in [0, 8, 16, 24] { list.append(UInt8(value >> shift & 0xFF)) }
            }
        }
        let set = try Self.call("setxattr", Call.self)
        try check(set(at(path), Self.listName, list, list.count, 0))
    }

    /// Empty where there is none.
    func accessList(_ path: String) throws -> [UInt8] {
        typealias Call =
            @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer, Int) -> Int
        var list = [UInt8](repeating: 0, count: 1_024)
        let get = try Self.call("getxattr", Call.self)
        return Array(list.prefix(max(0, get(at(path), Self.listName, &list, list.count))))
    }
}

private func check(_ result: Int32) throws {
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
