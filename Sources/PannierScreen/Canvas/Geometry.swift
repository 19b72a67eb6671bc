/// A place on the screen, counted from the top left corner.
package struct Point: Hashable, Sendable {
    package var row: Int
    package var column: Int
    package init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

package struct Size: Hashable, Sendable {
    package var columns: Int
    package var rows: Int
    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

package struct Rect: Hashable, Sendable {
    package var row: Int
    package var column: Int
    package var columns: Int
    package var rows: Int
    package init(row: Int, column: Int, columns: Int, rows: Int) {
        self.row = row
        self.column = column
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    package init(_ size: Size) { self.init(row: 0, column: 0, columns: size.columns, rows: size.rows) }

    package var endRow: Int { row + rows }
    package var endColumn: Int { column + columns }
    package var isEmpty: Bool { columns == 0 || rows == 0 }
    /// Cells in it.
    package var area: Int { columns * rows }

    package func holds(_ point: Point) -> Bool {
        point.row >= row && point.row < endRow && point.column >= column && point.column < endColumn
    }

    /// What a border of one cell leaves.
    package var inside: Rect { Rect(row: row + 1, column: column + 1, columns: columns - 2, rows: rows - 2) }

    /// Takes `rows` off the top.
    package mutating func cutTop(_ rows: Int) -> Rect {
        let taken = min(max(0, rows), self.rows)
        defer {
            row += taken
            self.rows -= taken
        }
        return Rect(row: row, column: column, columns: columns, rows: taken)
    }

    /// Takes `rows` off the bottom.
    package mutating func cutBottom(_ rows: Int) -> Rect {
        let taken = min(max(0, rows), self.rows)
        self.rows -= taken
        return Rect(row: endRow, column: column, columns: columns, rows: taken)
    }

    /// Takes `columns` off the right.
    package mutating func cutRight(_ columns: Int) -> Rect {
        let taken = min(max(0, columns), self.columns)
        self.columns -= taken
        return Rect(row: row, column: endColumn, columns: taken, rows: rows)
    }

    /// One of its rows, counted from its top; empty where it has no such row.
    package func line(_ index: Int) -> Rect {
        Rect(row: row + index, column: column, columns: columns, rows: index >= 0 && index < rows ? 1 : 0)
    }

    /// A rectangle of at most this size in the middle of this one.
    package func centre(_ size: Size) -> Rect {
        let columns = min(size.columns, self.columns), rows = min(size.rows, self.rows)
        return Rect(
            row: row + (self.rows - rows) / 2, column: column + (self.columns - columns) / 2, columns: columns,
            rows: rows)
    }

    /// Without so many columns at its left and right.
    package func narrowed(by columns: Int) -> Rect {
        Rect(row: row, column: column + columns, columns: self.columns - 2 * columns, rows: rows)
    }

    /// Takes `columns` off the left.
    package mutating func cutLeft(_ columns: Int) -> Rect {
        let taken = min(max(0, columns), self.columns)
        defer {
            column += taken
            self.columns -= taken
        }
        return Rect(row: row, column: column, columns: taken, rows: rows)
    }
}
