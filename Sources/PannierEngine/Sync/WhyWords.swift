import PannierCore
import PannierMirror

/// Why something of the synced folder is as it is: what was observed, what follows from it, what came of it. A value; the
/// rules are the planner's (the table of Planning), told one thing at a time.
struct WhyWords {
    let facts: SyncFacts
    let state: SyncState

    init(_ facts: SyncFacts, _ state: SyncState) {
        self.facts = facts
        self.state = state
    }

    var sentences: [String] {
        let observed = ["On this disk: \(here).", "On the server: \(there).", "Last agreed on: \(agreed)."]
        return observed + decision + result
    }

    // MARK: - Observation

    private var here: String {
        guard let here = facts.here else { return "nothing" }
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
        return here.isParked ? "\(kind), out of the way of another one that takes its name" : kind
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
        guard let agreed = facts.agreed else { return "nothing; the two sides have never been the same here" }
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
        if facts.here?.kind == .excluded {
            return ["So it stays on this disk alone, and its name is left free of what comes from the server."]
        }
        if let folder = facts.onlineOnly {
            let leaves = facts.agreed != nil ? " It leaves this disk as soon as it is known to be there whole." : ""
            return ["“\(folder)” was chosen to be in My Files alone, so it is not kept here.\(leaves)"]
        }
        if facts.here?.missed == 1 { return ["So nothing is decided before it was looked for again."] }
        let isHere = facts.here.map { $0.missed == 0 } ?? false
        let isThere = facts.there.map { $0.trashedAt == nil } ?? false
        return facts.agreed.map { changes($0, isHere, isThere) } ?? [first(isHere, isThere)]
    }

    /// What nobody has agreed on yet.
    private func first(_ isHere: Bool, _ isThere: Bool) -> String {
        switch (isHere, isThere) {
        case (false, false): return "So nothing is known of it, and nothing is to be done."
        case (true, false): return "So it is new here, and goes to the server."
        case (false, true): return "So it is new there, and comes to this disk."
        case (true, true): break
        }
        let isFolderHere = facts.here?.kind == .folder
        guard isFolderHere == (facts.there?.kind == .folder) else {
            return "So a file and a folder want one name: the file gets “(conflict …)” behind its own."
        }
        if isFolderHere { return "So both are folders of one name, and become one." }
        guard let content = facts.here?.content else { return "So it is read first, to see whether both are equal." }
        return content == facts.there?.content.map(SyncContent.init)
            ? "So both hold the same, and are taken for one."
            : "So two files want one name: this one becomes the next version, and the other one stays as a version in conflict."
    }

    private func changes(_ agreed: SyncedEntry, _ isHere: Bool, _ isThere: Bool) -> [String] {
        let isEditedHere = isHere && facts.here?.kind == .file && facts.here?.content != agreed.content
        let isEditedThere = isThere && facts.there?.content.map(SyncContent.init) != agreed.content
        switch (isHere, isThere) {
        case (false, false): return ["So it is gone on both sides, and is forgotten."]
        case (true, false):
            return isEditedHere
                ? ["It was deleted there and edited here: the edit wins, and it is restored there."]
                : ["It was deleted there, so it goes into quarantine here.\(held(state.heldHere))"]
        case (false, true):
            return isEditedThere
                ? ["It was deleted here and edited there: the edit wins, and it comes back."]
                : ["It was deleted here, so it goes into the trash there.\(held(state.heldThere))"]
        case (true, true): break
        }
        let sentences = contents(isEditedHere, isEditedThere) + places
        return sentences.isEmpty ? ["So nothing differs, and nothing is to be done."] : sentences
    }

    private func held(_ count: Int) -> String {
        count == 0
            ? ""
            : " \(Format.count(Int64(count))) deletions wait for your word there, this one may be among them (`pannier plan`, `pannier approve`)."
    }

    private func contents(_ isEditedHere: Bool, _ isEditedThere: Bool) -> [String] {
        switch (isEditedHere, isEditedThere) {
        case (false, false): []
        case (true, false):
            facts.here?.content == nil
                ? ["It may have been edited here: it is read, and goes to the server if it holds something else."]
                : ["It was edited here, so it goes to the server as its next version."]
        case (false, true): ["It was edited there, so it comes to this disk, and what is here goes into quarantine."]
        case (true, true):
            facts.here?.content == facts.there?.content.map(SyncContent.init)
                ? ["It was edited on both sides in the same way, and is taken for the same."]
                : [
                    "It was edited on both sides: this one becomes the next version, and the other one stays as a version in conflict."
                ]
        }
    }

    private var places: [String] {
        guard let agreed = facts.agreedPath else { return [] }
        let (here, there) = (facts.here?.path, facts.therePath)
        switch (here == agreed, there == agreed) {
        case (true, true): return []
        case (false, true): return ["It was moved here, so it is moved there."]
        case (true, false): return ["It was moved there, so it is moved here."]
        case (false, false):
            return [
                here == there
                    ? "It was moved on both sides to the same place."
                    : "It was moved on both sides: where the server has it stands."
            ]
        }
    }

    // MARK: - Result

    private var result: [String] {
        var sentences = facts.problems.map { "It waits: \($0)" }
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
            let words = state.offlineWords { Format.clock($0) }
            sentences.append("What is to be carried over waits: \(words ?? state.phase.words).")
        case .working, .same, .waiting: break
        }
        if let time = state.verifiedAt {
            sentences.append("All of the folder was last found the same on both sides at \(Format.clock(time)).")
        }
        return sentences
    }
}
