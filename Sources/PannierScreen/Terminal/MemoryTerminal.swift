import PannierCore

/// A terminal in memory, for tests: holds what was written, counts the cells, and takes keys and sizes from the test.
package final class MemoryTerminal: Terminal {
    package private(set) var size: Size
    package let tier: ColourTier
    package let glyphs: Glyphs
    package var input: CInt { bell.descriptor }
    /// What the screen shows, or nil after ``suspend()`` and ``close()``.
    package private(set) var cells: [[Cell]]?
    /// Cells written since the beginning.
    package private(set) var cellsWritten = 0
    package private(set) var isClosed = false
    package private(set) var theme = Theme.standard
    /// What this terminal says its background is, if it is asked; nil when it does not answer.
    package var ground: UInt32?
    /// Called at every flush: looks at the screen, and presses the next key.
    package var onFlush: (MemoryTerminal) -> Void = { _ in }

    private let bell: Bell
    private var keys: [Key] = []
    private var wanted: Size

    /// - Throws: ``TerminalError`` when there is no eventfd to be had.
    package init(size: Size, tier: ColourTier = .truecolor, glyphs: Glyphs = .unicode) throws {
        bell = try Bell()
        self.size = size
        wanted = size
        self.tier = tier
        self.glyphs = glyphs
        cells = Self.blank(size)
    }

    private static func blank(_ size: Size) -> [[Cell]] {
        let row = Array(repeating: Cell.blank(Style(.text)), count: size.columns)
        return Array(repeating: row, count: size.rows)
    }

    package func press(_ key: Key) {
        keys.append(key)
        bell.ring()
    }

    /// As if the window had been resized: takes effect at ``adoptSize()``.
    package func setWindow(_ size: Size) { wanted = size }

    package var lines: [String] {
        (cells ?? []).map { row in
            var line = row.map(\.text).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    package func write(_ run: CellRun) {
        guard cells != nil else { return }
        for (offset, cell) in run.cells.enumerated() {
            cells?[run.row][run.column + offset] = cell
            cellsWritten += 1
        }
    }

    package func flush() { onFlush(self) }

    package func nextKey() -> Key? {
        guard !keys.isEmpty else {
            bell.hush()
            return nil
        }
        return keys.removeFirst()
    }

    package func adopt(_ theme: Theme) { self.theme = theme }

    package func askGround() { if let ground { press(.ground(ground)) } }

    package func adoptSize() {
        guard wanted != size else { return }
        size = wanted
        cells = Self.blank(size)
    }

    package func repaint() { if cells != nil { cells = Self.blank(size) } }

    package func suspend() { cells = nil }

    package func resume() {
        size = wanted
        cells = Self.blank(size)
    }

    package func close() {
        cells = nil
        isClosed = true
    }
}
