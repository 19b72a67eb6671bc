import PannierCore
import PannierScreen
import SeededRandom
import Testing

@Suite("Frames")
struct FrameTests {
    private let size = Size(columns: 10, rows: 3)
    private let style = Style(.text)

    @Test("Text stays in its columns")
    func clipped() {
        var frame = Frame(size: size)
        #expect(frame.text("漢字漢字漢字", row: 1, column: 2, width: 5, style: style) == 5)
        #expect(frame.lines == ["", "  漢字…", ""])
        frame.text("outside", row: 3, column: 0, width: 7, style: style)
        frame.text("edge", row: 0, column: 8, width: 4, style: style)
        frame.text("left", row: 2, column: -2, width: 4, style: style)
        #expect(frame.lines == ["        ed", "  漢字…", "ft"])
    }

    @Test("Drawing over half of a wide cluster leaves no other half")
    func halves() {
        var frame = Frame(size: size)
        frame.text("漢字", row: 0, column: 0, width: 4, style: style)
        frame.text("x", row: 0, column: 1, width: 1, style: style)
        #expect(frame.lines[0] == " x字")
        frame.text("yz", row: 0, column: 1, width: 2, style: style)
        #expect(frame.lines[0] == " yz")
        frame.text("漢", row: 0, column: 0, width: 2, style: style)
        frame.text("字", row: 0, column: 1, width: 2, style: style)
        #expect(frame.lines[0] == " 字")
    }

    @Test("Aligned")
    func aligned() {
        var frame = Frame(size: size)
        frame.text("漢", row: 0, column: 0, width: 10, style: style, align: .right)
        frame.text("漢", row: 1, column: 0, width: 10, style: style, align: .centre)
        #expect(frame.lines == ["        漢", "    漢", ""])
    }

    @Test("Only what changed is written, a wide cluster whole")
    func changes() {
        var old = Frame(size: size)
        old.text("abcd", row: 0, column: 0, width: 10, style: style)
        var new = Frame(size: size)
        new.text("abXd", row: 0, column: 0, width: 10, style: style)
        new.text("漢字", row: 2, column: 3, width: 4, style: style)
        let runs = Array(FrameChanges(from: old, to: new))
        #expect(runs.map(\.row) == [0, 2])
        #expect(runs.map(\.column) == [2, 3])
        #expect(runs.map { $0.cells.map(\.text).joined() } == ["X", "漢字"])
        #expect(Array(FrameChanges(from: new, to: new)).isEmpty)
        #expect(Array(FrameChanges(from: nil, to: new)).reduce(0) { $0 + $1.cells.count } == 30)
    }

    @Test("Changes on top of the old picture make the new one", .timeLimit(.minutes(5)))
    func changesMakeTheNewPicture() {
        var generator = SeededGenerator.fromEnvironment()
        var old: Frame?
        var shown: [[Cell]] = []
        for _ in 0..<500 {
            let new = randomFrame(&generator)
            if old == nil { shown = Self.cells(of: Frame(size: size)) }
            for run in FrameChanges(from: old, to: new) {
                for (offset, cell) in run.cells.enumerated() { shown[run.row][run.column + offset] = cell }
            }
            #expect(shown == Self.cells(of: new), "seed \(generator.seed)")
            old = new
        }
    }

    private static func cells(of frame: Frame) -> [[Cell]] {
        (0..<frame.size.rows).map { Array(frame.cells(inRow: $0)) }
    }

    private func randomFrame(_ generator: inout SeededGenerator) -> Frame {
        var frame = Frame(size: size)
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            frame.text(
                SafeText(bytes: generator.hostileBytes()), row: Int.random(in: -1...3, using: &generator),
                column: Int.random(in: -2...10, using: &generator), width: Int.random(in: 0...8, using: &generator),
                style: Style(ColourRole.allCases.randomElement(using: &generator)!))
        }
        return frame
    }
}

@Suite("What ncurses is given")
struct CursesCellTests {
    private func cell(_ text: SafeText) -> Cell {
        var frame = Frame(size: Size(columns: 2, rows: 1))
        frame.text(text, row: 0, column: 0, width: 2, style: Style(.text))
        return frame[0, 0]
    }

    private func parts(_ text: String, width: Int, measure: @escaping (Unicode.Scalar) -> Int) -> [String] {
        let cell = cell(SafeText(text))
        #expect(cell.width == width)
        return CursesCell(cell, measure: measure).parts.map { String(String.UnicodeScalarView($0.scalars)) }
    }

    @Test("Emoji of several scalars become what every terminal draws two columns wide")
    func simplified() {
        let measure: (Unicode.Scalar) -> Int = { CellWidth.of($0) }
        #expect(parts("👨‍👩‍👧‍👦", width: 2, measure: measure) == ["👨"])
        #expect(parts("❤\u{FE0F}", width: 2, measure: measure) == ["❤", " "])
        #expect(parts("🇩🇪", width: 2, measure: measure) == ["D", "E"])
        #expect(parts("1\u{FE0F}\u{20E3}", width: 2, measure: measure) == ["1", " "])
        #expect(parts("कि", width: 2, measure: measure) == ["क", "ि"])
        #expect(parts("e\u{301}", width: 1, measure: measure).map { $0.unicodeScalars.count } == [2])
    }

    @Test("What the C library does not know, or takes for wider, is a question mark of the same width")
    func unknown() {
        #expect(parts("漢", width: 2, measure: { _ in -1 }) == ["?", " "])
        #expect(parts("─", width: 1, measure: { _ in 2 }) == ["?"])
        #expect(parts("é", width: 1, measure: { _ in 0 }) == ["?"])
        #expect(parts("“", width: 1, measure: { _ in -1 }) == ["\""])
        // A terminal that takes it for a column of its own would shift the line.
        #expect(parts("e\u{903}", width: 2, measure: { $0 == "e" ? 1 : 0 }) == ["e", " "])
    }

    @Test("Whatever the cell and the C library, the columns come out right", .timeLimit(.minutes(5)))
    func columns() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<3_000 {
            for cluster in Clusters(of: SafeText(bytes: generator.hostileBytes())) {
                let cell = cell(SafeText(cluster.text))
                let widths = [-1, 0, 1, 2]
                var random = generator
                let parts = CursesCell(cell) { _ in widths.randomElement(using: &random)! }.parts
                #expect(parts.reduce(0) { $0 + $1.columns } == cell.width, "seed \(generator.seed)")
                #expect(parts.allSatisfy { $0.scalars.count <= CursesCell.scalarsAtMost })
            }
        }
    }
}
