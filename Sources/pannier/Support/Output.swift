import Glibc
import PannierCore
import Synchronization

/// Standard output. What cannot be written is never taken for written: the program then ends with a message.
enum Output {
    private static let pending = Mutex<[UInt8]>([])
    private static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let bufferBytes = 1 << 15

    /// One line, always safe: what goes into a pipe or a file stands on a terminal a moment later, and a line break in an
    /// address or a path would be a second line.
    /// - Throws: ``OutputFailure``.
    static func line(_ text: SafeText) throws { try write(text.text + "\n") }

    /// A line that ends in a name: safe on a terminal; into a pipe or a file the name is as it is, for other programs.
    /// Names hold no control characters (``NodeName``).
    /// - Throws: ``OutputFailure``.
    static func line(_ head: SafeText = "", name: String) throws {
        try write(head.text + (isTerminal ? SafeText(name).text : name) + "\n")
    }

    /// Text of our own, as it is.
    /// - Throws: ``OutputFailure``.
    static func write(_ text: String) throws {
        let isFull = pending.withLock { bytes in
            bytes += text.utf8
            return bytes.count >= bufferBytes
        }
        if isFull || isTerminal { try flush() }
    }

    /// Whoever reads has everything after this.
    /// - Throws: ``OutputFailure``.
    static func flush() throws {
        let bytes = pending.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
        try writeAll(bytes, to: STDOUT_FILENO)
    }

    /// - Throws: ``OutputFailure``.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // A pipe that somebody has set to not blocking.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            } else if errno != EINTR {
                throw OutputFailure(number: errno)
            }
        }
    }

    /// Descriptors 0 to 2 that came closed are opened on nothing, the wrong way round: otherwise a file or a socket would
    /// take their place, and what is printed would go there.
    static func secureDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// Standard output cannot be written.
struct OutputFailure: Error {
    /// errno
    let number: Int32

    /// Ends the program: without a word when nobody reads any more, as programs before a `| head` do.
    func end() -> Never {
        if number == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            kill(getpid(), SIGPIPE)
        }
        Report.line("pannier: standard output cannot be written: \(String(cString: strerror(number))).")
        exit(ExitStatus.failed.rawValue)
    }
}
