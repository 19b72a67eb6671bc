import Glibc
package import PannierCore

/// Owns a profile: whoever holds it may open its mirror. Given back by the kernel when the process ends, however it ends.
package struct ProfileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes the lock without waiting; nil when another process (or another part of this one) holds it.
    /// - Throws: ``Problem`` when the state folder cannot be used.
    package static func take(_ paths: ClientPaths) throws(Problem) -> ProfileLock? {
        try PrivateFolder.make(paths.state)
        do throws(SystemCallError) {
            let descriptor = try systemCall("open", paths.lock) {
                open(paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            }
            do throws(SystemCallError) {
                _ = try systemCall("flock", paths.lock) { flock(descriptor, LOCK_EX | LOCK_NB) }
                return ProfileLock(descriptor: descriptor)
            } catch {
                close(descriptor)
                if error.number == EWOULDBLOCK { return nil }
                throw error
            }
        } catch {
            throw error.problem
        }
    }

    /// Leaves a word in the lock's file for those who find it taken: the owner's process id, and where it listens.
    package borrowing func sign(socket: String) {
        let text = Array("\(getpid())\n\(socket)\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.count, 0)
    }

    /// The process that signed the lock last, and its socket; it may be gone.
    package static func owner(_ paths: ClientPaths) -> (process: Int32, socket: String)? {
        let descriptor = open(paths.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let length = read(descriptor, &bytes, bytes.count)
        guard length > 0 else { return nil }
        let lines = String(decoding: bytes.prefix(length), as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, let process = Int32(lines[0]) else { return nil }
        return (process, String(lines[1]))
    }

    deinit {
        // A program that is just being started has a copy of the descriptor until it runs, which would keep the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
