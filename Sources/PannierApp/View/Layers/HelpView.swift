import PannierCore
import PannierScreen

/// Where the list of the help stands, and what each of its rows holds.
struct HelpList {
    enum Line {
        case heading(SafeText)
        /// An entry, and its number.
        case entry(Help.Entry, Int)
        case words(SafeText)
    }

    let box: Rect
    let list: Rect
    private(set) var lines: [Line] = []
    /// The first line that is shown.
    private(set) var top = 0

    init(_ help: Help, _ model: Model) {
        var room = Rect(model.size)
        _ = room.cutTop(1)
        _ = room.cutBottom(model.size.rows >= 20 ? 2 : 1)
        box = room.centre(Size(columns: 96, rows: room.rows))
        var inside = box.inside.narrowed(by: 1)
        _ = inside.cutTop(2)
        list = inside
        fill(help, model)
        top = max(0, min(help.top, lastTop))
        // After a resize; what stands below the last entry may be all that is shown.
        if help.cursor < count - 1 { top = top(showing: help.cursor, from: top) }
    }

    // MARK: Lines and entries

    /// Entries in all.
    private(set) var count = 0
    /// The first line that is shown when the last one is.
    var lastTop: Int { max(0, lines.count - list.rows) }

    func line(of entry: Int) -> Int {
        lines.firstIndex { if case .entry(_, entry) = $0 { true } else { false } } ?? 0
    }

    /// The first line that is shown, as near to `top` as it can be with this entry and a heading above it.
    func top(showing entry: Int, from top: Int) -> Int {
        let line = line(of: entry)
        var first = line
        if first > 0, case .heading = lines[first - 1] { first -= 1 }
        return max(0, min(max(min(top, first), line - list.rows + 1), lastTop))
    }

    /// The entry at this line, or the next one below it; else the last.
    func entry(nearLine line: Int) -> Int {
        for case .entry(_, let number) in lines.dropFirst(max(0, line)) { return number }
        return max(0, count - 1)
    }

    private mutating func fill(_ help: Help, _ model: Model) {
        let entries = help.entries(model)
        count = entries.count
        var tag: Binding.Tag?
        for (index, entry) in entries.enumerated() {
            if help.field.isEmpty, entry.binding.tag != tag {
                tag = entry.binding.tag
                lines.append(.heading(SafeText(entry.binding.tag.rawValue)))
            }
            lines.append(.entry(entry, index))
        }
        if entries.isEmpty { lines.append(.words("Nothing fits. Backspace takes letters away.")) }
        guard help.field.isEmpty, help.below == .panes, !help.isForItem else { return }
        lines += [.heading("Marks before names")] + Self.legend(model.glyphs).map(Line.words)
        lines += [.heading("Good to know")] + Self.advice.map(Line.words)
    }

    /// What the marks mean.
    private static func legend(_ glyphs: Glyphs) -> [SafeText] {
        [
            "\(glyphs.cloud) on the server   \(glyphs.polled) as last seen   \(glyphs.up) \(glyphs.down) moving",
            "\(glyphs.waiting) waiting   \(glyphs.paused) paused   \(glyphs.trouble) trouble   \(glyphs.verified) done, or up to date   \(glyphs.ignored) ignored here",
        ]
    }

    private static let advice: [SafeText] = [
        "F-keys missing? Esc, and at once 1 to 9 or 0, is F1 to F10.",
        "Mouse: a click on the head of a column sorts by it, another one turns it round.",
        "With Shift the terminal selects text itself.",
        "Manuals: man pannier, man pannier-keys, man pannier-config",
    ]

    /// The number of the entry in a row of the screen.
    func entry(atRow row: Int) -> Int? {
        let index = row - list.row + top
        guard lines.indices.contains(index), row < list.endRow, case .entry(_, let number) = lines[index] else {
            return nil
        }
        return number
    }
}

enum HelpView {
    static func draw(_ help: Help, _ model: Model, _ frame: inout Frame) {
        let list = HelpList(help, model)
        let title: SafeText =
            help.isCommandLine ? "Commands" : help.isForItem ? "Actions" : "Keys for: \(help.below.title)"
        Dialog.draw(list.box, title: title, keys: Dialog.keys(model, .help), model.glyphs, &frame)
        field(help, model, in: list.box.inside.narrowed(by: 1), &frame)
        for (offset, line) in list.lines.dropFirst(list.top).prefix(list.list.rows).enumerated() {
            draw(line, help, model, in: list.list.line(offset), &frame)
        }
        ScrollBar.draw(
            total: list.lines.count, top: list.top, in: list.list, edge: list.box.endColumn - 1, ground: .dialog,
            model.glyphs, &frame)
    }

