import Foundation
import Glibc
import PannierApp
import PannierCore
import PannierScreen
import PannierSettings
import SeededRandom
import TerminalEmulator
import Testing

/// ncurses alone: in the suite of terminals, because it has one a process.
extension TerminalSuite {
    @Test("ncurses: the second press of a button on a cell is a double one, a third or a late one begins anew")
    func doubleClicks() throws {
        var now = 0
        let bench = try CursesBench(size: size) { now }
        for (deed, pause) in [
            (Mouse.Deed.press(.left), 0), (.double(.left), 400), (.press(.left), 0), (.press(.left), 401),
            (.double(.left), 10),
        ] {
            now += pause
            bench.device.type("\u{1B}[<0;5;5M\u{1B}[<0;5;5m")
            #expect(Wake.wait(input: bench.terminal.input, bell: -1, milliseconds: 10_000).keys)
            #expect(bench.terminal.nextKey() == .mouse(Mouse(deed, row: 4, column: 4)))
            #expect(bench.terminal.nextKey() == .mouse(Mouse(.release(.left), row: 4, column: 4)))
        }
        bench.terminal.close()
    }

    @Test("ncurses: mouse and paste are told only while the screen is taken, the mouse only if it is wanted")
    func terminalModes() throws {
        let bench = try CursesBench(size: size)
        bench.terminal.flush()
        _ = try bench.lines()
        #expect(bench.device.emulator.modes == ["alternate screen", "mouse", "paste", "cursor keys"])
        bench.terminal.suspend()
        _ = try bench.lines()
        #expect(bench.device.emulator.modes == ["reversed order"])
        bench.terminal.resume()
        _ = try bench.lines()
        #expect(bench.device.emulator.modes == ["alternate screen", "mouse", "paste", "cursor keys"])
        bench.terminal.close()
        _ = try bench.lines()
        #expect(bench.device.emulator.modes == ["reversed order"])

        let device = try PseudoTerminal(size: size)
        let quiet = try NcursesTerminal(
            options: TerminalOptions(mouse: false), environment: ["TERM": "xterm-256color", "LANG": "C.UTF-8"],
            output: device.output,
            keys: device.keys)
        quiet.flush()
        try device.settle()
        #expect(device.emulator.modes == ["alternate screen", "paste", "cursor keys"])
        quiet.close()
    }

    @Test(
        "ncurses: every cell has the look of its theme, in every tier, also after the theme was changed",
        arguments: [
            ("xterm-256color", "truecolor", ColourTier.truecolor), ("xterm-256color", "", .indexed),
            ("rxvt-unicode", "", .sixteen), ("xterm", "", .sixteen), ("vt220", "", .none),
        ])
    func themes(term: String, colours: String, tier: ColourTier) throws {
        let cache = try TemporaryFolder()
        let bench = try CursesBench(
            size: size,
            environment: ["TERM": term, "COLORTERM": colours, "LANG": "C.UTF-8", "XDG_CACHE_HOME": cache.path])
        #expect(bench.terminal.tier == tier)
        let bright = term != "xterm"
        var display = Display(bench.terminal)
        var harness = Harness(columns: 80, rows: 24)
        harness.tell(.transfers(Samples.transfers))
        for name in ThemeLibrary.shippedNames {
            let theme = try #require(ThemeLibrary.shipped(name))
            display.adopt(theme)
            for keys in [[], [Key.character("?")], [.escape, .character("j")]] {
                for key in keys { harness.press(key) }
                let frame = harness.frame
                display.show(frame)
                #expect(try bench.lines() == frame.lines)
                check(bench.device.emulator, frame, theme, tier, bright: bright, "\(name), \(tier)")
            }
        }
        bench.terminal.close()
    }

    /// - Parameter bright: The terminal has the colours 8 to 15; others show them as bold.
    private func check(
        _ emulator: Emulator, _ frame: Frame, _ theme: Theme, _ tier: ColourTier, bright: Bool, _ words: Comment
    ) {
        var wrong = 0
        for row in 0..<frame.size.rows {
            for column in 0..<frame.size.columns {
                let cell = frame[row, column]
                var look = theme.look(of: cell.style, tier: tier)
                if !bright, case .index(let index) = look.ink, index >= 8 {
                    look.ink = .index(index - 8)
                    look.attributes.insert(.bold)
                }
                let shown = emulator.places[row][column].look
                // The ink of a blank shows only when it is reversed or underlined.
                if cell.text == " ", shown.attributes.isDisjoint(with: [.reverse, .underline]) {
                    look.ink = shown.ink
                    look.attributes = shown.attributes
                }
                if look != shown { wrong += 1 }
            }
        }
        #expect(wrong == 0, words)
    }

