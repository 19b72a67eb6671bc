import PannierCore
import PannierScreen

/// The keys that may follow those that were pressed.
enum WhichKeyView {
    static func draw(_ model: Model, above row: Int, _ frame: inout Frame) {
        let next = model.keymap.continuations(of: model.prefix, in: model.context)
        guard !next.isEmpty else { return }
        let width = 4 + (next.map { CellWidth.of($0.binding.word) }.max() ?? 0) + 3
        let columns = max(1, min(3, (model.size.columns - 4) / width))
        let lines = (next.count + columns - 1) / columns
        let box = Rect(
            row: max(1, row - lines - 2), column: max(0, (model.size.columns - columns * width - 4) / 2),
            columns: min(model.size.columns, columns * width + 4), rows: lines + 2)
        Dialog.draw(
            box, title: SafeText(Binding.name(of: model.prefix)), keys: "Esc leaves it", model.glyphs, &frame)
        let inside = box.inside.narrowed(by: 1)
        for (index, item) in next.enumerated() {
            let rect = inside.line(index % lines)
            let column = rect.column + index / lines * width
            frame.text(
                SafeText(Binding.name(of: item.keys)), row: rect.row, column: column, width: 3,
                style: Style(.key, on: .dialog))
            frame.text(
                item.binding.word, row: rect.row, column: column + 4,
                width: max(0, min(width - 4, inside.endColumn - column - 4)),
                style: Style(item.binding.reason(model) == nil ? .text : .quiet, on: .dialog),
                ellipsis: model.glyphs.ellipsis)
        }
    }
}
