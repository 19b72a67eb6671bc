import ArgumentParser
import Glibc
import PannierConsole

/// Reads a password without showing it, or from a pipe.
enum PasswordPrompt {
    struct NoPassword: Error, CustomStringConvertible {
        let description: String
    }

    /// The first line of standard input.
    static func line() throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw NoPassword(description: "There is no password on standard input.")
        }
        return line
    }

    /// Asks twice on the terminal.
    static func ask(for email: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw NoPassword(description: "There is no terminal to ask for a password; use --password-stdin.")
        }
        let first = try hidden("Password for \(email): ")
        let second = try hidden("Again: ")
        guard first == second else { throw NoPassword(description: "The two are not the same; nothing was changed.") }
        return first
    }

    private static func hidden(_ prompt: String) throws -> String {
        Outcome.write(prompt)
        defer { Outcome.write("\n") }
        guard let password = try HiddenInput.whileSilent(on: STDIN_FILENO, line) else {
            throw NoPassword(description: "The terminal cannot be asked without showing what is typed.")
        }
        return password
    }
}
