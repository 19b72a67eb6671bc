import PannierCore
import PannierScreen

/// What the last lines are used for: by the message, and so by the hints. Drawing and the mouse go by the same.
struct MessageLine {
    private(set) var text: SafeText?
    private(set) var isProblem = false
    private(set) var rect: Rect
    /// Where the hints stand; nil: something else has their line.
    private(set) var hints: Rect?

    init(_ model: Model) {
        let layout = model.layout
        rect = layout.message.narrowed(by: 1)
        hints = layout.hints ?? layout.message
        guard !layout.isTooSmall else {
            hints = nil
            return
        }
        if model.isFillingIn {
            // The field has the message line; what there is to know about it, that of the hints.
            hints = model.top is Prompt ? nil : layout.hints
            return
        }
        guard let message = model.notice ?? Self.standing(model) else { return }
        isProblem = message.kind == .problem
        let text: SafeText = isProblem ? "\(model.glyphs.trouble) \(message.text)" : message.text
        self.text = text
        // What is too long takes the line of the hints, too.
        let needsMore = CellWidth.of(text) > rect.columns
        if needsMore, layout.hints != nil { rect.rows += 1 }
        hints = needsMore ? nil : layout.hints
    }

    /// What stays wrong until it is right again.
    private static func standing(_ model: Model) -> Notice? {
        if case .lost(let problem) = model.link { return Notice(problem) }
        if model.link == .stopped {
            return Notice("The agent was stopped; transfers wait. C-r starts it again, q leaves.", kind: .problem)
        }
        if model.status?.connection == .offline, let problem = model.status?.problem { return Notice(problem) }
        if let problem = model.focused.problem, !model.focused.window.rows.isEmpty { return Notice(problem) }
        return troubles(model)
    }

    /// Where there is a line for it, what the header counts is told with the key that shows it.
    private static func troubles(_ model: Model) -> Notice? {
        let count = model.problemCount
        guard count > 0, model.layout.hints != nil, model.context == .panes, model.tour == nil,
            let keys = model.bindings.first(where: { $0.action == .problems })?.keys.first
        else { return nil }
        let words: SafeText = count == 1 ? "1 problem" : "\(Format.count(Int64(count))) problems"
        let name = model.firstTrouble.map { SafeText(" (") + $0 + SafeText(count > 1 ? ", …)" : ")") } ?? ""
        return Notice("\(words)\(name): \(SafeText(Binding.name(of: keys))) shows what to do", kind: .problem)
    }
}

/// The message line, and the hints.
enum NoticeView {
    static func draw(_ model: Model, in layout: Layout, _ frame: inout Frame) {
        let line = MessageLine(model)
        draw(HintLine(model), model, &frame)
        guard let text = line.text else {
            if layout.hints != nil, let tour = model.tour { suggest(tour, model, in: layout.message, &frame) }
            return
        }
        frame.fill(line.rect, style: Style(.text))
        frame.paragraph(
            text, in: line.rect, style: Style(line.isProblem ? .bad : .text), ellipsis: model.glyphs.ellipsis)
    }

    private static func suggest(_ tour: Tour, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let rect = rect.narrowed(by: 1)
        let words: SafeText = model.top == nil ? tour.words : "Esc goes back, to what else there is to try."
        frame.text(
            words, row: rect.row, column: rect.column, width: rect.columns, style: Style(.accent),
            ellipsis: model.glyphs.ellipsis)
    }

    private static func draw(_ line: HintLine, _ model: Model, _ frame: inout Frame) {
        for item in line.items {
            let used = frame.text(
                item.key, row: line.row, column: item.columns.lowerBound, width: item.columns.count, style: Style(.key))
            frame.text(
                item.word, row: line.row, column: item.columns.lowerBound + used + 1,
                width: max(0, item.columns.count - used - 1), style: Style(.quiet))
        }
    }
}

/// The most useful keys, where they stand, for drawing and for the mouse.
struct HintLine {
    struct Item {
        let key: SafeText
        let word: SafeText
        let columns: Range<Int>
        let binding: Binding
    }

    let row: Int
    private(set) var items: [Item] = []

    init(_ model: Model) {
        // Where something else has the line, hints are neither drawn nor pressed.
        guard let rect = MessageLine(model).hints else {
            row = -1
            return
        }
        row = rect.row
        var column = rect.column + 1
        let hints = model.bindings.filter { $0.hint != nil && $0.reason(model) == nil }
            .sorted { $0.hint ?? 0 < $1.hint ?? 0 }
        for binding in hints {
            guard let keys = binding.keys.first, let word = binding.now(model) else { continue }
            let key: SafeText = keys == [.enter] ? model.glyphs.enter : SafeText(Binding.name(of: keys))
            let width = CellWidth.of(key) + 1 + CellWidth.of(word)
            guard column + width <= rect.endColumn else { continue }
            items.append(Item(key: key, word: word, columns: column..<column + width, binding: binding))
            column += width + 3
        }
    }

    func binding(at place: Point) -> Binding? {
        guard place.row == row else { return nil }
        return items.first { $0.columns.contains(place.column) }?.binding
    }
}
