import PannierCore

/// How it stands with the synced folder, line by line.
enum SyncLines {
    /// More than anybody reads here.
    static let problemsShown = 10

    /// - Parameter problems: the first of them.
    static func text(_ state: SyncState, problems: SyncProblemPage) -> [String] {
        var lines = ["synced      \(state.folder): \(phase(state))"]
        if let problem = state.problem { lines += described(problem) }
        lines.append("verified    \(verified(state))")
        lines.append("watch       \(state.watchWords)")
        if let words = state.beingWrittenWords { lines.append("waits       for \(words)") }
        lines += held(state)
        lines += list(problems)
        if let words = state.leftOut.words {
            lines += ["left out    \(words)", "            `pannier problems --left-out` lists them"]
        }
        return lines
    }

    static func phase(_ state: SyncState) -> String {
        switch state.phase {
        case .starting, .paused, .stopped, .same: state.phase.words
        case .working, .waiting:
            state.differing > 0
                ? "\(state.phase.words), \(Format.count(state.differing)) may differ" : state.phase.words
        }
    }

    private static func verified(_ state: SyncState) -> String {
        guard let time = state.verifiedAt else { return "never yet" }
        let files = "\(Format.count(state.files)) \(state.files == 1 ? "file" : "files")"
        return "\(files), the same on both sides at \(Format.clock(time))"
    }

    private static func held(_ state: SyncState) -> [String] {
        guard state.held > 0 else { return [] }
        return [
            "deletions   \(words(here: state.heldHere, there: state.heldThere)) wait for your word:",
            "            `pannier plan` shows them, `pannier approve` lets them be done, with `--undo` all comes back",
        ]
    }

    /// How many on which side: of one without any nothing is said.
    static func words(here: Int, there: Int) -> String {
        let sides = [(here, "on this disk"), (there, "on the server")].filter { $0.0 > 0 }
        return sides.map { "\(Format.count(Int64($0.0))) \($0.1)" }.joined(separator: " and ")
    }

    private static func list(_ problems: SyncProblemPage) -> [String] {
        guard problems.total > 0 else { return [] }
        let count = Int64(problems.total)
        var lines = ["problems    \(Format.count(count)) \(count == 1 ? "thing waits" : "things wait") for you:"]
        for problem in problems.problems.prefix(problemsShown) { lines += self.problem(problem, indent: 12) }
        if count > Int64(problemsShown) { lines.append("            … `pannier problems` lists them all") }
        return lines
    }

    static func problem(_ problem: SyncProblem, indent: Int = 0) -> [String] {
        let path = problem.path.bytes.isEmpty ? "the folder itself" : problem.path.description
        return [String(repeating: " ", count: indent) + path] + described(problem.problem, indent: indent + 2)
    }

    private static func described(_ problem: Problem, indent: Int = 12) -> [String] {
        let space = String(repeating: " ", count: indent)
        return [space + "\(problem.title) (\(problem.code.rawValue))"] + (problem.detail.map { [space + $0] } ?? [])
    }
}
