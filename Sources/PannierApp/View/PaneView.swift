import PannierCore
import PannierScreen

/// One list of files in its border.
struct PaneView {
    private let model: Model
    private let pane: Pane
    private let isFocused: Bool

    init(model: Model, index: Int) {
        self.model = model
        pane = model.panes[index]
        isFocused = model.focus == index
    }

    private var glyphs: Glyphs { model.glyphs }

    func draw(in rect: Rect, _ frame: inout Frame) {
        let edge = Style(isFocused ? .accent : .quiet)
        frame.border(rect, glyphs: glyphs.border, style: edge)
        title(in: rect, &frame)
        let inside = rect.inside
        guard !inside.isEmpty else { return }
        let columns = PaneColumns(inside, space: pane.path.space)
        heads(columns, row: inside.row, &frame)
        for line in 0..<max(0, inside.rows - 1) {
            draw(line: pane.top + line, row: inside.row + 1 + line, columns, &frame)
        }
        var words = Rect(
            row: inside.row + 2 + pane.lead, column: inside.column + 3, columns: inside.columns - 4,
            rows: inside.rows - 2 - pane.lead)
        for (offset, text) in emptyWords.enumerated() {
            let used = frame.paragraph(
                text, in: words, style: Style(offset == 0 ? .text : .quiet), ellipsis: glyphs.ellipsis)
            _ = words.cutTop(used)
        }
        footer(in: rect, &frame)
    }

    // MARK: Border

    private func title(in rect: Rect, _ frame: inout Frame) {
        let head = Words.title(of: pane.path.space)
        let room = rect.columns - 6
        guard room > 0 else { return }
        let ink = Style(isFocused ? .strong : .text)
        var column = rect.column + 2
        frame.text(" ", row: rect.row, column: column, width: 1, style: ink)
        column += 1
        if pane.path.isRoot {
            column += frame.text(
                head, row: rect.row, column: column, width: room, style: ink, ellipsis: glyphs.ellipsis)
        } else {
            var path = head
            for name in pane.path.names { path.append(" \(glyphs.separator) \(SafeText(name))") }
            column += frame.text(
                path, row: rect.row, column: column, width: room, style: ink, cut: .start, ellipsis: glyphs.ellipsis)
        }
        frame.text(" ", row: rect.row, column: column, width: 1, style: ink)
    }

    private func footer(in rect: Rect, _ frame: inout Frame) {
        guard let total = pane.window.total else { return }
        let place = pane.cursor - pane.lead + 1
        let count = Format.count(Int64(total))
        var text: SafeText = total == 1 ? " 1 item " : " \(count) items "
        if pane.lineCount > pane.height, place > 0 { text = " \(Format.count(Int64(place))) of \(count) " }
        frame.text(
            text, row: rect.endRow - 1, column: rect.column + 2, width: rect.columns - 4, style: Style(.quiet),
            align: .right, ellipsis: glyphs.ellipsis)
    }

    private func heads(_ columns: PaneColumns, row: Int, _ frame: inout Frame) {
        let style = Style(.quiet)
        frame.text("name", row: row, column: columns.name.lowerBound, width: columns.name.count, style: style)
        if let size = columns.size {
            frame.text("size", row: row, column: size.lowerBound, width: size.count, style: style, align: .right)
        }
        if let age = columns.age {
            frame.text("age", row: row, column: age.lowerBound, width: age.count, style: style, align: .right)
        }
        if let who = columns.who {
            let word: SafeText = pane.path.space == .shared ? "role" : "by"
            frame.text(word, row: row, column: who.lowerBound, width: who.count, style: style)
        }
    }

    // MARK: Lines

    private func draw(line: Int, row: Int, _ columns: PaneColumns, _ frame: inout Frame) {
        guard line < pane.lineCount else { return }
        let isCursor = line == pane.cursor
        let ground: ColourRole = isCursor ? (isFocused ? .cursor : .shadow) : .screen
        if isCursor {
            let whole = Rect(row: row, column: columns.all.lowerBound, columns: columns.all.count, rows: 1)
            frame.fill(whole, style: Style(.text, on: ground))
        }
        if line < pane.lead {
            frame.text(
                "../", row: row, column: columns.name.lowerBound, width: columns.name.count,
                style: Style(.folder, on: ground))
        } else if let item = pane.row(atLine: line) {
            RowView(item, in: pane, model: model).draw(row: row, ground: ground, columns, &frame)
        } else {
            // Its page is on its way.
            frame.text(
                glyphs.dot, row: row, column: columns.name.lowerBound, width: columns.name.count,
                style: Style(.quiet, on: ground))
        }
    }

    // MARK: Nothing

    private var emptyWords: [SafeText] {
        if let problem = pane.problem, pane.window.rows.isEmpty {
            return [SafeText(problem.title)] + (problem.detail.map { [SafeText($0)] } ?? [])
        }
        if model.status?.connection == .signedOut, pane.window.total ?? 0 == 0 {
            return ["Not signed in.", "Leave with q, then: pannier login URL --email YOU"]
        }
        guard pane.window.total == 0 else { return [] }
        if !pane.path.isRoot { return ["This folder is empty."] }
        switch pane.path.space {
        case .myFiles: return ["Nothing here yet.", "Send something: pannier put FILE"]
        case .shared: return ["Nobody has shared anything with you yet."]
        }
    }
}
