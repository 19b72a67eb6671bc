import CLinux
import Foundation
import Glibc
import PannierCore

/// The folder that everything of a demonstration lies in. While the demonstration lives it holds a lock in there, which the
/// kernel gives back however it ends: so one that was killed is known.
struct DemoFolder {
    let path: String
    private let lock: CInt

    private static let prefix = "pannier-demo-"
    /// Stands in the environment of every process of the demonstration, with the folder as its value.
    static let mark = "PANNIER_DEMO"
    /// Whether this process is of a demonstration.
    static var isAround: Bool { ProcessInfo.processInfo.environment[mark] != nil }

    /// Makes the folder, readable by nobody else, and takes the lock.
    /// - Throws: ``DemoFailure``.
    init() throws {
        var template = Array("\(Self.parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DemoFailure(
                description: "no folder can be made in \(Self.parent): \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw DemoFailure(description: "\(path) cannot be locked: \(String(cString: strerror(errno)))")
        }
    }

    /// Sockets lie in the folder, and their paths must be short.
    private static var parent: String {
        let given = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        return given.hasPrefix("/") && given.utf8.count <= 40 ? given : "/tmp"
    }

    /// - Throws: when something in it cannot be removed.
    func remove() throws {
        try FileManager.default.removeItem(atPath: path)
        close(lock)
    }

    // MARK: What was left

    /// Ends and removes what demonstrations left that were killed, and whose guards were killed, too.
    static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = parent + "/" + name
            // Without a lock it is none, or one that begins just now.
            let lock = isOwn(path) ? open(path + "/lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC) : -1
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { clear(path) }
            close(lock)
        }
    }

    /// Ends all processes of a demonstration that is no more, and removes its folder.
    static func clear(_ path: String) {
        guard isOwn(path) else { return }
        // A command that is ended may have started an agent meanwhile.
        for _ in 0..<3 {
            let processes = DemoProcesses(of: path)
            if processes.count == 0 { break }
            processes.end()
        }
        // What cannot be removed now is tried again by the next demonstration.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A folder of this user's, no link to one.
    private static func isOwn(_ path: String) -> Bool {
        var status = stat()
        return path.split(separator: "/").last?.hasPrefix(prefix) == true && lstat(path, &status) == 0
            && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
    }
}

/// Processes of a demonstration, known by the mark in their environment: agents belong to no process of ours, whoever
/// needs one starts it.
struct DemoProcesses {
    private let processes: [pid_t]

    /// Those that live now, without this one.
    /// - Parameter others: are left out.
    init(of folder: String, except others: Set<pid_t> = []) {
        let mark = Array("\(DemoFolder.mark)=\(folder)".utf8)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        processes = names.compactMap { pid_t($0) }.filter { process in
            guard process != getpid(), !others.contains(process) else { return false }
            // What is gone or another's cannot be read, and is none of ours.
            let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            return environment?.split(separator: 0).contains { $0.elementsEqual(mark) } ?? false
        }
    }

    var count: Int { processes.count }

    /// Asks them to end, and sees to it that they do.
    func end(within limit: Duration = .seconds(10)) {
        let descriptors = processes.map { pannier_pidfd($0) }
        for process in processes { kill(process, SIGTERM) }
        for (process, descriptor) in zip(processes, descriptors) where descriptor >= 0 {
            if Interruptions.poll([descriptor], limit: limit) == nil { kill(process, SIGKILL) }
            close(descriptor)
        }
    }
}
