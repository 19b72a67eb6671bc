import PannierCore
import PannierScreen

/// The message line, and the hints.
enum NoticeView {
    static func draw(_ model: Model, in layout: Layout, _ frame: inout Frame) {
        let message = model.notice ?? standing(model)
        let rect = layout.message
        if let message {
            let isProblem = message.kind == .problem
            var column = rect.column + 1
            if isProblem {
                column += frame.text(
                    "\(model.glyphs.trouble) ", row: rect.row, column: column, width: 2, style: Style(.bad))
            }
            frame.text(
                message.text, row: rect.row, column: column, width: rect.endColumn - 1 - column,
                style: Style(isProblem ? .bad : .text), ellipsis: model.glyphs.ellipsis)
        }
        if let hints = layout.hints ?? (message == nil ? rect : nil) { draw(hints: hints, model, &frame) }
    }

    /// What stays wrong until it is right again.
    private static func standing(_ model: Model) -> Notice? {
        if case .lost(let problem) = model.link { return Notice(problem) }
        if model.status?.connection == .offline, let problem = model.status?.problem { return Notice(problem) }
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
