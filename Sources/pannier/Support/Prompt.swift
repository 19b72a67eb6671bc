import ArgumentParser
import Foundation
import PannierConsole
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
        let answer = HiddenInput.whileSilent(on: STDIN_FILENO) {
            Report.raw(question)
            defer { Report.raw("\n") }
            return readLine() ?? ""
        }
        guard let answer else { throw ValidationError("The terminal cannot be made silent: use `--password-stdin`.") }
        if answer.isEmpty { throw ExitStatus.interrupted }
        return answer
    }

    /// - Parameter advice: what to do where nobody can be asked.
    /// - Returns: whether `y` or `yes` was typed.
    static func isYes(_ question: String, otherwise advice: String) throws -> Bool {
        guard Report.isTerminal(STDIN_FILENO) else { throw ValidationError("There is no terminal to ask: \(advice)") }
        Report.raw(question)
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    /// The first line of standard input.
    static func password() throws -> String {
        guard let line = readLine(), !line.isEmpty else { throw ValidationError("Standard input holds no password.") }
        return line
    }
}
