import PannierCore
import PannierScreen

/// The message line, and the hints.
enum NoticeView {
    static func draw(_ model: Model, in layout: Layout, _ frame: inout Frame) {
        guard let message = model.notice ?? standing(model) else {
            return draw(hints: layout.hints ?? layout.message, model, &frame)
        }
        let isProblem = message.kind == .problem
        let mark = model.glyphs.trouble
        let text = isProblem ? "\(mark) \(message.text)" : message.text
        // What is too long takes the line of the hints, too.
        var rect = layout.message
        rect.column += 1
        rect.columns -= 2
        let needsMore = CellWidth.of(text) > rect.columns
        if needsMore, layout.hints != nil { rect.rows += 1 }
        frame.paragraph(text, in: rect, style: Style(isProblem ? .bad : .text), ellipsis: model.glyphs.ellipsis)
        if let hints = layout.hints, !needsMore { draw(hints: hints, model, &frame) }
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

    private static func draw(hints rect: Rect, _ model: Model, _ frame: inout Frame) {
        var column = rect.column + 1
        for binding in model.bindings where binding.isHint {
            guard let key = binding.keys.first else { continue }
            let name: SafeText = key == .enter ? model.glyphs.enter : SafeText(key.name)
            let width = CellWidth.of(name) + 1 + CellWidth.of(binding.word)
            guard column + width <= rect.endColumn else { return }
            column += frame.text(name, row: rect.row, column: column, width: width, style: Style(.strong)) + 1
            column += frame.text(binding.word, row: rect.row, column: column, width: width, style: Style(.quiet)) + 3
        }
    }
}
