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
        let inside = rect.inside.narrowed(by: 1)
        let cursor = min(panel.cursor, items.count - 1)
        let shown = items.isEmpty ? 0..<0 : shown(items, cursor, inside)
        let (unseen, keys) = edge(above: shown.lowerBound, below: items.count - shown.upperBound, rect)
        Dialog.draw(
            rect,
            title: leftOut(model).map { "\(count == 0 ? "Nothing needs you" : problems), \($0)" } ?? problems,
            keys: keys, ground: .screen, model.glyphs, &frame)
        if !unseen.isEmpty, rect.columns > 6 {
            frame.text(
                unseen, row: rect.endRow - 1, column: rect.column + 2, width: rect.columns - 4, style: Style(.strong),
                ellipsis: model.glyphs.ellipsis)
        }
        guard !items.isEmpty else {
            let words: SafeText = count == 0 ? "\(model.glyphs.verified) Nothing needs you." : "They are being read."
            frame.text(
                words, row: inside.row + 1, column: inside.column + 1, width: inside.columns - 1,
                style: Style(count == 0 ? .good : .quiet))
            return
        }
        var rest = inside
        for index in shown where rest.rows > 1 {
            let used = draw(items[index], isChosen: index == cursor, model, in: rest, &frame)
            _ = rest.cutTop(used)
        }
    }

    /// What stands in the lower border: how many are not seen, and besides that where to read on, as far as there is room.
    private static func edge(above: Int, below: Int, _ rect: Rect) -> (unseen: SafeText, keys: SafeText) {
        let keys: SafeText = "pannier explain CODE tells more"
        var counts: [SafeText] = []
        if below > 0 { counts.append("+\(Format.count(Int64(below))) more") }
        if above > 0 { counts.append("\(Format.count(Int64(above))) above") }
        guard let first = counts.first else { return ("", keys) }
        let unseen: SafeText = counts.count > 1 ? " \(first), \(counts[1]) " : " \(first) "
        let hasRoom = CellWidth.of(unseen) + CellWidth.of(keys) + 3 <= rect.columns - 4
        return (unseen, hasRoom ? keys : "")
    }

    private static func leftOut(_ model: Model) -> SafeText? {
        let count = model.sync?.leftOut.total ?? 0
        return count == 0 ? nil : "\(Format.count(count)) left out of the synced folder"
    }

    /// The items for which there is room, the one under the cursor among them; of the last one perhaps not all.
    private static func shown(_ items: [ProblemsPanel.Item], _ cursor: Int, _ rect: Rect) -> Range<Int> {
        var first = cursor
        var rows = height(items[cursor], rect)
        while first > 0, rows + height(items[first - 1], rect) <= rect.rows {
            first -= 1
            rows += height(items[first], rect)
        }
        var end = cursor + 1
        while end < items.count, rect.rows - rows > 1 {
            rows += height(items[end], rect)
            end += 1
        }
        return first..<end
    }

    private static func height(_ item: ProblemsPanel.Item, _ rect: Rect) -> Int {
        2 + text(item).reduce(0) { $0 + Wrapping(of: $1, to: max(2, rect.columns - 3)).lines.count }
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
