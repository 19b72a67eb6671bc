import Glibc

/// Reads a line from the terminal without showing it.
package enum HiddenInput {
    /// Runs `body` while the terminal on `descriptor` does not show what is typed. It is put back however this ends: Ctrl-C
    /// is not heard meanwhile.
    /// - Returns: nil when the terminal cannot be made silent; `body` has not run.
    package static func whileSilent<Result>(on descriptor: Int32, _ body: () throws -> Result) rethrows -> Result? {
        var before = termios()
        guard tcgetattr(descriptor, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else { return nil }
        let waiting = signal(SIGINT, SIG_IGN)
        defer {
            tcsetattr(descriptor, TCSAFLUSH, &before)
            signal(SIGINT, waiting)
        }
        return try body()
    }
}
