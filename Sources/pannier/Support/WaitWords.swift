import Glibc
import PannierCore
import PannierEngine
import Synchronization

/// Says on standard error what a command waits for, when that takes more than a moment: each reason once.
final class WaitWords: Sendable {
    private let said = Mutex<Set<String>>([])

    /// What a wait may take that nobody needs to hear of: a hiccup.
    private static let patience = Duration.seconds(6)

    func hear(_ news: LinkNews) {
        guard let text = Self.text(news), said.withLock({ $0.insert(text).inserted }) else { return }
        // A progress bar may stand there; it is drawn again.
        if Report.isTerminal(STDERR_FILENO) { Report.raw("\r\u{1B}[K") }
        Report.line("pannier: \(text)")
    }

    static func text(_ news: LinkNews) -> String? {
        switch news {
        case .agentSilent(let process):
            let which = process.map { " (process \($0))" } ?? ""
            return "The background agent\(which) does not answer; it is waited for."
        case .working(let status, let waited):
            guard waited >= patience, status.connection == .offline, let problem = status.problem else { return nil }
            return "Still waiting: \(problem.title)"
        }
    }
}
