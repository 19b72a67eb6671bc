import PannierCore
import PannierMirror
import PannierSync

/// What is done about something, as the planner has it, in words.
struct WhyOutcome {
    private let facts: SyncFacts
    private let verdict: Verdict
    private let state: SyncState

    init(_ facts: SyncFacts, _ verdict: Verdict, _ state: SyncState) {
        self.facts = facts
        self.verdict = verdict
        self.state = state
    }

    var sentences: [String] {
        switch verdict.outcome {
        case .unknown:
            [
                facts.unseen == .nothing
                    ? "So nothing is known of it, and nothing is to be done."
                    : "So nothing is decided before it was looked at."
            ]
        case .same: ["So nothing differs, and nothing is to be done."]
        case .leftOut:
            [
                facts.problems.isEmpty
                    ? "So nothing is done about it: the folder that it is in could not be looked at yet."
                    : "So nothing is done about it."
            ]
        case .twin(let name): ["So it stays on this disk alone: “\(name)” is another spelling of its name."]
        case .onlineOnly: ["So it is not kept here\(place)\(wayBack)."]
        case .unread: ["So something is read first: whether it is the same, or what it holds now, is not known."]
        case .heldHere: ["So it would go into quarantine here. \(waiting(state.heldHere, "here"))"]
        case .heldThere: ["So it would go into the trash there. \(waiting(state.heldThere, "on the server"))"]
        case .goesThere: ["So it goes into the trash there, with \(verdict.folder.map { "“\($0)”" } ?? "its folder")."]
        case .waits: [waits]
        case .steps: steps
        }
    }

    /// Where the server has it.
    private var place: String { facts.therePath.map { ", and is on the server as “\($0)”" } ?? "" }

    /// By what was chosen, which may be a folder above it.
    private var wayBack: String { facts.onlineOnly.map { ": `pannier keep --here` with “\($0)” brings it" } ?? "" }

    private func waiting(_ count: Int, _ side: String) -> String {
        let all = count > 0 ? "\(Format.count(Int64(count))) deletions \(side) wait" : "It waits"
        return "\(all) for your word (`pannier plan`, `pannier approve`)."
    }

    private var waits: String {
        facts.onlineOnly == nil
            ? "So it waits for something else that is done first (`pannier plan`)."
            : "It leaves this disk as soon as the server is known to have all that is in it."
    }

    // MARK: Steps

    /// That something is forgotten is told where nothing else is done.
    private var steps: [String] {
        let steps = verdict.steps.filter { if case .forget = $0 { false } else { true } }
        return steps.isEmpty ? ["So it is forgotten."] : steps.map { "So \(words($0))." }
    }

    private func has(_ change: Verdict.Change) -> Bool { verdict.changes.contains(change) }

    private var isNewOnBoth: Bool { has(.newHere) && has(.newThere) }

    private func words(_ step: PlanStep) -> String {
        let target = verdict.places[step]
        switch step {
        case .makeFolderHere:
            return has(.goneHere) ? "it is made here anew: something in it is to stay" : "it is made here"
        case .download: return has(.goneHere) ? "the edit wins: it comes back" : "it comes to this disk"
        case .replaceHere: return "it comes to this disk, and what is here goes into quarantine"
        case .moveHere: return "it is moved here\(target.map { ", to \($0)" } ?? "")"
        case .parkHere, .parkThere: return "it is put out of the way for a moment: another one takes its name"
        case .deleteHere(_, _, let content):
            return content == nil ? "it is removed here, once it is empty" : "it goes into quarantine here"
        case .evictHere: return "it leaves this disk: the server has it"
        case .makeFolderThere:
            return has(.goneThere) ? "it is made there anew: something in it is to stay" : "it is made there"
        case .upload:
            let other = target.flatMap { $0 == facts.here?.path ? nil : ", as \($0)" } ?? ""
            return "it goes to the server\(other)"
        case .uploadVersion: return version
        case .moveThere: return "it is moved there\(target.map { ", to \($0)" } ?? "")"
        case .trashThere(_, let count):
            return "it goes into the trash there\(count > 1 ? ", with all that is in it" : "")"
        case .restoreThere: return "the edit wins: it is restored there"
        case .agree: return isNewOnBoth ? "both are the same, and become one" : "both are taken for the same"
        case .forget: return "it is forgotten"
        case .read: return "it is read first, to see what it holds"
        }
    }

    private var version: String {
        if has(.unreadHere) { return "it is read, and goes to the server if it holds something else" }
        return has(.editedThere) || isNewOnBoth
            ? "this one becomes the next version, and the other one stays as a version in conflict"
            : "it goes to the server as its next version"
    }
}
