package import PannierCore
package import PannierScreen

/// Something that is asked before it is done.
package struct Question: Layer {
    package let title: SafeText
    /// What it means for the data.
    package let lines: [SafeText]
    package let yes: SafeText
    /// Whether “no” is what Enter takes.
    package private(set) var isNoChosen: Bool
    private let intents: [Intent]

    package var context: Context { .question }

    /// - Parameter isNoChosen: what nobody has read is not to be done.
    init(_ title: SafeText, _ lines: [SafeText], yes: SafeText, _ intents: [Intent], isNoChosen: Bool = false) {
        self.isNoChosen = isNoChosen
        self.title = title
        self.lines = lines
        self.yes = yes
        self.intents = intents
    }

    static func trash(_ rows: [Row], at paths: [RemotePath]) -> Question {
        let things = Words.things(paths.count, paths[0])
        let folders = rows.count { $0.node.kind == .folder }
        let what: SafeText = folders > 0 ? " with all that lies in \(rows.count == 1 ? "it" : "them")" : ""
        let deed = Deed("\(things) put into the trash: g t shows it, u there takes it out", count: paths.count)
        return Question(
            "Put \(things)\(what) into the trash?",
            ["Nothing is lost: it stays in the trash for 30 days at least, and u takes it out again."],
            yes: "Put into the trash", [.change(.trash(paths: paths, expected: rows.map(\.node.id)), deed)])
    }

    static func leave(_ row: Row, at path: RemotePath) -> Question {
        let owner = SafeText(row.owner ?? "its owner")
        return Question(
            "Give up your access to \(SafeText(row.node.name))?",
            ["Its files stay as they are. Only \(owner) can share it with you again."], yes: "Give it up",
            [.change(.leave(path: path), Deed("\(SafeText(row.node.name)) is no longer shared with you"))])
    }

    static func cancel(_ state: TransferState) -> Question {
        Question(
            "Cancel \(SafeText(state.title))?",
            ["What has arrived in whole files stays. What is half way is given up, and would have to go again."],
            yes: "Cancel it",
            [
                .change(
                    .control(.cancel, transfers: [state.id]),
                    Deed(
                        "\(SafeText(state.title)) was cancelled",
                        unchanged: "\(SafeText(state.title)) had ended already"))
            ])
    }

    static func stopAgent(transfers: Int) -> Question {
        let waiting: SafeText =
            transfers == 0
            ? "No transfers are under way."
            : "\(transfers == 1 ? "1 transfer waits" : "\(transfers) transfers wait") until it is started again; nothing is lost."
        return Question(
            "Leave, and stop the agent?", [waiting, "q leaves and lets it go on."], yes: "Leave and stop",
            [.change(.stop, Deed("the agent stops")), .leaveWhenStopped])
    }

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        switch action {
        case .nextField: isNoChosen.toggle()
        case .yes: return [.close] + intents
        case .confirm: return isNoChosen ? [.close] : [.close] + intents
        default: return nil
        }
        return []
    }

    /// A click on a button, or beside the dialog.
    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        guard let place = mouse.click else { return [] }
        let box = QuestionBox(self, in: model.size)
        if box.yes.holds(place) { return [.close] + intents }
        if box.no.holds(place) || !box.frame.holds(place) { return [.close] }
        return []
    }
}
