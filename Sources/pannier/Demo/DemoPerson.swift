import CLinux
import Foundation
import Glibc

/// One person of the demonstration: an account, and XDG folders that nobody else uses, so that the agent in them is
/// theirs alone.
struct DemoPerson {
    let email: String
    /// 256 random bits, known to nobody and gone with the folder.
    let password: String
    let home: String

    var name: String { String(email.prefix { $0 != "@" }) }
    /// Files that the person has on their own disk.
    var files: String { home + "/files" }

    init(email: String, in folder: String) throws {
        self.email = email
        home = folder + "/" + email.prefix { $0 != "@" }
        var generator = SystemRandomNumberGenerator()
        password = (0..<4).map { _ in String(generator.next() as UInt64, radix: 16) }.joined()
        for part in ["config", "state", "cache", "data", "run", "files"] {
            try FileManager.default.createDirectory(
                atPath: home + "/" + part, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }

    /// The caller's environment without anything that says where files are.
    func environment(_ base: [String: String]) -> [String: String] {
        var environment = base.filter { !$0.key.hasPrefix("XDG_") && !$0.key.hasPrefix("PANNIER_") }
        environment["HOME"] = home
        for part in ["config", "state", "cache", "data"] {
            environment["XDG_\(part.uppercased())_HOME"] = home + "/" + part
        }
        environment["XDG_RUNTIME_DIR"] = home + "/run"
        return environment
    }
}

/// Agents belong to no process of ours: whoever needs one starts it. They are known by their state folder.
struct Agents {
    private let processes: [pid_t]

    /// The agents of these people that live now.
    init(of people: [DemoPerson]) {
        let marks = people.map { "XDG_STATE_HOME=\($0.home)/state" }
        let own = getpid()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        processes = names.compactMap { pid_t($0) }.filter { process in
            // What is gone or another's cannot be read, and is none of ours.
            guard process != own, let data = FileManager.default.contents(atPath: "/proc/\(process)/environ") else {
                return false
            }
            let variables = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return marks.contains(where: variables.contains)
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
