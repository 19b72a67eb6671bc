import PannierCore
import PannierScreen

/// The list of keys, from the same table that the keys come from.
enum KeysView {
    private static let widest = 38

    static func draw(_ model: Model, _ frame: inout Frame) {
        let bindings = Bindings.panes
        let rows = max(1, model.size.rows - 4)
        let room = model.size.columns - 4
        let columns = max(room >= 2 * widest ? 2 : 1, (bindings.count + rows - 1) / rows)
        let legend = model.size.rows >= 20 ? legend(model.glyphs) : []
        let columnWidth = min(widest, room / columns)
        let lines = min(rows, (bindings.count + columns - 1) / columns)
        let width = columns * columnWidth + 4
        let box = Rect(
            row: (model.size.rows - lines - legend.count - 2) / 2, column: (model.size.columns - width) / 2,
            columns: width, rows: lines + legend.count + 2)
        frame.fill(box, style: Style(.text))
        frame.border(box, glyphs: model.glyphs.border, style: Style(.accent))
        frame.text(" Keys ", row: box.row, column: box.column + 2, width: box.columns - 4, style: Style(.strong))
        frame.text(
            " Esc closes ", row: box.endRow - 1, column: box.column + 2, width: box.columns - 4, style: Style(.quiet),
            align: .right)
        for (offset, line) in legend.enumerated() {
            frame.text(
                line, row: box.row + 1 + lines + offset, column: box.column + 2, width: box.columns - 4,
                style: Style(.quiet), ellipsis: model.glyphs.ellipsis)
        }
        for (index, binding) in bindings.prefix(lines * columns).enumerated() {
            let column = box.column + 2 + index / lines * columnWidth
            draw(binding, row: box.row + 1 + index % lines, column: column, width: columnWidth, model, &frame)
        }
    }

    /// What the marks before names mean.
    private static func legend(_ glyphs: Glyphs) -> [SafeText] {
        [
            "",
            "\(glyphs.cloud) on the server   \(glyphs.polled) as last seen   \(glyphs.up) \(glyphs.down) moving",
            "\(glyphs.waiting) waiting   \(glyphs.paused) paused   \(glyphs.trouble) trouble   \(glyphs.verified) done, or up to date",
        ]
    }

    private static func draw(
        _ binding: Binding, row: Int, column: Int, width: Int, _ model: Model, _ frame: inout Frame
    ) {
        let names = SafeText(binding.keys.map(\.name).joined(separator: "  "))
        let keyWidth = min(20, width / 2)
        let ellipsis = model.glyphs.ellipsis
        frame.text(names, row: row, column: column, width: keyWidth - 1, style: Style(.strong), ellipsis: ellipsis)
        frame.text(
            binding.word, row: row, column: column + keyWidth, width: width - keyWidth - 1, style: Style(.text),
            ellipsis: ellipsis)
    }
}
