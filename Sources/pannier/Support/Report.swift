import Foundation
import PannierConsole
import PannierCore

/// What goes to standard error.
enum Report {
    /// What happened; what it means and what to do; the code.
    /// - Parameter path: what it happened to, unless the problem itself names it.
    static func problem(_ problem: Problem, at path: String? = nil) {
        line("pannier: \(head(problem, at: path))\(problem.title)")
        if let detail = problem.detail, !detail.isEmpty { line("  \(detail)") }
        line("  (\(problem.code.rawValue); more: pannier explain \(problem.code.rawValue))")
    }

    /// A problem on one line, for lists of many.
    static func brief(_ problem: Problem, at path: String) {
        line("pannier: \(head(problem, at: path))\(problem) (\(problem.code.rawValue))")
    }

    /// Nothing is said twice.
    private static func head(_ problem: Problem, at path: String?) -> String {
        guard let path, !problem.title.contains(path) else { return "" }
        return "\(path): "
    }

    /// Paths that were refused, each with its problem.
    /// - Throws: ``ExitStatus``: `partlyFailed` when some of `count` went through, else what they mean.
    static func refusals(_ refusals: [Refusal], of count: Int) throws {
        try Self.refusals(refusals, isAnythingDone: refusals.count < count)
    }

    /// The same, where it is known in another way whether something went through.
    static func refusals(_ refusals: [Refusal], isAnythingDone: Bool) throws {
        for refusal in refusals { problem(refusal.problem, at: refusal.path) }
        let codes = refusals.map(\.problem.code)
        if let status = ExitStatus(failures: codes, isAnythingDone: isAnythingDone) { throw status }
    }

    /// One line on standard error, whatever the text holds.
    static func line(_ text: String) { raw(SafeText(text).text + "\n") }

    /// Text of our own, as it is. Where even this cannot be written, nobody can be told.
    static func raw(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: STDERR_FILENO) }

    /// Text of our own that has several lines.
    static func paragraph(_ text: String) {
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) { line(String(part)) }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}
