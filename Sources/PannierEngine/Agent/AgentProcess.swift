import CLinux
import Foundation
import Glibc
package import PannierCore
import PannierMirror

/// The process that holds a profile's lock, made sure of. The lock's file only says who signed it last: that process may
/// have died without a word, and its number may be another program's by now.
package struct AgentProcess: ~Copyable {
    package let id: Int32
    /// Stands for this very process, whatever becomes of its number.
    private let descriptor: Int32

    /// Nil: the process that signed the lock does not hold it, or the kernel does not tell.
    package init?(holding paths: ClientPaths) {
        guard let owner = ProfileLock.owner(paths), owner.process > 1 else { return nil }
        let descriptor = pannier_pidfd(owner.process)
        guard descriptor >= 0 else { return nil }
        // Looked at after the process was taken hold of: if it holds the lock now, it is the one that was taken.
        guard Self.holdsLock(owner.process, paths.lock) else {
            close(descriptor)
            return nil
        }
        id = owner.process
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Asks it to end. One that is stopped (Ctrl-Z, `kill -STOP`) hears of it only when it goes on.
    /// - Returns: whether it could be asked.
    package borrowing func terminate() -> Bool {
        let isAsked = pannier_pidfd_signal(descriptor, SIGTERM) == 0
        _ = pannier_pidfd_signal(descriptor, SIGCONT)
        return isAsked
    }

    /// Whether one of its descriptors is the lock's file, and has it locked: proc(5) tells both.
    private static func holdsLock(_ process: Int32, _ lock: String) -> Bool {
        var wanted = stat()
        guard stat(lock, &wanted) == 0 else { return false }
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? []
        return numbers.contains { number in
            var found = stat()
            guard stat("/proc/\(process)/fd/\(number)", &found) == 0, found.st_ino == wanted.st_ino,
                found.st_dev == wanted.st_dev
            else { return false }
            let state = try? String(contentsOfFile: "/proc/\(process)/fdinfo/\(number)", encoding: .utf8)
            return state?.split(separator: "\n").contains { $0.hasPrefix("lock:") && $0.contains("FLOCK") } ?? false
        }
    }
}
