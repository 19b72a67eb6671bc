import Glibc

/// What ps(1) and top(1) call a process.
package enum ProcessName {
    /// Of this process, whichever of its threads asks; threads that are begun later have the name, too.
    /// - Parameter name: 15 bytes at most, the rest is cut off. Where the kernel does not take it, the old one stays: it is
    ///   for people's eyes alone.
    package static func set(_ name: String) {
        let file = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = name.withCString { write(file, $0, strlen($0)) }
    }
}
