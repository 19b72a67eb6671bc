package import PannierCore
package import PannierScreen

/// What a key can do.
package enum Action: Hashable, Sendable {
    case up, down, pageUp, pageDown, halfUp, halfDown, top, bottom
    case open, parent, otherPane
    case reread, repaint, suspend
    case keys, back, leave
}

/// One line of the table of keys: the screen, its hints and its list of keys all come from this.
package struct Binding: Sendable {
    package let keys: [Key]
    package let action: Action
    package let word: SafeText
    package let tag: Tag
    /// Stands in the line of hints.
    package let isHint: Bool
    /// Why it cannot be done now, in words; nil when it can.
    package let reason: @Sendable (Model) -> SafeText?

    package enum Tag: String, CaseIterable, Sendable {
        case moving = "Moving"
        case folders = "Folders"
        case screen = "Screen"
    }

    init(
        _ keys: [Key], _ action: Action, _ word: SafeText, _ tag: Tag, hint: Bool = false,
        reason: @escaping @Sendable (Model) -> SafeText? = { _ in nil }
    ) {
        self.keys = keys
        self.action = action
        self.word = word
        self.tag = tag
        isHint = hint
        self.reason = reason
    }
}

package enum Bindings {
    /// The keys of the panes.
    package static let panes: [Binding] = [
        Binding([.character("j"), .down], .down, "down", .moving),
        Binding([.character("k"), .up], .up, "up", .moving),
        Binding([.control("d")], .halfDown, "half a page down", .moving),
        Binding([.control("u")], .halfUp, "half a page up", .moving),
        Binding([.pageDown, .control("f")], .pageDown, "a page down", .moving),
        Binding([.pageUp, .control("b")], .pageUp, "a page up", .moving),
        Binding([.home], .top, "first", .moving),
        Binding([.end, .character("G")], .bottom, "last", .moving),
        Binding([.enter, .character("l"), .right], .open, "open", .folders, hint: true, reason: whyNotOpen),
        Binding([.character("h"), .left, .backspace], .parent, "parent", .folders, reason: whyNoParent),
        Binding([.tab, .backTab], .otherPane, "other pane", .folders, hint: true),
        Binding([.control("r")], .reread, "ask the server", .screen, reason: whyNoAgent),
        Binding([.control("l")], .repaint, "redraw", .screen),
        Binding([.control("z")], .suspend, "suspend", .screen),
        Binding([.escape], .back, "clear the message", .screen),
        Binding([.character("?"), .function(1), .character("~")], .keys, "keys", .screen, hint: true),
        Binding([.character("q"), .function(10), .control("c")], .leave, "leave", .screen, hint: true),
    ]

    /// The keys while the list of keys lies on top.
    package static let list: [Binding] = [
        Binding(
            [.escape, .character("?"), .character("q"), .enter, .function(1), .function(10), .control("c")], .back,
            "close", .screen, hint: true),
        Binding([.control("l")], .repaint, "redraw", .screen),
        Binding([.control("z")], .suspend, "suspend", .screen),
    ]

    private static let whyNotOpen: @Sendable (Model) -> SafeText? = { model in
        let pane = model.focused
        if pane.isOnParent { return nil }
        guard let row = pane.row else { return "there is nothing to open" }
        guard row.node.kind == .file else { return nil }
        let path = Words.shell(pane.path.appending(row.node.name))
        return "\(SafeText(row.node.name)) is a file; to have it here, leave with q and run: pannier get \(path)"
    }

    private static let whyNoParent: @Sendable (Model) -> SafeText? = { model in
        model.focused.path.isRoot ? "this is the top of \(Words.title(of: model.focused.path.space))" : nil
    }

    private static let whyNoAgent: @Sendable (Model) -> SafeText? = { model in
        [.open, .stopped].contains(model.link) ? nil : "the agent is not there yet; it is being started"
    }
}

/// Names that stand in more than one place.
package enum Words {
    package static func title(of space: RemotePath.Space) -> SafeText {
        switch space {
        case .myFiles: "My Files"
        case .shared: "Shared With Me"
        }
    }

    /// A path as one types it in a shell.
    package static func shell(_ path: RemotePath) -> SafeText {
        let text = path.description
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789/._-:+@".unicodeScalars.contains($0)
        }
        return isPlain ? SafeText(text) : SafeText("'" + text.replacing("'", with: "'\\''") + "'")
    }
}
