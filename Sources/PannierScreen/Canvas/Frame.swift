package import PannierCore

/// One picture of the whole screen. Every cell is always whole: drawing over half of a wide cluster blanks its other
/// half, and nothing is drawn outside the columns that the caller gave, so no text can move a border.
package struct Frame: Sendable, Equatable {
    package let size: Size
    private var cells: [Cell]

    /// Blank.
    package init(size: Size, ground: Style = Style(.text)) {
        self.size = size
        cells = Array(repeating: .blank(ground), count: max(0, size.columns) * max(0, size.rows))
    }

    package subscript(row: Int, column: Int) -> Cell { cells[row * size.columns + column] }

    /// The cells of one row, `size.columns` of them.
    package func cells(inRow row: Int) -> ArraySlice<Cell> {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// What a screen reader would read: one line a row, without the blanks at its end.
    package var lines: [String] {
        (0..<size.rows).map { row in
            var line = cells(inRow: row).map(\.text).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private func holds(_ row: Int, _ column: Int) -> Bool {
        row >= 0 && row < size.rows && column >= 0 && column < size.columns
    }

    /// Puts one cluster; false where it does not fit.
    private mutating func put(_ text: String, width: Int, row: Int, column: Int, style: Style) -> Bool {
        guard holds(row, column), holds(row, column + width - 1) else { return false }
        let index = row * size.columns + column
        mend(before: index, after: index + width - 1)
        cells[index] = Cell(text: text, width: width, style: style)
        if width == 2 { cells[index + 1] = Cell(text: "", width: 0, style: style) }
        return true
    }

    /// Blanks the halves of wide clusters that stick out of the cells about to be written.
    private mutating func mend(before first: Int, after last: Int) {
        if cells[first].width == 0 { cells[first - 1] = .blank(cells[first - 1].style) }
        if cells[last].width == 2 { cells[last + 1] = .blank(cells[last + 1].style) }
    }
}

// MARK: - Drawing

extension Frame {
    package enum Alignment: Sendable { case left, right, centre }
    /// Where a text that is too long loses its middle part or its ends.
    package enum Cut: Sendable { case start, middle, end }

    /// Draws one line of text in the columns `column..<column + width`, shortened with `ellipsis` if it must be.
    /// Escapes take the role `escape`, whatever the style. Returns the columns that were used.
    @discardableResult
    package mutating func text(
        _ text: SafeText, row: Int, column: Int, width: Int, style: Style, align: Alignment = .left, cut: Cut = .end,
        ellipsis: SafeText = "…"
    ) -> Int {
        let clusters = Shortening(of: text, to: width, cut: cut, ellipsis: ellipsis).clusters
        let used = clusters.reduce(0) { $0 + $1.width }
        let start =
            switch align {
            case .left: column
            case .right: column + width - used
            case .centre: column + (width - used) / 2
            }
        put(clusters, row: row, column: start, style: style)
        return used
    }

    /// Draws a text in as many lines as it needs, broken between words where it can be, and shortened with `ellipsis`
    /// where `rect` has too few. Returns the lines that were used.
    @discardableResult
    package mutating func paragraph(
        _ text: SafeText, in rect: Rect, style: Style, ellipsis: SafeText = "…"
    ) -> Int {
        let lines = Wrapping(of: text, to: rect.columns).lines(atMost: rect.rows, ellipsis: ellipsis)
        for (offset, line) in lines.enumerated() {
            put(line, row: rect.row + offset, column: rect.column, style: style)
        }
        return lines.count
    }

    private mutating func put(_ clusters: some Sequence<Cluster>, row: Int, column: Int, style: Style) {
        var position = column
        for cluster in clusters {
            let cellStyle = cluster.isEscape ? Style(.escape, on: style.ground) : style
            _ = put(cluster.text, width: cluster.width, row: row, column: position, style: cellStyle)
            position += cluster.width
        }
    }

    /// Fills a rectangle with one cluster of one column.
    package mutating func fill(_ rect: Rect, with text: SafeText = " ", style: Style) {
        guard let cluster = Clusters(of: text).first(where: { $0.width == 1 }) else { return }
        for row in rect.row..<rect.endRow {
            for column in rect.column..<rect.endColumn {
                _ = put(cluster.text, width: 1, row: row, column: column, style: style)
            }
        }
    }

    /// Gives what is drawn already another look; escapes keep their role. Clusters of which a part is meant get it whole.
    package mutating func restyle(row: Int, columns: Range<Int>, style: Style) {
        guard row >= 0, row < size.rows else { return }
        var range = columns.clamped(to: 0..<size.columns)
        guard !range.isEmpty else { return }
        let line = row * size.columns
        if cells[line + range.lowerBound].width == 0 { range = range.lowerBound - 1..<range.upperBound }
        if cells[line + range.upperBound - 1].width == 2 { range = range.lowerBound..<range.upperBound + 1 }
        for index in line + range.lowerBound..<line + range.upperBound {
            let ink = cells[index].style.ink == .escape ? .escape : style.ink
            cells[index] = Cell(
                text: cells[index].text, width: cells[index].width, style: Style(ink, on: style.ground))
        }
    }

    /// Draws a border on the outermost cells of `rect`.
    package mutating func border(_ rect: Rect, glyphs: Glyphs.Border, style: Style) {
        guard rect.columns >= 2, rect.rows >= 2 else { return }
        let top = rect.row, bottom = rect.endRow - 1, left = rect.column, right = rect.endColumn - 1
        let across = Rect(row: top, column: left, columns: rect.columns, rows: 1)
        fill(across, with: glyphs.horizontal, style: style)
        fill(Rect(row: bottom, column: left, columns: rect.columns, rows: 1), with: glyphs.horizontal, style: style)
        fill(Rect(row: top, column: left, columns: 1, rows: rect.rows), with: glyphs.vertical, style: style)
        fill(Rect(row: top, column: right, columns: 1, rows: rect.rows), with: glyphs.vertical, style: style)
        text(glyphs.topLeft, row: top, column: left, width: 1, style: style)
        text(glyphs.topRight, row: top, column: right, width: 1, style: style)
        text(glyphs.bottomLeft, row: bottom, column: left, width: 1, style: style)
        text(glyphs.bottomRight, row: bottom, column: right, width: 1, style: style)
    }
}
