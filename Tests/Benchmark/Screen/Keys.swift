import Glibc
import Measuring
import TerminalEmulator

/// Keys as an xterm sends them.
enum Bytes {
    static let home = "\u{1B}OH", pageDown = "\u{1B}[6~", pageUp = "\u{1B}[5~", down = "\u{1B}OB", f1 = "\u{1B}OP"
    static let f10 = "\u{1B}[21~", controlC = "\u{3}", controlD = "\u{4}", controlL = "\u{C}", enter = "\r"
}

extension Emulator {
    func shows(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

    /// The name under the cursor, as the info panel has it; nil where that shows none.
    var nameUnderCursor: Substring? {
        guard let top = lines.firstIndex(where: { $0.contains("┌─ Info") }), top + 1 < lines.count else { return nil }
        let name = lines[top + 1].dropFirst(2).prefix { $0 != " " }
        return name.isEmpty ? nil : name
    }
}

/// Presses keys in a folder of many rows, and knows for each what must stand on the screen then.
struct Typist {
    /// From the key to the frame that shows what it did.
    private(set) var frames = Figures()
    /// The same for each kind of key.
    private(set) var kinds: [String: Figures] = [:]
    /// From the key to rows that the agent had to sort or to look for among all of them.
    private(set) var answers: [String: Figures] = [:]
    private let console: Console
    private let rows: Int
    /// Row under the cursor; -1: `../`.
    private var cursor = 0
    /// Rows of a page.
    private var page = 0
    private var noise: UInt64 = 88_172_645_463_325_252

    /// The screen shows the folder, and the cursor is on its first row.
    init(_ console: Console, rows: Int) throws {
        self.console = console
        self.rows = rows
        console.press(Bytes.home)
        try console.wait(for: "../") { $0.nameUnderCursor == nil }
        console.press(Bytes.pageDown)
        try console.wait(for: "a page") { $0.nameUnderCursor?.hasPrefix("entry-") ?? false }
        // `../` is a line, too.
        let number = console.emulator.nameUnderCursor?.dropFirst("entry-".count).prefix(6).drop { $0 == "0" } ?? ""
        cursor = Int(number) ?? 0
        page = cursor + 1
    }

    /// One of everything, and of what is pressed most, more.
    mutating func round() throws {
        for _ in 0..<12 { try move("j", by: 1) }
        for _ in 0..<4 { try move(Bytes.pageDown, by: page, as: "PgDn") }
        for _ in 0..<4 { try move("k", by: -1) }
        for _ in 0..<2 { try move(Bytes.pageUp, by: -page, as: "PgUp") }
        try ahead()
        try go(to: rows - 1, "G")
        for _ in 0..<4 { try move("k", by: -1) }
        try move(Bytes.pageUp, by: -page, as: "PgUp")
        try help()
        try panel()
        try go(to: -1, Bytes.home, as: "Home")
        for _ in 0..<6 { try move("j", by: 1) }
        try filter()
        try sort()
    }

    private mutating func move(_ keys: String, by lines: Int, as name: String? = nil) throws {
        try go(to: min(rows - 1, max(-1, cursor + lines)), keys, as: name)
    }

    private mutating func go(to row: Int, _ keys: String, as name: String? = nil) throws {
        cursor = row
        let wanted = row < 0 ? nil : Load.name(row)
        try press(keys, as: name ?? keys, "the cursor on \(wanted ?? "../")") { emulator in
            guard let wanted else { return emulator.nameUnderCursor == nil && emulator.shows("../") }
            return emulator.nameUnderCursor.map { $0 == wanted } ?? false
        }
    }

    /// Keys that come quicker than rows do.
    private mutating func ahead() throws {
        rest()
        cursor = min(rows - 1, cursor + 25 * page)
        let wanted = Load.name(cursor)
        let moment = console.press(String(repeating: Bytes.pageDown, count: 25))
        let end = try console.wait(for: wanted) { $0.nameUnderCursor.map { $0 == wanted } ?? false }.end
        answers["rows 25 pages further down, at one go", default: Figures()].add(milliseconds: end - moment)
    }

    private mutating func help() throws {
        try press("?", as: "? (help)", "the help") { $0.shows("Keys for: ") }
        try press("s", as: "a letter in the help", "its letters") { $0.shows("search: s_") }
        try press(Bytes.pageDown, as: "PgDn in the help", nil)
        try press(Bytes.controlC, as: "help closed", "the panes") { !$0.shows("Keys for: ") }
    }

    private mutating func panel() throws {
        try press("w", as: "w (transfers panel)", "the panel") { $0.shows("─ Transfers ") && !$0.shows("┌─ Info") }
        for _ in 0..<3 { try press("j", as: "j in the panel", nil) }
        try press("q", as: "panel closed", "the panes") { $0.shows("┌─ Info") }
    }

    private mutating func filter() throws {
        try press("f", as: "f (filter)", "the prompt") { $0.shows("filter: _") }
        try press("4", as: "a letter of a filter", "the letter") { $0.shows("filter: 4_") }
        try press("2", as: "a letter of a filter", "the letter", answer: "rows that fit a filter") {
            $0.shows("filter: 42_")
        } isAnswered: {
            $0.shows("entry-000042.dat")
        }
        try press(Bytes.controlC, as: "filter taken away", "all rows", answer: "rows without the filter") {
            !$0.shows("filter: ")
        } isAnswered: {
            // It does not fit the filter.
            $0.shows(Load.name(43))
        }
        // The first that fitted.
        cursor = 42
    }

    private mutating func sort() throws {
        try go(to: -1, Bytes.home, as: "Home")
        for (key, head) in [("s", "size"), ("n", "name")] {
            try press(",\(key)", as: "sort by \(head)", "the mark", answer: "rows sorted by \(head)") { emulator in
                ["▴", "▾"].contains { emulator.shows("\(head) \($0)") || emulator.shows("\($0) \(head)") }
            } isAnswered: {
                $0.shows("entry-")
            }
        }
        try go(to: -1, Bytes.home, as: "Home")
    }

    // MARK: Pressing

    /// - Parameters:
    ///   - condition: what the frame of this key shows; for those whose frame cannot be told from others, the next one
    ///     that comes.
    ///   - isAnswered: what the screen shows when the agent has answered; waited for before the next key.
    private mutating func press(
        _ keys: String, as kind: String, _ what: String?, answer: String? = nil,
        _ condition: (Emulator) -> Bool = { _ in true }, isAnswered: ((Emulator) -> Bool)? = nil
    ) throws {
        rest()
        let moment = console.press(keys)
        let end: Moment?
        if let what {
            end = try console.wait(for: what, condition).end
        } else {
            end = console.frame(quiet: 1, within: 1_000)?.end
        }
        if let end {
            frames.add(milliseconds: end - moment)
            kinds[kind, default: Figures()].add(milliseconds: end - moment)
        }
        guard let isAnswered, let answer else { return }
        let answered = try console.wait(for: answer, isAnswered).end
        answers[answer, default: Figures()].add(milliseconds: max(end ?? moment, answered) - moment)
    }

    /// Some milliseconds, each time others, so that keys meet the agent's news at any moment. What comes is read.
    private mutating func rest() {
        noise ^= noise << 13
        noise ^= noise >> 7
        noise ^= noise << 17
        let end = Moment() + (5 + Int(noise % 25)) * 1_000_000
        while case let left = (end - Moment()) / 1_000_000, left > 0 { _ = console.frame(quiet: 1, within: left) }
    }
}
