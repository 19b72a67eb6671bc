import PannierCore
import PannierScreen

/// What happened, what it means for the data, and the keys that mend it.
enum ProblemsView {
    static func draw(_ panel: ProblemsPanel, _ model: Model, in layout: Layout, _ frame: inout Frame) {
        let items = panel.items(model)
        let rect = layout.panel
        // Of files that failed only the first are listed, and of what is still being read none.
        let needed = items.count { !$0.isLeftOut }
        let count = max(needed, model.problemCount)
        let listed: SafeText = needed < count ? ", the first \(Format.count(Int64(needed)))" : ""
        let problems: SafeText =
            count == 0 ? "Problems" : "Problems (\(Format.count(Int64(count)))\(items.isEmpty ? "" : listed))"
        Dialog.draw(
            rect,
            title: leftOut(model).map { "\(count == 0 ? "Nothing needs you" : problems), \($0)" } ?? problems,
            keys: "pannier explain CODE tells more", ground: .screen, model.glyphs, &frame)
        let inside = rect.inside.narrowed(by: 1)
        guard !items.isEmpty else {
            let words: SafeText = count == 0 ? "\(model.glyphs.verified) Nothing needs you." : "They are being read."
            frame.text(
                words, row: inside.row + 1, column: inside.column + 1, width: inside.columns - 1,
                style: Style(count == 0 ? .good : .quiet))
            return
        }
        let cursor = min(panel.cursor, items.count - 1)
        var rest = inside
        for (index, item) in items.enumerated().dropFirst(first(items, cursor, inside)) {
            guard rest.rows > 1 else { break }
            let used = draw(item, isChosen: index == cursor, model, in: rest, &frame)
            _ = rest.cutTop(used)
        }
    }

    private static func leftOut(_ model: Model) -> SafeText? {
        let count = model.sync?.leftOut.total ?? 0
        return count == 0 ? nil : "\(Format.count(count)) left out of the synced folder"
    }

    /// The first item that is shown, so that the one under the cursor fits.
    private static func first(_ items: [ProblemsPanel.Item], _ cursor: Int, _ rect: Rect) -> Int {
        var first = cursor
        var rows = height(items[cursor], rect)
        while first > 0, rows + height(items[first - 1], rect) <= rect.rows {
            first -= 1
            rows += height(items[first], rect)
        }
        return first
    }

    private static func height(_ item: ProblemsPanel.Item, _ rect: Rect) -> Int {
        2 + text(item).reduce(0) { $0 + Wrapping(of: $1, to: max(2, rect.columns - 4)).lines.count }
    }

    private static func text(_ item: ProblemsPanel.Item) -> [SafeText] {
        [SafeText(item.problem.onScreen.title)] + (item.problem.onScreen.detail.map { [SafeText($0)] } ?? [])
    }

    private static func draw(
        _ item: ProblemsPanel.Item, isChosen: Bool, _ model: Model, in rect: Rect, _ frame: inout Frame
    ) -> Int {
        let ellipsis = model.glyphs.ellipsis
        let head = rect.line(0)
        let ground: ColourRole = isChosen ? .cursor : .screen
        if isChosen { frame.fill(head, style: Style(.text, on: ground)) }
        let code = SafeText(item.problem.code.rawValue)
        frame.text(
            item.isLeftOut ? model.glyphs.ignored : model.glyphs.trouble, row: head.row, column: head.column + 1,
            width: 1,
            style: Style(item.isLeftOut ? .quiet : .bad, on: ground))
        frame.text(
            item.title, row: head.row, column: head.column + 3, width: max(0, head.columns - 6 - CellWidth.of(code)),
            style: Style(.strong, on: ground), cut: .middle, ellipsis: ellipsis)
        frame.text(
            code, row: head.row, column: head.column, width: head.columns - 1, style: Style(.quiet, on: ground),
            align: .right)
        var rest = rect
        _ = rest.cutTop(1)
        var used = 1
        for (index, line) in text(item).enumerated() {
            var place = rest
            _ = place.cutLeft(3)
            let lines = frame.paragraph(
                line, in: place, style: Style(index == 0 ? .text : .quiet), ellipsis: ellipsis)
            _ = rest.cutTop(lines)
            used += lines
        }
        return used + 1
    }
}
