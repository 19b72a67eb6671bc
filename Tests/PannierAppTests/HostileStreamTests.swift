import Foundation
import PannierCore
import SeededRandom
import TerminalEmulator
import Testing

@testable import PannierScreen

/// In the suite of terminals, because ncurses has one a process.
extension TerminalSuite {
    /// Names of random bytes, as many as the whole tests draw, or enough to find what is wrong with many.
    private static let hostileNames = ProcessInfo.processInfo.environment["PANNIER_FULL"] != nil ? 100_000 : 5_000

    @Test("ncurses: names of random bytes come out as they were drawn, among sequences of our own alone")
    func hostileStream() throws {
        var generator = SeededGenerator.fromEnvironment()
        let size = Size(columns: 200, rows: 100)
        let bench = try CursesBench(size: size)
        var display = Display(bench.terminal)
        let styles = ColourRole.allCases.filter { !$0.isGround }.map { Style($0) }
        var left = Self.hostileNames
        while left > 0 {
            var frame = Frame(size: size)
            for row in 0..<size.rows {
                for column in stride(from: 0, to: size.columns, by: 40) {
                    let style = styles.randomElement(using: &generator) ?? Style(.text)
                    let name = SafeText(bytes: generator.hostileBytes())
                    frame.text(name, row: row, column: column + 1, width: 38, style: style, cut: .middle)
                    frame.text("│", row: row, column: column, width: 1, style: Style(.border))
                    left -= 1
                }
            }
            display.show(frame)
            try bench.device.settle()
            let emulator = bench.device.emulator
            #expect(emulator.unknown == [], "seed \(generator.seed)")
            let wrong = Self.wrongCells(emulator, frame)
            #expect(wrong == [], "seed \(generator.seed)")
            guard wrong.isEmpty else { break }
        }
        bench.terminal.close()
    }

    /// Cells that show something else than was drawn, or with another look.
    private static func wrongCells(_ emulator: Emulator, _ frame: Frame) -> [String] {
        var wrong: [String] = []
        for row in 0..<frame.size.rows {
            var column = 0
            while column < frame.size.columns {
                let cell = frame[row, column]
                let look = Theme.standard.look(of: cell.style, tier: .indexed)
                for part in CursesCell(cell).parts {
                    let place = emulator.places[row][column]
                    let text = String(String.UnicodeScalarView(part.scalars))
                    let isShown = text == " " ? place.text == " " : place.text == text && place.look == look
                    if !isShown { wrong.append("\(row), \(column): \(place) and not \(text.debugDescription)") }
                    column += part.columns
                }
            }
        }
        return Array(wrong.prefix(5))
    }
}
