import PannierCore
import PannierMirror
import PannierSync

/// Why something of the synced folder is as it is: what was observed, what follows from it, what came of it. A value; what
/// follows is what the planner makes of it.
struct WhyWords {
    let facts: SyncFacts
    /// Nil: nothing can be planned.
    let verdict: Verdict?
    let state: SyncState

    init(_ facts: SyncFacts, _ verdict: Verdict?, _ state: SyncState) {
        self.facts = facts
        self.verdict = verdict
        self.state = state
    }

    var sentences: [String] {
        let observed = ["On this disk: \(here).", "On the server: \(there).", "Last agreed on: \(agreed)."]
        return observed + decision + result
    }

    // MARK: - Observation

    private var here: String {
        guard let here = facts.here else { return unseen }
        if here.missed > 0 {
            return here.missed == 1
                ? "it was not found at one look; another look has to confirm that" : "gone, found so by two looks"
        }
        let kind =
            switch here.kind {
            case .folder: "a folder"
            case .excluded: "something that is not synchronised"
            case .file:
                if let content = here.content {
                    "a file of \(Self.content(content))"
                } else {
                    "a file of \(Format.bytes(here.size)) that has changed and was not read since"
                }
            }
        let since = facts.isOutdated ? ", as it was: it has changed, and is looked at when it is at rest" : ""
        return (here.isParked ? "\(kind), out of the way of another one that takes its name" : kind) + since
    }

    /// Of what was not observed, what stands there now.
    private var unseen: String {
        if case .unknown(let words) = facts.unseen { return "unknown, since it cannot be looked at: \(words)" }
        let kind =
            switch facts.unseen {
            case .nothing, .unknown: nil as String?
            case .folder: "a folder"
            case .file(let size): "a file of \(Format.bytes(size))"
            case .other: "something that is neither a file nor a folder"
            }
        guard let kind else { return "nothing" }
        return facts.leftOut == nil ? "\(kind), which was not looked at yet" : kind
    }

    private var there: String {
        guard let node = facts.there else { return "nothing" }
        let kind = node.content.map { "a file of \(Self.content(SyncContent($0)))" } ?? "a folder"
        if let time = node.trashedAt {
            return "in the trash since \(Format.minute(time)), by \(node.changedBy): \(kind)"
        }
        return "\(kind), changed \(Format.minute(node.changedAt)) by \(node.changedBy)"
    }

    private var agreed: String {
        guard let agreed = facts.agreed else {
            return facts.isOnlineOnly
                ? "nothing, since it is to be online only" : "nothing; the two sides have never been the same here"
        }
        let kind = agreed.content.map { "a file of \(Self.content($0))" } ?? "a folder"
        guard let path = facts.agreedPath else { return kind }
        return "\(kind), at \(path)"
    }

    private static func content(_ content: SyncContent) -> String {
        let digest = "\(content.digest)"
        let mode = content.isExecutable ? ", executable" : ""
        return "\(Format.bytes(content.size)) (\(digest.prefix(4))…\(digest.suffix(2))\(mode))"
    }

    // MARK: - Decision

    private var decision: [String] {
        if let folder = facts.leftOut { return [leftOut(folder)] }
        if facts.here?.missed == 1 { return ["So nothing is decided before it was looked for again."] }
        guard let verdict, state.phase != .starting else {
            return ["So nothing is decided before all of both sides is known."]
        }
        // What is there alone because somebody wants it so is not new.
        let changes = verdict.changes.filter { $0 != .newThere || !facts.isOnlineOnly }
        return chosen + WhyChanges(changes).sentences + WhyOutcome(facts, verdict, state).sentences
    }

    private var chosen: [String] {
        facts.onlineOnly.map { ["“\($0)” was chosen to be online only, which is in My Files alone."] } ?? []
    }

    private func leftOut(_ folder: LocalPath) -> String {
        let stays = "nothing of it is sent, fetched or deleted"
        guard folder == facts.here?.path else {
            return "“\(folder)” is not synchronised on this disk, with all that is in it: \(stays)."
        }
        let ignored = facts.problems.isEmpty ? "It is ignored here (`.pannierignore`). " : ""
        return facts.there == nil
            ? "\(ignored)So it stays on this disk alone, and its name is left free of what comes from the server."
            : "\(ignored)So it stays as it is, here and on the server: \(stays)."
    }

    // MARK: - Result

    private var result: [String] {
        // What is left out waits for nothing.
        var sentences = facts.problems.map { facts.leftOut == nil ? "It waits: \($0)" : "\($0)" }
        if let count = facts.there?.content?.conflicts, count > 0 {
            let contents = count == 1 ? "One content" : "\(Format.count(Int64(count))) contents"
            sentences.append("\(contents) of it stayed as versions in conflict: `pannier versions` lists them.")
        }
        if facts.isFetched {
            sentences.append("What comes is on this disk already, checked, and waits to be put in its place.")
        }
        switch state.phase {
        case .paused:
            sentences.append(
                "The synced folder is paused (`pannier resume --sync`): nothing is carried over until it goes on.")
        case .stopped: sentences.append("The synced folder stands still\(state.problem.map { ": \($0)" } ?? ".")")
        case .starting: sentences.append("The folder is being looked at for the first time since the agent began.")
        case .offline:
            let words = state.offlineWords { Format.moment($0) }
            sentences.append("What is to be carried over waits: \(words ?? state.words).")
        case .working, .same, .waiting: break
        }
        if let time = state.verifiedAt {
            sentences.append("All of the folder was last found the same on both sides at \(Format.moment(time)).")
        }
        return sentences
    }
}

extension SyncFacts {
    /// It is not on this disk, and somebody wants that.
    fileprivate var isOnlineOnly: Bool { onlineOnly != nil && here == nil }
}
