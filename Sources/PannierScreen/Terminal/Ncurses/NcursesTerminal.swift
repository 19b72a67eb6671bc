import CLinux
import CNcurses
import Foundation
import Glibc
import PannierCore

/// The person's terminal through ncurses. ncurses keeps its state in global variables, so a process has one at a time.
///
/// Given back at ``close()``, at `exit`, and, by a handler in C, when the process dies of a fault; signals that ask the
/// process to end are the loop's business.
package final class NcursesTerminal: Terminal {
    package private(set) var size: Size
    package let tier: ColourTier
    package let glyphs: Glyphs
    package let input: CInt

    private let output: CInt
    private let curses: OpaquePointer
    private var isOpen = true
    private let palette: CursesPalette
    private var keys: CursesKeys
    private let isAmbiguousWide: Bool
    private let term: String
    /// An answer of the terminal is on its way.
    private var isAsking = false

    /// Takes the screen.
    /// - Parameter now: Milliseconds of a clock that only goes forward: tells two clicks from a double one.
    /// - Throws: ``TerminalError`` when this is no terminal, or its TERM is unknown.
    package init(
        options: TerminalOptions = TerminalOptions(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        output: UnsafeMutablePointer<FILE>? = nil, keys: UnsafeMutablePointer<FILE>? = nil,
        now: @escaping () -> Int = CursesKeys.monotonic
    ) throws {
        self.keys = CursesKeys(now: now)
        guard let output = output ?? fdopen(STDOUT_FILENO, "w"), let keys = keys ?? fdopen(STDIN_FILENO, "r") else {
            throw TerminalError("the standard input and output cannot be used")
        }
        input = fileno(keys)
        self.output = fileno(output)
        guard isatty(self.output) == 1, isatty(input) == 1 else {
            throw TerminalError("the full screen needs a terminal on standard input and output")
        }
        let isUTF8 = TerminalLocale.adopt(environment: environment)
        let wanted = Self.wantedTier(environment)
        pannier_terminal_guard(input)
        curses = try Self.open(environment: environment, wanted: wanted, output: output, keys: keys)
        tier = wanted == .none ? .none : Self.colours()
        term = environment["TERM"] ?? ""
        isAmbiguousWide = options.isAmbiguousWide
        glyphs = Glyphs.chosen(
            options.glyphs, border: options.border, isUTF8: isUTF8, term: term, isAmbiguousWide: isAmbiguousWide)
        palette = CursesPalette(options.theme, tier: tier)
        size = Self.currentSize()
        pannier_curses_setup()
        pannier_curses_listen(options.mouse)
        CursesCode.define()
        layGround()
        take()
    }

    deinit { close() }

    // MARK: Opening

    /// `NO_COLOR` (no-color.org) wins over everything.
    static func wantedTier(_ environment: [String: String]) -> ColourTier {
        if let no = environment["NO_COLOR"], !no.isEmpty { return .none }
        return DirectColour.isWanted(environment) ? .truecolor : .indexed
    }

    private static func open(
        environment: [String: String], wanted: ColourTier, output: UnsafeMutablePointer<FILE>,
        keys: UnsafeMutablePointer<FILE>
    ) throws -> OpaquePointer {
        if wanted == .truecolor, let direct = DirectColour(environment: environment) {
            setenv("TERMINFO", direct.folder, 1)
            defer {
                if let old = environment["TERMINFO"] { setenv("TERMINFO", old, 1) } else { unsetenv("TERMINFO") }
            }
            if let curses = newterm(direct.name, output, keys) { return curses }
        }
        let term = environment["TERM"] ?? ""
        // Terminals newer than this machine's terminfo (kitty, ghostty and their like over ssh) all speak xterm's words.
        for name in [term, fallbackTerm] where !["", "dumb"].contains(term) {
            if let curses = newterm(name, output, keys) { return curses }
        }
        pannier_terminal_unguard()
        throw TerminalError("the terminal “\(SafeText(term))” (TERM) cannot show a screen, or is not known here")
    }

    private static let fallbackTerm = "xterm-256color"

    private static func colours() -> ColourTier {
        guard has_colors() else { return .none }
        start_color()
        use_default_colors()
        switch pannier_curses_colors() {
        case 0x100_0000...: return .truecolor
        case 256...: return .indexed
        case 8...: return .sixteen
        default: return .none
        }
    }

    // MARK: Writing

    package func write(_ run: CellRun) {
        guard isOpen else { return }
        var column = run.column
        for cell in run.cells where cell.width > 0 {
            let paint = palette.paint(of: cell.style)
            for part in CursesCell(cell, isAmbiguousWide: isAmbiguousWide).parts {
                let text = part.scalars.map { wchar_t($0.value) } + [0]
                // ERR after the last place of the screen is how curses says that the cursor cannot go on.
                pannier_curses_put(CInt(run.row), CInt(column), text, paint.attributes, paint.pair)
                column += part.columns
            }
        }
    }

    package func flush() { if isOpen { ExitGuard.draw { pannier_curses_flush() } } }
    package func repaint() { if isOpen { pannier_curses_touch() } }

    package func adopt(_ theme: Theme) {
        guard isOpen else { return }
        palette.adopt(theme)
        layGround()
        pannier_curses_touch()
    }

    /// Blanks are written in the ground of the screen.
    private func layGround() { pannier_curses_background(palette.paint(of: Style(.text)).pair) }

    package func askGround() {
        // Those that would print the question.
        guard isOpen, !["linux", "vt"].contains(where: term.hasPrefix) else { return }
        isAsking = true
        TerminalModes.write("\u{1B}]11;?\u{7}", to: output)
    }

    // MARK: Keys and size

    package func nextKey() -> Key? {
        guard isOpen, let key = keys.next() else { return nil }
        if case .ground = key { isAsking = false }
        return key
    }

    package func adoptSize() {
        let now = Self.windowSize(input) ?? size
        guard isOpen, now != size else { return }
        resizeterm(CInt(now.rows), CInt(now.columns))
        size = Self.currentSize()
    }

    private static func currentSize() -> Size {
        let window = pannier_curses_window()
        return Size(columns: Int(getmaxx(window)), rows: Int(getmaxy(window)))
    }

    private static func windowSize(_ descriptor: CInt) -> Size? {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return nil
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    // MARK: Giving back

    private func take() {
        ExitGuard.take(output: output)
        TerminalModes.write(TerminalModes.enter, to: output)
    }

    /// An answer that comes too late would be read by the shell, as if it had been typed.
    private func dropAnswer() {
        var waiting = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        if poll(&waiting, 1, 100) > 0 { tcflush(input, TCIFLUSH) }
    }

    package func suspend() { if isOpen { ExitGuard.giveBack() } }

    package func resume() {
        guard isOpen else { return }
        take()
        // The first refresh after endwin takes the screen again.
        pannier_curses_touch()
        flush()
        // It would tell the terminal only when the next key is asked for.
        keypad(pannier_curses_window(), true)
        adoptSize()
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        if isAsking { dropAnswer() }
        ExitGuard.giveBack()
        delscreen(curses)
        pannier_terminal_unguard()
    }
}
