package import PannierCore
package import PannierScreen

/// One line of a table of keys. The screen, its hints, the help, the palette and the manual all come from these.
package struct Binding: Sendable {
    /// Each is a sequence: most of one key, some of a prefix and another.
    package let keys: [[Key]]
    package let action: Action
    package let word: SafeText
    package let tag: Tag
    /// Stands in the line of hints: the lowest number first.
    package let hint: Int?
    /// The word in short, for the line of hints.
    package let brief: SafeText
    /// What does the same in a shell, where something does.
    package let command: SafeText?
    /// The word in short as things stand now; nil: not worth a hint now.
    package let now: @Sendable (Model) -> SafeText?
    /// Why it cannot be done now, in words; nil when it can.
    package let reason: @Sendable (Model) -> SafeText?

    package enum Tag: String, CaseIterable, Sendable {
        case moving = "Moving"
        case going = "Going"
        case choosing = "Choosing"
        case looking = "Looking"
        case changing = "Changing"
        case people = "People"
        case transfers = "Transfers"
        case screen = "Screen"
    }

    init(
        _ keys: [Key], _ action: Action, _ word: SafeText, _ tag: Tag, hint: Int? = nil,
        brief: SafeText? = nil, command: SafeText? = nil, now: (@Sendable (Model) -> SafeText?)? = nil,
        reason: @escaping @Sendable (Model) -> SafeText? = { _ in nil }
    ) {
        self.init(
            sequences: keys.map { [$0] }, action, word, tag, hint: hint, brief: brief, command: command, now: now,
            reason: reason)
    }

    init(
        _ prefix: Key, _ key: Key, _ action: Action, _ word: SafeText, _ tag: Tag, command: SafeText? = nil,
        reason: @escaping @Sendable (Model) -> SafeText? = { _ in nil }
    ) {
        self.init(sequences: [[prefix, key]], action, word, tag, command: command, reason: reason)
    }

    init(
        sequences: [[Key]], _ action: Action, _ word: SafeText, _ tag: Tag, hint: Int? = nil,
        brief: SafeText? = nil, command: SafeText? = nil, now: (@Sendable (Model) -> SafeText?)? = nil,
        reason: @escaping @Sendable (Model) -> SafeText? = { _ in nil }
    ) {
        keys = sequences
        self.action = action
        self.word = word
        self.tag = tag
        self.hint = hint
        self.brief = brief ?? word
        let words = self.brief
        self.now = now ?? { _ in words }
        self.command = command
        self.reason = reason
    }

    /// The same, bound to other keys.
    package func bound(to sequences: [[Key]]) -> Binding {
        Binding(
            sequences: sequences, action, word, tag, hint: hint, brief: brief, command: command, now: now,
            reason: reason)
    }

    /// `g h`, `Enter`.
    package static func name(of keys: [Key]) -> String { keys.map(\.name).joined(separator: " ") }
}

/// Where keys mean something of their own.
package enum Context: String, CaseIterable, Sendable {
    case panes, transfers, picker, preview, versions, problems, help, prompt, question, share, themes, signIn

    /// For people.
    package var title: SafeText {
        switch self {
        case .panes: "file pane"
        case .transfers: "transfers"
        case .picker: "local files"
        case .preview: "preview"
        case .versions: "versions"
        case .problems: "problems"
        case .help: "help"
        case .prompt: "line of text"
        case .question: "question"
        case .share: "share dialog"
        case .themes: "themes"
        case .signIn: "sign-in"
        }
    }

    /// Keys without a binding are text for the field that is being filled in.
    package var takesText: Bool {
        switch self {
        case .help, .prompt, .share, .signIn: true
        case .panes, .transfers, .picker, .preview, .versions, .problems, .question, .themes: false
        }
    }
}
