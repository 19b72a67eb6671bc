import Glibc
package import PannierCore

/// Owns a profile: whoever holds it may open its mirror. Given back by the kernel when the process ends, however it ends.
package struct ProfileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes the lock without waiting; nil when another process (or another part of this one) holds it.
    /// - Throws: ``Problem`` when the state folder cannot be used.
    package static func take(_ paths: ClientPaths) throws(Problem) -> ProfileLock? {
        try take(paths, operation: LOCK_EX | LOCK_NB)
    }

    /// Waits until whoever holds it has let go. Blocks the thread.
    package static func wait(_ paths: ClientPaths) throws(Problem) -> ProfileLock? {
        try take(paths, operation: LOCK_EX)
    }

    private static func take(_ paths: ClientPaths, operation: Int32) throws(Problem) -> ProfileLock? {
        try PrivateFolder.make(paths.state)
        do throws(SystemCallError) {
            let descriptor = try systemCall("open", paths.lock) {
                open(paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            }
            do throws(SystemCallError) {
                _ = try systemCall("flock", paths.lock) { flock(descriptor, operation) }
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

    /// Leaves a word in the lock's file for those who find it taken: the owner's process id.
    package borrowing func sign() {
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.count, 0)
    }

    /// The process that signed the lock last; it may be gone.
    package static func owner(_ paths: ClientPaths) -> Int32? {
        let descriptor = open(paths.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let length = read(descriptor, &bytes, bytes.count)
        guard length > 0 else { return nil }
        return Int32(String(decoding: bytes.prefix(length).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    deinit { close(descriptor) }
}
