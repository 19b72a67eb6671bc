import CLinux
import Glibc

/// Wakes a loop from any thread: an eventfd. Rung many times before it is heard, it is heard once.
package final class Bell: Sendable {
    package let descriptor: CInt

    /// - Throws: ``TerminalError`` when the process has no descriptor left.
    package init() throws {
        descriptor = pannier_eventfd(0)
        guard descriptor >= 0 else { throw TerminalError("no eventfd: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    package func ring() {
        var one: UInt64 = 1
        // It can only fail when the counter is full: then it has been rung already.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Silent until it is rung again.
    package func hush() {
        var count: UInt64 = 0
        // Fails when it was silent: that is what is wanted.
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
