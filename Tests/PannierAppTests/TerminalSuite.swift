import PannierApp
import PannierCore
import PannierScreen
import SeededRandom
import Testing

/// What every terminal holds to. ncurses has one terminal a process, so all its tests stand in this suite, one after
/// another.
@Suite("Terminals", .serialized, .timeLimit(.minutes(5)))
struct TerminalSuite {
    let size = Size(columns: 80, rows: 24)

    private func shows(_ bench: some Bench) throws {
        var display = Display(bench.terminal)
        var harness = Harness(columns: 80, rows: 24)
        display.show(harness.frame)
        #expect(try bench.lines() == harness.lines)
        harness.press(.enter)
        harness.tell(.transfers(Samples.transfers))
        display.show(harness.frame)
        #expect(try bench.lines() == harness.lines)
        harness.press(.character("h"), .tab, .character("?"))
        display.show(harness.frame)
        #expect(try bench.lines() == harness.lines)
        display.repaint()
        display.show(harness.frame)
        #expect(try bench.lines() == harness.lines)
    }

    private func keys(_ bench: some Bench) {
        let sent: [(Key, String)] = [
            (.character("q"), "q"), (.enter, "\r"), (.tab, "\t"), (.backspace, "\u{7F}"), (.control("l"), "\u{C}"),
            (.up, "\u{1B}OA"), (.down, "\u{1B}OB"), (.right, "\u{1B}OC"), (.left, "\u{1B}OD"), (.home, "\u{1B}OH"),
            (.end, "\u{1B}OF"), (.pageUp, "\u{1B}[5~"), (.pageDown, "\u{1B}[6~"), (.backTab, "\u{1B}[Z"),
            (.function(1), "\u{1B}OP"), (.function(10), "\u{1B}[21~"), (.character("漢"), "漢"),
            (.control("c"), "\u{3}"), (.control("z"), "\u{1A}"), (.escape, "\u{1B}"),
            (.mouse(Mouse(.press(.left), row: 2, column: 130)), "\u{1B}[<0;131;3M"),
            (.mouse(Mouse(.release(.left), row: 2, column: 130)), "\u{1B}[<0;131;3m"),
            (.mouse(Mouse(.press(.right), row: 0, column: 0, control: true)), "\u{1B}[<18;1;1M"),
            (.mouse(Mouse(.press(.middle), row: 0, column: 0, shift: true)), "\u{1B}[<5;1;1M"),
            (.mouse(Mouse(.wheelUp, row: 9, column: 4)), "\u{1B}[<64;5;10M"),
            (.mouse(Mouse(.wheelDown, row: 9, column: 4)), "\u{1B}[<65;5;10M"),
            (.paste("ana@example.org mia@example.org"), "\u{1B}[200~ana@example.org\rmia@example.org\n\u{1B}[201~"),
            (.paste("Grüße"), "\u{1B}[200~\u{1}Grü\u{1B}OAße\u{1B}[201~"), (.character("d"), "d"),
            (.ground(0xFDF6E3), "\u{1B}]11;rgb:fdfd/f6f6/e3e3\u{1B}\\"),
            (.ground(0x101218), "\u{1B}]11;rgb:10/12/18\u{7}"),
            (.character("j"), "j"),
        ]
        #expect(bench.terminal.nextKey() == nil)
        for (key, bytes) in sent {
            bench.press(key, bytes: bytes)
            #expect(Wake.wait(input: bench.terminal.input, bell: -1, milliseconds: 10_000).keys)
            #expect(bench.terminal.nextKey() == key)
            #expect(bench.terminal.nextKey() == nil)
        }
        #expect(!Wake.wait(input: bench.terminal.input, bell: -1, milliseconds: 0).keys)
    }

    private func resizes(_ bench: some Bench) throws {
        var display = Display(bench.terminal)
        var harness = Harness(columns: 80, rows: 24)
        display.show(harness.frame)
        var generator = SeededGenerator.fromEnvironment()
        var sizes = [(120, 36), (60, 15), (20, 6), (100, 30), (1, 1), (2, 1), (1, 2), (300, 80)]
        for _ in 0..<40 {
            sizes.append((Int.random(in: 1...160, using: &generator), Int.random(in: 1...50, using: &generator)))
        }
        for (columns, rows) in sizes {
            bench.setWindow(Size(columns: columns, rows: rows))
            bench.terminal.adoptSize()
            #expect(bench.terminal.size == Size(columns: columns, rows: rows))
            harness.resize(columns, rows)
            display.repaint()
            display.show(harness.frame)
            #expect(try bench.lines() == harness.lines, "\(columns)x\(rows), seed \(generator.seed)")
        }
    }

    private func givesBack(_ bench: some Bench) throws {
        var display = Display(bench.terminal)
        let harness = Harness(columns: 80, rows: 24)
        display.show(harness.frame)
        #expect(try bench.isTaken)
        bench.terminal.suspend()
        #expect(try !bench.isTaken)
        bench.terminal.resume()
        display.repaint()
        display.show(harness.frame)
        #expect(try bench.isTaken)
        #expect(try bench.lines() == harness.lines)
        bench.terminal.close()
        #expect(try !bench.isTaken)
        bench.terminal.close()
    }

    @Test("Memory: what is drawn is shown") func memoryShows() throws { try shows(MemoryBench(size: size)) }
    @Test("Memory: keys") func memoryKeys() throws { keys(try MemoryBench(size: size)) }
    @Test("Memory: resized") func memoryResizes() throws { try resizes(MemoryBench(size: size)) }
    @Test("Memory: given back") func memoryGivesBack() throws { try givesBack(MemoryBench(size: size)) }

    @Test("ncurses: what is drawn is shown") func cursesShows() throws {
        let bench = try CursesBench(size: size)
        try shows(bench)
        #expect(bench.terminal.tier == .indexed)
        bench.terminal.close()
    }

    @Test("ncurses: keys") func cursesKeys() throws {
        let bench = try CursesBench(size: size)
        keys(bench)
        bench.terminal.close()
    }

    @Test("ncurses: resized") func cursesResizes() throws {
        let bench = try CursesBench(size: size)
        try resizes(bench)
        bench.terminal.close()
    }

    @Test("ncurses: given back") func cursesGivesBack() throws { try givesBack(CursesBench(size: size)) }

    @Test("Only what changed goes to the terminal")
    func few() throws {
        let terminal = try MemoryTerminal(size: Size(columns: 120, rows: 36))
        var display = Display(terminal)
        var harness = Harness()
        display.show(harness.frame)
        let all = terminal.cellsWritten
        #expect(all == 120 * 36)
        harness.press(.down)
        display.show(harness.frame)
        // Two lines of one pane, and what the info panel says.
        #expect(terminal.cellsWritten - all <= 2 * 60 + 2 * 118)
    }

    @Test(
        "The locale: the first variable that is set decides",
        arguments: [
            ([:], nil), (["LANG": "de_DE.UTF-8"], "de_DE.UTF-8"), (["LANG": "x", "LC_ALL": "C"], "C"),
            (["LANG": "x", "LC_CTYPE": "y", "LC_ALL": ""], "y"),
        ] as [([String: String], String?)])
    func locale(environment: [String: String], wanted: String?) {
        #expect(TerminalLocale.wanted(environment) == wanted)
        #expect(TerminalLocale.isUTF8("de_DE.UTF-8") && TerminalLocale.isUTF8("C.utf8"))
        #expect(TerminalLocale.isUTF8("de_DE.UTF-8@euro") && !TerminalLocale.isUTF8("de_DE.ISO-8859-1"))
    }
}
