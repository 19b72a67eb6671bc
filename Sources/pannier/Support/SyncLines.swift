import PannierCore

/// How it stands with the synced folder, line by line.
enum SyncLines {
    /// More than anybody reads here.
    static let problemsShown = 10

    /// - Parameter problems: the first of them.
    static func text(_ state: SyncState, problems: SyncProblemPage) -> [String] {
        var lines = ["synced      \(state.folder): \(phase(state))"]
        if state.phase == .paused { lines.append("            `pannier resume --sync` lets it go on") }
        if let problem = state.problem { lines += described(problem) }
        if let problem = state.offlineProblem { lines += described(problem) }
        lines.append("verified    \(verified(state))")
        lines.append("watch       \(state.watchWords)")
        if let problem = state.transferProblem {
            lines.append("transfers   do not go on:")
            lines += described(problem)
        }
        if let problem = state.refusal {
            lines.append("server      refuses what is asked of it:")
            lines += described(problem)
        }
        if state.unheard > 0 { lines.append("            raise fs.inotify.max_user_watches: man pannier says how") }
        if let words = state.beingWrittenWords { lines.append("waits       for \(words)") }
        lines += held(state)
        return lines + waiting(problems) + noted(problems) + leftOut(state)
    }

    static func phase(_ state: SyncState) -> String {
        switch state.phase {
        case .starting, .paused, .stopped, .same: state.phase.words
        case .offline: offline(state)
        // Nothing is known to differ: a change was heard of, and is looked at when it is at rest.
        case .working where state.differing == 0: "looking at what has changed"
        case .working, .waiting:
            state.differing > 0
                ? "\(state.phase.words), \(Format.count(state.differing)) may differ" : state.phase.words
        }
    }

    private static func offline(_ state: SyncState) -> String {
        let words = state.offlineWords { Format.moment($0) } ?? state.words
        return state.differing > 0 ? "\(words), \(Format.count(state.differing)) may differ" : words
    }

    private static func verified(_ state: SyncState) -> String {
        guard let time = state.verifiedAt else { return "never yet" }
        // How many there were then is not known any more.
        guard state.phase == .same else { return "both sides were last the same at \(Format.moment(time))" }
        let files = "\(Format.count(state.files)) \(state.files == 1 ? "file" : "files")"
        return "\(files), the same on both sides at \(Format.moment(time))"
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

    private static func waiting(_ page: SyncProblemPage) -> [String] {
        let count = page.total - page.notes
        guard count > 0 else { return [] }
        let words = "\(Format.count(Int64(count))) \(count == 1 ? "thing waits" : "things wait") for you:"
        return ["problems    \(words)"] + list(page.problems.filter { !$0.isNote }, of: count)
    }

    private static func noted(_ page: SyncProblemPage) -> [String] {
        guard page.notes > 0 else { return [] }
        let things = "\(Format.count(Int64(page.notes))) \(page.notes == 1 ? "thing" : "things")"
        return ["noted       \(things) to know of, for a day or two:"]
            + list(page.problems.filter(\.isNote), of: page.notes)
    }

    private static func list(_ problems: [SyncProblem], of count: Int) -> [String] {
        let shown = problems.prefix(problemsShown)
        var lines: [String] = []
        for problem in shown { lines += self.problem(problem, indent: 12) }
        if count > shown.count { lines.append("            … `pannier problems` lists them all") }
        return lines
    }

    static func problem(_ problem: SyncProblem, indent: Int = 0) -> [String] {
        let path = problem.path.bytes.isEmpty ? "the folder itself" : problem.path.description
        return [String(repeating: " ", count: indent) + path] + described(problem.problem, indent: indent + 2)
    }

    /// What is about the folder as a whole.
    static func standing(_ problem: SyncProblem) -> [String] {
        ["\(problem.problem.title) (\(problem.problem.code.rawValue))"]
            + (problem.problem.detail.map { ["  \($0)"] } ?? [])
    }

    private static func leftOut(_ state: SyncState) -> [String] {
        state.leftOut.words.map { ["left out    \($0)", "            `pannier problems --left-out` lists them"] } ?? []
    }

    /// What signing out, and a new mirror, mean for the folder.
    static func letGo(_ folder: LocalPath) -> String {
        "\(folder) and My Files are not kept the same any more, and which files were to be online only is forgotten. "
            + "Nothing was deleted; `pannier sync` with that folder makes them one again."
    }

    private static func described(_ problem: Problem, indent: Int = 12) -> [String] {
        let space = String(repeating: " ", count: indent)
        return [space + "\(problem.title) (\(problem.code.rawValue))"] + (problem.detail.map { [space + $0] } ?? [])
    }
}
