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
        let edge = Style(isFocused ? .accent : .border)
        frame.border(rect, glyphs: glyphs.border, style: edge)
        title(in: rect, &frame)
        let inside = rect.inside
        guard !inside.isEmpty else { return }
        let columns = PaneColumns(inside, space: pane.path.space)
        PaneHeads(pane, in: inside, glyphs).draw(&frame)
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
        let head = pane.title
        let room = rect.columns - 6
        guard room > 0 else { return }
        let ink = Style(isFocused ? .strong : .text)
        var column = rect.column + 2
        frame.text(" ", row: rect.row, column: column, width: 1, style: ink)
        column += 1
        if pane.path.isRoot || pane.isTrash {
            column += frame.text(
                head, row: rect.row, column: column, width: room, style: ink, ellipsis: glyphs.ellipsis)
        } else {
            var path = head
            for name in pane.path.names { path.append(" \(glyphs.separator) \(SafeText(name))") }
            column += frame.text(
                path, row: rect.row, column: column, width: room, style: ink, cut: .start, ellipsis: glyphs.ellipsis)
        }
        let letters = pane.listing.filter.letters
        let words: SafeText = letters.isEmpty ? " " : " \(glyphs.dot) only “\(SafeText(letters))” "
        frame.text(
            words, row: rect.row, column: column, width: max(1, rect.endColumn - 2 - column),
            style: letters.isEmpty ? ink : Style(.match), ellipsis: glyphs.ellipsis)
    }

    private func footer(in rect: Rect, _ frame: inout Frame) {
        guard let total = pane.window.total else { return }
        if !pane.marks.isEmpty || pane.range != nil { return marked(in: rect, &frame) }
        let place = pane.cursor - pane.lead + 1
        let count = Format.count(Int64(total))
        var text: SafeText = total == 1 ? " 1 item " : " \(count) items "
        if pane.lineCount > pane.height, place > 0 { text = " \(Format.count(Int64(place))) of \(count) " }
        frame.text(
            text, row: rect.endRow - 1, column: rect.column + 2, width: rect.columns - 4, style: Style(.quiet),
            align: .right, ellipsis: glyphs.ellipsis)
    }

    private func marked(in rect: Rect, _ frame: inout Frame) {
        let marks = pane.marks
        var text: SafeText = " \(Format.count(Int64(marks.count))) marked"
        if marks.bytes > 0 { text.append(" \(glyphs.dot) \(Format.bytes(marks.bytes))") }
        if let range = pane.range { text.append(" \(glyphs.dot) \(range.count) in the range, v ends it") }
        frame.text(
            text + " ", row: rect.endRow - 1, column: rect.column + 2, width: rect.columns - 4, style: Style(.mark),
            align: .right, ellipsis: glyphs.ellipsis)
    }

    // MARK: Lines

    private func draw(line: Int, row: Int, _ columns: PaneColumns, _ frame: inout Frame) {
        guard line < pane.lineCount else { return }
        let isCursor = line == pane.cursor
        let isMarked = pane.isMarked(line: line)
        let ground: ColourRole = isCursor ? (isFocused ? .cursor : .shadow) : isMarked ? .selected : .screen
        if isCursor || isMarked {
            let whole = Rect(row: row, column: columns.all.lowerBound, columns: columns.all.count, rows: 1)
            frame.fill(whole, style: Style(.text, on: ground))
        }
        if line < pane.lead {
            frame.text(
                "../", row: row, column: columns.name.lowerBound, width: columns.name.count,
                style: Style(.folder, on: ground))
        } else if let item = pane.row(atLine: line) {
            RowView(item, in: pane, model: model, isMarked: isMarked)
                .draw(row: row, ground: ground, columns, &frame)
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
            let told = problem.onScreen
            return [SafeText(told.title)] + (told.detail.map { [SafeText($0)] } ?? [])
        }
        if model.status?.connection == .signedOut, pane.window.total ?? 0 == 0 {
            return ["Not signed in.", ":sign-in opens the sign-in."]
        }
        guard pane.window.total == 0 else { return [] }
        if !pane.listing.filter.letters.isEmpty { return ["Nothing fits.", "Esc takes the filter away."] }
        if pane.isTrash { return ["The trash is empty.", "h goes back."] }
        if !pane.path.isRoot { return ["This folder is empty."] }
        switch pane.path.space {
        case .myFiles:
            return [
                "Nothing here yet.", "I uploads a file or folder", "a makes a folder", "g s shows what others share",
            ]
        case .shared: return ["Nobody has shared anything with you yet."]
        }
    }
}
