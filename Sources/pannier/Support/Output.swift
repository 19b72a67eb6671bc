import Glibc
import PannierConsole
import PannierCore
import Synchronization

/// Standard output. What cannot be written is never taken for written: the program then ends with a message.
enum Output {
    private static let pending = Mutex<[UInt8]>([])
    private static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let bufferBytes = 1 << 15

    /// One line, always safe: what goes into a pipe or a file stands on a terminal a moment later, and a line break in an
    /// address or a path would be a second line.
    /// - Throws: `StreamFailure`.
    static func line(_ text: SafeText) throws { try write(text.text + "\n") }

    /// A line that ends in a name: safe on a terminal; into a pipe or a file the name is as it is, for other programs.
    /// Names hold no control characters (``NodeName``).
    /// - Throws: `StreamFailure`.
    static func line(_ head: SafeText = "", name: String) throws {
        try write(head.text + (isTerminal ? SafeText(name).text : name) + "\n")
    }

    /// Text of our own, as it is.
    /// - Throws: `StreamFailure`.
    static func write(_ text: String) throws {
        let isFull = pending.withLock { bytes in
            bytes += text.utf8
            return bytes.count >= bufferBytes
        }
        if isFull || isTerminal { try flush() }
    }

    /// Whoever reads has everything after this.
    /// - Throws: `StreamFailure`.
    static func flush() throws {
        let bytes = pending.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
        try StandardStreams.write(bytes, to: STDOUT_FILENO)
    }
}

extension StreamFailure {
    /// Ends the program: without a word when nobody reads any more, as programs before a `| head` do.
    func end() -> Never {
        if isBrokenPipe { Self.endByBrokenPipe() }
        Report.line("pannier: standard output cannot be written: \(self).")
        exit(ExitStatus.failed.rawValue)
    }
}
