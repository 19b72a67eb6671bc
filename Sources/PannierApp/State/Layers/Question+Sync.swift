import PannierCore

// What is asked about the synced folder.
extension Question {
    /// Paths of held deletions that are shown, of each side.
    static let pathsShown = 4

    static func approve(_ plan: SyncPlan) -> Question {
        let (here, there) = (plan.heldHere.count, plan.heldThere.count)
        let words = SafeText(Words.deletions(here: here, there: there))
        return Question(
            "Let \(words) be done?",
            lines(plan.heldHere, "On this disk, into quarantine in the folder:")
                + lines(plan.heldThere, "On the server, into the trash:"),
            yes: "Delete them",
            [
                .change(
                    .approve(here: here > 0 ? here : nil, there: there > 0 ? there : nil), Deed("approved: \(words)"))
            ],
            isNoChosen: true)
    }

    /// The other answer.
    static func bringBack(_ plan: SyncPlan) -> Question {
        let (here, there) = (plan.heldHere.count, plan.heldThere.count)
        let change = EngineCommand.bringBack(here: here > 0 ? here : nil, there: there > 0 ? there : nil)
        return Question(
            "Delete nothing, and bring back what is missing?",
            lines(plan.heldHere, "From this disk to the server again:")
                + lines(plan.heldThere, "From the server to this disk again:"),
            yes: "Bring it back", [.change(change, Deed("it comes back; nothing is deleted"))])
    }

    private static func lines(_ held: HeldPaths, _ title: SafeText) -> [SafeText] {
        guard held.count > 0 else { return [] }
        let shown = held.first.prefix(pathsShown)
        let rest = held.rest(after: pathsShown)
        let more: [SafeText] = rest > 0 ? ["  and \(Format.count(Int64(rest))) more"] : []
        return [title] + shown.map { "  \(SafeText($0.words))" } + more
    }

    /// In My Files alone, or on this disk, too: the other one of what they are; of both kinds, in My Files alone.
    /// - Parameter rows: not empty.
    static func keep(_ rows: [Row], at paths: [RemotePath]) -> Question {
        let things = Words.things(rows.count, paths[0])
        let isOne = rows.count == 1
        let isOnlineOnly = rows.contains { $0.sync != .onlineOnly }
        let change = { (deed: SafeText) in
            Intent.change(.keep(paths: paths, isOnlineOnly: isOnlineOnly), Deed(deed, count: rows.count))
        }
        let hasFolders = rows.contains { $0.node.kind == .folder }
        let all: SafeText = hasFolders ? ", with all that is in \(isOne ? "it" : "them")" : ""
        guard isOnlineOnly else {
            let bytes = rows.reduce(0) { $0 + ($1.node.content?.size ?? 0) }
            let size: SafeText = hasFolders ? all : ": \(SafeText(Format.bytes(bytes)))"
            return Question(
                "Keep \(things) on this disk, too?", ["\(isOne ? "It comes" : "They come") down now\(size)."],
                yes: "Keep \(isOne ? "it" : "them") here",
                [change("\(things) \(isOne ? "comes" : "come") to this disk")])
        }
        let leave: SafeText = isOne ? "It leaves" : "They leave"
        let (them, their): (SafeText, SafeText) = isOne ? ("it", "its") : ("them", "their")
        return Question(
            "Keep \(things) in My Files alone?",
            [
                "\(leave) this disk\(all), once the server is known to have the same, and \(their) space is free two or three days later; what is ignored stays. Other devices keep \(them). = brings \(them) back."
            ],
            yes: "Cloud only", [change("\(things) \(isOne ? "is" : "are") in My Files alone")])
    }
}
