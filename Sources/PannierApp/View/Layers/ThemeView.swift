import PannierCore
import PannierScreen

/// Where the themes stand.
struct ThemeList {
    let box: Rect
    let list: Rect
    let top: Int
    private let count: Int

    init(_ chooser: ThemeChooser, in size: Size) {
        box = Dialog.frame(size, columns: 40, rows: chooser.all.count + 3)
        var inside = box.inside.narrowed(by: 1)
        if inside.rows > chooser.all.count { _ = inside.cutBottom(1) }
        list = inside
        count = chooser.all.count
        top = max(0, min(chooser.cursor - list.rows / 2, count - list.rows))
    }

    func entry(atRow row: Int) -> Int? {
        let index = row - list.row + top
        return row >= list.row && row < list.endRow && index < count ? index : nil
    }
}

enum ThemeView {
    /// One of each, so that what a theme does is seen.
    private static let samples: [(SafeText, ColourRole)] = [
        ("a", .folder), ("b", .number), ("c", .good), ("d", .busy), ("e", .bad), ("f", .people), ("g", .accent),
    ]

    static func draw(_ chooser: ThemeChooser, _ model: Model, _ frame: inout Frame) {
        let list = ThemeList(chooser, in: model.size)
        Dialog.draw(list.box, title: "Themes", keys: Dialog.keys(model, .themes), model.glyphs, &frame)
        for (offset, name) in chooser.all.dropFirst(list.top).prefix(list.list.rows).enumerated() {
            let rect = list.list.line(offset)
            let isChosen = list.top + offset == chooser.cursor
            let ground: ColourRole = isChosen ? .cursor : .dialog
            if isChosen { frame.fill(rect, style: Style(.text, on: ground)) }
            frame.text(
                SafeText(name), row: rect.row, column: rect.column + 1, width: rect.columns - 2,
                style: Style(isChosen ? .strong : .text, on: ground), ellipsis: model.glyphs.ellipsis)
            guard isChosen else { continue }
            for (index, sample) in samples.enumerated() {
                frame.text(
                    model.glyphs.barFull, row: rect.row, column: rect.endColumn - 1 - samples.count + index, width: 1,
                    style: Style(sample.1, on: ground))
            }
        }
    }
}