    @Test("ncurses: a terminal that gives ambiguous characters two columns gets none")
    func ambiguous() throws {
        let device = try PseudoTerminal(size: size)
        let terminal = try NcursesTerminal(
            options: TerminalOptions(isAmbiguousWide: true),
            environment: ["TERM": "xterm-256color", "LANG": "C.UTF-8"], output: device.output, keys: device.keys)
        #expect(terminal.glyphs == .ascii)
        var display = Display(terminal)
        var frame = Frame(size: size)
        frame.text("Café … Ωmega 漢字 → Ende", row: 0, column: 0, width: 40, style: Style(.text))
        display.show(frame)
        try device.settle()
        let line = device.emulator.lines[0]
        #expect(line.unicodeScalars.allSatisfy { !AmbiguousWidth.contains($0) })
        #expect(line == "Cafe\u{301} ~ ?mega 漢字 ? Ende")
        terminal.close()
    }

    @Test("ncurses: the device's modes are as before")
    func modes() throws {
        let device = try PseudoTerminal(size: size)
        let before = device.modes
        let terminal = try NcursesTerminal(
            environment: ["TERM": "xterm-256color"], output: device.output, keys: device.keys)
        #expect(device.modes.c_lflag & UInt32(ICANON | ECHO | ISIG) == 0)
        terminal.close()
        #expect(device.modes.c_lflag == before.c_lflag && device.modes.c_iflag == before.c_iflag)
        try device.settle()
        #expect(device.emulator.showsCursor && !device.emulator.isOnAlternateScreen)
    }

    @Test("ncurses: no name moves a border, whatever the terminal makes of emoji")
    func borders() throws {
        let bench = try CursesBench(size: size)
        var display = Display(bench.terminal)
        var harness = Harness(Samples.hardNamesEngine(), columns: 80, rows: 24)
        display.show(harness.frame)
        harness.press(.down, .down)
        display.show(harness.frame)
        _ = try bench.lines()
        let pane = harness.model.layout.panes[0]
        for row in pane.row..<pane.endRow {
            for column in [0, 39, 40, 79] {
                let shown = bench.device.emulator.places[row][column].text
                #expect("─│┌┐└┘".contains(shown), "\(row), \(column): \(shown)")
                #expect(shown == harness.frame[row, column].text)
            }
        }
        bench.terminal.close()
    }

    @Test("ncurses: random pictures come out as they were drawn")
    func random() throws {
        var generator = SeededGenerator.fromEnvironment()
        let bench = try CursesBench(size: size)
        var display = Display(bench.terminal)
        for _ in 0..<60 {
            var frame = Frame(size: size)
            for _ in 0..<Int.random(in: 0..<80, using: &generator) {
                frame.text(
                    SafeText(bytes: generator.hostileBytes()), row: Int.random(in: 0..<24, using: &generator),
                    column: Int.random(in: 0..<80, using: &generator), width: 40,
                    style: Style(ColourRole.allCases.randomElement(using: &generator)!))
            }
            display.show(frame)
            _ = try bench.lines()
            for row in 0..<24 {
                for column in 0..<80 where frame[row, column].width == 1 && frame[row, column].text.utf8.count == 1 {
                    let shown = bench.device.emulator.places[row][column].text
                    #expect(shown == frame[row, column].text, "seed \(generator.seed): \(row), \(column)")
                }
            }
        }
        bench.terminal.close()
    }

    @Test("ncurses: NO_COLOR, sixteen colours, a terminal nobody knows, one that is none")
    func tiers() throws {
        let plain = try CursesBench(size: size, environment: ["TERM": "xterm-256color", "NO_COLOR": "1"])
        #expect(plain.terminal.tier == .none)
        plain.terminal.close()
        let few = try CursesBench(size: size, environment: ["TERM": "xterm"])
        #expect(few.terminal.tier == .sixteen)
        few.terminal.close()
        let new = try CursesBench(size: size, environment: ["TERM": "xterm-of-tomorrow"])
        #expect(new.terminal.tier == .indexed)
        new.terminal.close()
        #expect(throws: TerminalError.self) { try CursesBench(size: size, environment: ["TERM": "dumb"]) }
    }

    @Test("ncurses: truecolor through an entry of our own")
    func truecolor() throws {
        let cache = FileManager.default.temporaryDirectory.appending(path: "pannier-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let environment = [
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "XDG_CACHE_HOME": cache, "LANG": "C.UTF-8",
        ]
        for _ in 0..<2 {
            let bench = try CursesBench(size: size, environment: environment)
            #expect(bench.terminal.tier == .truecolor)
            var display = Display(bench.terminal)
            var frame = Frame(size: size)
            frame.text("film", row: 0, column: 0, width: 4, style: Style(.folder))
            display.show(frame)
            _ = try bench.lines()
            #expect(bench.device.emulator.places[0][0].look.ink == .rgb(0x6FB2FF))
            bench.terminal.close()
        }
        #expect(FileManager.default.fileExists(atPath: cache + "/pannier/terminfo/x/xterm-256color-pannier2"))
    }
}
