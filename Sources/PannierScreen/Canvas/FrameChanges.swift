/// Cells side by side in one row that differ from what the screen shows.
package struct CellRun: Hashable, Sendable {
    package let row: Int
    package let column: Int
    package let cells: [Cell]
}

/// The cells of a frame that differ from the one before, as runs: all that is written to the terminal. A wide cluster
/// is written whole.
package struct FrameChanges: Sequence, IteratorProtocol {
    private let old: Frame?
    private let new: Frame
    private var row = 0
    private var column = 0

    /// Without an old frame of the same size, everything has changed.
    package init(from old: Frame?, to new: Frame) {
        self.old = old.flatMap { $0.size == new.size ? $0 : nil }
        self.new = new
    }

    package mutating func next() -> CellRun? {
        while row < new.size.rows {
            if let run = runInRow() { return run }
            row += 1
            column = 0
        }
        return nil
    }

    private mutating func runInRow() -> CellRun? {
        while column < new.size.columns, !differs(column) { column += 1 }
        guard column < new.size.columns else { return nil }
        // A change in the right half is a change of the whole cluster.
        let start = new[row, column].width == 0 ? column - 1 : column
        while column < new.size.columns, differs(column) || new[row, column].width == 0 { column += 1 }
        return CellRun(row: row, column: start, cells: (start..<column).map { new[row, $0] })
    }

    private func differs(_ column: Int) -> Bool { old.map { $0[row, column] != new[row, column] } ?? true }
}
