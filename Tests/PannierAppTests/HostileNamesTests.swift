import PannierApp
import PannierCore
import PannierScreen
import SeededRandom
import Testing

@Suite("Hostile names")
struct HostileNamesTests {
    private static let borders: Set<String> = ["│", "┌", "┐", "└", "┘", "─"]

    /// Every cell holds what may be shown, and the widths add up.
    private func check(_ frame: Frame, seed: UInt64) {
        for row in 0..<frame.size.rows {
            let cells = frame.cells(inRow: row)
            #expect(cells.reduce(0) { $0 + $1.width } == frame.size.columns, "seed \(seed)")
            for (offset, cell) in cells.enumerated() {
                #expect(cell.width != 0 || cells[cells.startIndex + offset - 1].width == 2, "seed \(seed)")
                for scalar in cell.text.unicodeScalars {
                    let properties = scalar.properties
                    let isJoiner = scalar == "\u{200D}" || scalar == "\u{200C}" || scalar == "\u{FE0F}"
                    #expect(isJoiner || !properties.isDefaultIgnorableCodePoint, "seed \(seed)")
                    #expect(isJoiner || ![.control, .format].contains(properties.generalCategory), "seed \(seed)")
                }
            }
        }
    }

    @Test("10,000 names of random bytes between two borders", .timeLimit(.minutes(5)))
    func bytes() {
        var generator = SeededGenerator.fromEnvironment()
        let size = Size(columns: 40, rows: 100)
        for _ in 0..<100 {
            var frame = Frame(size: size)
            frame.border(Rect(size), glyphs: Glyphs.unicode.border, style: Style(.quiet))
            for row in 1..<99 {
                let name = SafeText(bytes: generator.hostileBytes())
                let cut: Frame.Cut = [.start, .middle, .end].randomElement(using: &generator)!
                frame.text(name, row: row, column: 1, width: 38, style: Style(.text), cut: cut)
            }
            check(frame, seed: generator.seed)
            for row in 1..<99 { #expect(frame[row, 0].text == "│" && frame[row, 39].text == "│") }
        }
    }

    @Test("10,000 hostile names in both panes, page by page", .timeLimit(.minutes(5)))
    func panes() throws {
        var generator = SeededGenerator.fromEnvironment()
        let engine = FakeEngine()
        engine.set(.myFiles, names(10_000, &generator).map { .init(name: $0, size: 1) })
        engine.set(.sharedWithMe, names(500, &generator).map { .init(name: $0, owner: $0, role: .viewer) })
        for (columns, rows) in [(120, 36), (61, 24)] {
            var harness = Harness(engine, columns: columns, rows: rows, hidesDotFiles: false)
            let panes = harness.model.layout.panes
            for _ in 0...(10_000 / (harness.model.layout.paneLines - 1)) {
                let frame = harness.frame
                check(frame, seed: generator.seed)
                for pane in panes {
                    for row in pane.row..<pane.endRow {
                        let edges = [frame[row, pane.column].text, frame[row, pane.endColumn - 1].text]
                        #expect(Self.borders.isSuperset(of: edges), "seed \(generator.seed)")
                    }
                }
                harness.press(.pageDown)
            }
            #expect(harness.model.focused.cursor == 9_999)
        }
    }

    private func names(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
        var names: Set<String> = []
        while names.count < count {
            let bytes = generator.hostileBytes().filter { $0 != UInt8(ascii: "/") }
            let text = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
                $0.properties.generalCategory != .control
            }
            var name = String(String.UnicodeScalarView(text))
            while name.utf8.count > 240 { name.removeLast() }
            name += String(names.count)
            if (try? NodeName(name)) != nil { names.insert(name) }
        }
        return Array(names)
    }
}
