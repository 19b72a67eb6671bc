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
            [.change(.approve(here: here > 0 ? here : nil, there: there > 0 ? there : nil), Deed("approved: \(words)"))]
        )
    }

    private static func lines(_ held: HeldPaths, _ title: SafeText) -> [SafeText] {
        guard held.count > 0 else { return [] }
        let shown = held.first.prefix(pathsShown)
        let rest = held.count - shown.count
        let more: [SafeText] = rest > 0 ? ["  and \(Format.count(Int64(rest))) more"] : []
        return [title] + shown.map { "  \(SafeText($0.description))" } + more
    }

    /// In My Files alone, or on this disk, too: the other one of what it is.
    static func keep(_ row: Row, at path: RemotePath) -> Question {
        let name = SafeText(row.node.name)
        let isOnlineOnly = row.sync != .onlineOnly
        let all: SafeText = row.node.kind == .folder ? ", with all that is in it" : ""
        let command = EngineCommand.keep(path: path, isOnlineOnly: isOnlineOnly)
        guard isOnlineOnly else {
            let size: SafeText = row.node.content.map { ": \(SafeText(Format.bytes($0.size)))" } ?? all
            return Question(
                "Keep \(name) on this disk, too?", ["It comes down now\(size)."], yes: "Keep it here",
                [.change(command, Deed("\(name) comes to this disk"))])
        }
        return Question(
            "Keep \(name) in My Files alone?",
            [
                "It leaves this disk\(all), once the server is known to have the same. Nothing is deleted there, and other devices keep it. = brings it back."
            ],
            yes: "Cloud only", [.change(command, Deed("\(name) is in My Files alone"))])
    }
}
