import Foundation
import PannierCore

/// What goes to standard error, and text for people on standard output.
enum Report {
    /// What happened; what it means and what to do; the code.
    static func problem(_ problem: Problem, at path: String? = nil) {
        line("pannier: \(path.map { "\($0): " } ?? "")\(problem.title)")
        if let detail = problem.detail, !detail.isEmpty { line("  \(detail)") }
        line("  (\(problem.code.rawValue); more: pannier explain \(problem.code.rawValue))")
    }

    /// Paths that were refused, one a line.
    /// - Throws: ``ExitStatus``: `partlyFailed` when some of `count` went through, else what the first one means.
    static func refusals(_ refusals: [Refusal], of count: Int) throws {
        guard let first = refusals.first else { return }
        for refusal in refusals { problem(refusal.problem, at: refusal.path) }
        throw refusals.count < count ? ExitStatus.partlyFailed : ExitStatus(first.problem.code)
    }

    /// One line on standard error, whatever the text holds.
    static func line(_ text: String) {
        FileHandle.standardError.write(Data((SafeText(text).text + "\n").utf8))
    }

    /// Text of our own that has several lines.
    static func paragraph(_ text: String) {
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) { line(String(part)) }
    }

    /// One line on standard output: safe on a terminal; as it is into a pipe or a file, for other programs.
    static func output(_ text: String) { print(isTerminal(STDOUT_FILENO) ? SafeText(text).text : text) }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}
