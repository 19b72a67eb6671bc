import PannierCore
import PannierScreen

/// The message line, and the hints.
enum NoticeView {
    static func draw(_ model: Model, in layout: Layout, _ frame: inout Frame) {
        guard let message = model.notice ?? standing(model) else {
            draw(HintLine(model), model, &frame)
            if layout.hints != nil, let tour = model.tour { suggest(tour, model, in: layout.message, &frame) }
            return
        }
        let isProblem = message.kind == .problem
        let mark = model.glyphs.trouble
        let text = isProblem ? "\(mark) \(message.text)" : message.text
        // What is too long takes the line of the hints, too.
        var rect = layout.message.narrowed(by: 1)
        let needsMore = CellWidth.of(text) > rect.columns
        if needsMore, layout.hints != nil { rect.rows += 1 }
        frame.fill(rect, style: Style(.text))
        frame.paragraph(text, in: rect, style: Style(isProblem ? .bad : .text), ellipsis: model.glyphs.ellipsis)
        if layout.hints != nil, !needsMore { draw(HintLine(model), model, &frame) }
    }

    private static func suggest(_ tour: Tour, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let rect = rect.narrowed(by: 1)
        let words: SafeText = model.top == nil ? tour.words : "Esc goes back, to what else there is to try."
        frame.text(
            words, row: rect.row, column: rect.column, width: rect.columns, style: Style(.accent),
            ellipsis: model.glyphs.ellipsis)
    }

    /// What stays wrong until it is right again.
    private static func standing(_ model: Model) -> Notice? {
        if case .lost(let problem) = model.link { return Notice(problem) }
        if model.link == .stopped {
            return Notice("The agent was stopped; transfers wait. C-r starts it again, q leaves.", kind: .problem)
        }
        if model.status?.connection == .offline, let problem = model.status?.problem { return Notice(problem) }
        if let problem = model.focused.problem, !model.focused.window.rows.isEmpty { return Notice(problem) }
        return nil
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
        let layout = model.layout
        let rect = layout.hints ?? layout.message
        row = rect.row
        // Where the message has the line, hints cannot be pressed.
        guard !layout.isTooSmall, layout.hints != nil || model.notice == nil else { return }
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
