package import PannierCore
package import PannierScreen

/// All that can be done in a context, searched by typing, and run by Enter. The same list is the palette and, with a
/// colon before it, the command line.
package struct Help: Layer {
    /// What stands in the list.
    package struct Entry: Sendable {
        package let binding: Binding
        /// Keys as people read them.
        package let keys: SafeText
    }

    package let below: Context
    /// It was opened as a command line: what is typed begins with a name.
    package let isCommandLine: Bool
    /// Only what works on a file now.
    package let isForItem: Bool
    package private(set) var field = TextField()
    package private(set) var cursor = 0
    /// First line of the list on the screen.
    package private(set) var top = 0

    package var context: Context { .help }

    init(of context: Context, actionsOnly: Bool) {
        below = context
        isCommandLine = false
        isForItem = actionsOnly
    }

    init(commandLineOver context: Context) {
        below = context
        isCommandLine = true
        isForItem = false
    }

    // MARK: The list

    package func entries(_ model: Model) -> [Entry] {
        let wanted = words.first.map { isCommandLine ? $0 : field.text } ?? ""
        var table = model.keymap.bindings(in: below)
        if isForItem {
            table = table.filter {
                [.changing, .people, .transfers, .looking].contains($0.tag) && $0.reason(model) == nil
            }
        }
        // Another context's keys can be read, but not pressed from here.
        let ranked = table.compactMap { binding in
            Self.rank(binding, wanted.lowercased(), byName: isCommandLine).map { (binding, $0) }
        }
        return ranked.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map { _, element in
            Entry(binding: element.0, keys: Self.keys(of: element.0))
        }
    }

    static func keys(of binding: Binding) -> SafeText {
        SafeText(binding.keys.map(Binding.name).joined(separator: "  "))
    }

    /// The lower, the better it fits; nil: it does not.
    private static func rank(_ binding: Binding, _ wanted: String, byName: Bool) -> Int? {
        if wanted.isEmpty { return 0 }
        let name = binding.action.rawValue
        let word = binding.word.text.lowercased()
        if name == wanted || binding.keys.contains(where: { Binding.name(of: $0) == wanted }) { return 0 }
        if name.hasPrefix(wanted) { return 1 }
        if byName { return name.contains(wanted) ? 2 : nil }
        if word.hasPrefix(wanted) { return 2 }
        if word.contains(wanted) || name.contains(wanted) { return 3 }
        return binding.tag.rawValue.lowercased().hasPrefix(wanted) ? 4 : nil
    }

    /// Of the command line.
    private var words: [String] { field.text.split(separator: " ", maxSplits: 1).map(String.init) }

    package func chosen(_ model: Model) -> Entry? {
        let entries = entries(model)
        return entries.isEmpty ? nil : entries[min(cursor, entries.count - 1)]
    }

    // MARK: Keys

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        let list = HelpList(self, model)
        switch action {
        case .up: move(by: -1, in: list)
        case .down: move(by: 1, in: list)
        case .pageUp: scroll(by: -list.list.rows, in: list)
        case .pageDown: scroll(by: list.list.rows, in: list)
        case .halfUp where field.isEmpty: scroll(by: -list.list.rows / 2, in: list)
        case .halfUp:
            // As in every line of text.
            field.set("")
            restart()
        case .halfDown: scroll(by: list.list.rows / 2, in: list)
        case .nextField:
            if let name = chosen(model)?.binding.action.rawValue {
                field.set(name + " ")
                restart()
            }
        case .confirm: return run(model)
        default: return nil
        }
        return []
    }

    private mutating func restart() { (cursor, top) = (0, 0) }

    /// The picture follows. Below the last entry there may be words to read.
    private mutating func move(by entries: Int, in list: HelpList) {
        top = list.top
        if entries > 0, cursor >= list.count - 1 { return top = min(top + entries, list.lastTop) }
        cursor = max(0, min(cursor + entries, list.count - 1))
        top = list.top(showing: cursor, from: top)
    }

    /// Picture and cursor go on by so many lines.
    private mutating func scroll(by lines: Int, in list: HelpList) {
        guard list.count > 0 else { return }
        top = max(0, min(list.top + lines, list.lastTop))
        let line = list.line(of: cursor) + lines
        cursor = list.entry(nearLine: max(top, min(line, top + list.list.rows - 1)))
        // At an end there is nothing to go on to but the entry there.
        if list.top == top { cursor = lines > 0 ? list.count - 1 : 0 }
    }

    private func run(_ model: Model) -> [Intent] {
        if isCommandLine, words.count > 1 { return [.close, .command(field.text)] }
        guard let entry = chosen(model) else {
            return [
                .tell(Notice("nothing is called “\(SafeText(field.text))”: \(model.glyphs.enter) does what is chosen"))
            ]
        }
        return [.close, .run(entry.binding)]
    }

    package mutating func type(_ key: Key, _ model: Model) -> [Intent]? {
        // No search begins with a blank: there it turns the page, as in every text that is read.
        if key == .character(" "), field.isEmpty { return perform(.pageDown, model) }
        guard field.press(key) else { return nil }
        restart()
        return []
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        switch mouse.deed {
        case .wheelUp: scroll(by: -3, in: HelpList(self, model))
        case .wheelDown: scroll(by: 3, in: HelpList(self, model))
        case .press(.left), .double(.left):
            let list = HelpList(self, model)
            guard list.box.holds(mouse.place) else { return [.close] }
            guard let index = list.entry(atRow: mouse.row) else { return [] }
            cursor = index
            return run(model)
        default: break
        }
        return []
    }
}
