import ArgumentParser
import Foundation
import PannierCore

/// Asks the person at the terminal.
enum Prompt {
    static func line(_ question: String) throws -> String {
        guard Report.isTerminal(STDIN_FILENO) else { throw ValidationError("`--email` is missing.") }
        Report.raw(question)
        guard let line = readLine(), !line.isEmpty else { throw ExitStatus.interrupted }
        return line
    }

    /// Reads without echo; the terminal is put back however this ends.
    static func secret(_ question: String) throws -> String {
        guard Report.isTerminal(STDIN_FILENO) else {
            throw ValidationError("There is no terminal to ask for the password: use `--password-stdin`.")
        }
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return try line(question) }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        Report.raw(question)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { throw ExitStatus.failed }
        // Ctrl-C would leave the terminal silent.
        let waiting = signal(SIGINT, SIG_IGN)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            signal(SIGINT, waiting)
            Report.raw("\n")
        }
        guard let line = readLine(), !line.isEmpty else { throw ExitStatus.interrupted }
        return line
    }

    /// The first line of standard input.
    static func password() throws -> String {
        guard let line = readLine(), !line.isEmpty else { throw ValidationError("Standard input holds no password.") }
        return line
    }
}