    private static func field(_ help: Help, _ model: Model, in inside: Rect, _ frame: inout Frame) {
        var rest = inside.line(0)
        let entries = help.entries(model).count
        let all = model.keymap.bindings(in: help.below).count
        let count: SafeText = "\(entries) of \(all)"
        let right = rest.cutRight(CellWidth.of(count) + 1)
        frame.text(
            count, row: right.row, column: right.column, width: right.columns, style: Style(.quiet, on: .dialog),
            align: .right)
        let words: SafeText = help.isCommandLine ? ":" : "type to search: "
        let used = frame.text(
            words, row: rest.row, column: rest.column, width: rest.columns, style: Style(.strong, on: .dialog))
        _ = rest.cutLeft(used)
        FieldView.draw(help.field, in: rest, isFocused: true, model.glyphs, &frame)
    }

    private static func draw(
        _ line: HelpList.Line, _ help: Help, _ model: Model, in rect: Rect, _ frame: inout Frame
    ) {
        let ellipsis = model.glyphs.ellipsis
        switch line {
        case .heading(let words):
            frame.fill(rect, with: model.glyphs.border.horizontal, style: Style(.border, on: .dialog))
            frame.text(
                " \(words) ", row: rect.row, column: rect.column + 1, width: rect.columns - 1,
                style: Style(.strong, on: .dialog))
        case .words(let words):
            frame.text(
                words, row: rect.row, column: rect.column + 2, width: rect.columns - 2,
                style: Style(.text, on: .dialog),
                ellipsis: ellipsis)
        case .entry(let entry, let number): draw(entry, isChosen: number == help.cursor, help, model, in: rect, &frame)
        }
    }

    private static func draw(
        _ entry: Help.Entry, isChosen: Bool, _ help: Help, _ model: Model, in rect: Rect, _ frame: inout Frame
    ) {
        let ground: ColourRole = isChosen ? .cursor : .dialog
        let canBe = entry.binding.reason(model) == nil
        let ellipsis = model.glyphs.ellipsis
        if isChosen {
            frame.fill(rect, style: Style(.text, on: .cursor))
            frame.text(
                model.glyphs.pointer, row: rect.row, column: rect.column, width: 1, style: Style(.accent, on: .cursor))
        }
        var rest = rect
        _ = rest.cutLeft(2)
        let first = rest.cutLeft(min(help.isCommandLine ? 22 : 18, rest.columns / 3))
        let name = SafeText(entry.binding.action.rawValue)
        let shown = help.isCommandLine ? name : entry.keys.isEmpty ? ":\(name)" : entry.keys
        frame.text(
            shown, row: first.row, column: first.column, width: first.columns - 1,
            style: Style(canBe ? .key : .quiet, on: ground), ellipsis: ellipsis)
        let side: SafeText = canBe ? entry.binding.command ?? "" : entry.binding.reason(model) ?? ""
        if rest.columns >= 60 || (rest.columns >= 44 && !canBe) {
            let right = rest.cutRight(min(CellWidth.of(side), rest.columns / 2))
            frame.text(
                side, row: right.row, column: right.column, width: right.columns, style: Style(.quiet, on: ground),
                align: .right, ellipsis: ellipsis)
            _ = rest.cutRight(1)
        }
        frame.text(
            entry.binding.word, row: rest.row, column: rest.column, width: rest.columns,
            style: Style(canBe ? .text : .quiet, on: ground), ellipsis: ellipsis)
    }
}

/// On the right border, where something is longer than its box.
enum ScrollBar {
    static func draw(
        total: Int, top: Int, in rect: Rect, edge column: Int, ground: ColourRole = .screen, _ glyphs: Glyphs,
        _ frame: inout Frame
    ) {
        guard total > rect.rows, rect.rows > 1 else { return }
        let length = max(1, rect.rows * rect.rows / total)
        let last = max(1, total - rect.rows)
        let start = min(rect.rows - length, (rect.rows - length) * top / last)
        for row in start..<start + length {
            frame.text(
                glyphs.scrollThumb, row: rect.row + row, column: column, width: 1, style: Style(.accent, on: ground))
        }
    }
}
