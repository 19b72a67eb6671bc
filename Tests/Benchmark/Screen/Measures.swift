import ChildPrograms
import Glibc
import Measuring
import PannierScreen
import TerminalEmulator

/// What is measured of the screen, each by itself.
struct Measures {
    static let size = Size(columns: 120, rows: 36)

    let house: House
    let load: Load

    func open(runtime: String = "run") throws -> Console {
        try Console(
            house.client, environment: house.environment(runtime: runtime), errors: house.log, size: Self.size)
    }

    /// A screen in the folder of many rows.
    func openInRows(runtime: String = "run") throws -> Console {
        let console = try open(runtime: runtime)
        try console.wait(for: "My Files") { $0.shows(Load.folder + "/") && $0.nameUnderCursor != nil }
        console.press(Bytes.enter)
        try console.wait(for: "the rows") { $0.shows(Load.name(3)) }
        return console
    }

    // MARK: First frame

    func firstFrames(_ starts: Int) throws {
        var (whole, filled, bare) = (Figures(), Figures(), Figures())
        for _ in 0..<starts {
            let console = try open()
            let frame = try console.wait(for: "the first frame") { $0.shows("┌─ My Files") && $0.shows("q leave") }
            whole.add(milliseconds: frame.end - console.started)
            let rows = try console.wait(for: "rows") { $0.shows(Load.folder + "/") }
            filled.add(milliseconds: max(rows.end, frame.end) - console.started)
            console.close(by: "q")
            let start = Moment()
            let version = try ChildProgram(
                house.client, ["--version"], environment: house.environment(), output: "/dev/null", errors: house.log)
            _ = version.endBlocking()
            bare.add(milliseconds: Moment() - start)
        }
        Table.say("First frame, from the start of the process, with a running agent")
        Table.times("first whole frame", whole, limit: 50, at: 0.95)
        Table.times("… with the rows of My Files", filled)
        Table.times("for comparison: pannier --version, to its end", bare)
    }

    // MARK: Bytes

    func bytes() throws {
        let console = try openInRows()
        defer { console.close(by: "q") }
        _ = console.frames(for: 1)
        Table.say("Bytes of a frame, 120x36, truecolor")
        for (name, keys) in [
            ("cursor down by one", "j"), ("a page down", Bytes.pageDown), ("help opened", "?"),
            ("help closed", Bytes.controlC), ("everything again (C-l)", Bytes.controlL),
        ] {
            var figures = Figures()
            for _ in 0..<(["j", Bytes.pageDown].contains(keys) ? 9 : 1) {
                console.press(keys)
                if let frame = console.frame(quiet: 60) { figures.add(Double(frame.bytes)) }
            }
            Table.row(name, "\(Int(figures.median)) bytes")
        }
    }

    // MARK: Keys

    func keys(rounds: Int) throws {
        let console = try openInRows(runtime: "relay")
        try console.wait(for: "transfers") { $0.shows("\(Load.transfers) active") }
        var typist = try Typist(console, rows: load.rows)
        for _ in 0..<rounds { try typist.round() }
        Table.say("Key to frame, \(load.rows) rows, \(Load.transfers) transfers running, ten events a second")
        Table.times("all keys", typist.frames, limit: 16)
        for (kind, figures) in typist.kinds.sorted(by: { $0.key < $1.key }) { Table.times("  \(kind)", figures) }
        Table.say("Rows that the agent has to look for (the frame of the key does not wait)")
        for (kind, figures) in typist.answers.sorted(by: { $0.key < $1.key }) { Table.times("  \(kind)", figures) }
        try idle(console, seconds: 15)
        console.close(by: "q")
    }

    // MARK: Nobody types

    private func idle(_ console: Console, seconds: Int) throws {
        let before = ProcessWork(of: console.program.pid)
        let frames = console.frames(for: seconds)
        let after = ProcessWork(of: console.program.pid)
        var bytes = Figures()
        for frame in frames { bytes.add(Double(frame)) }
        let share = after.share(since: before)
        Table.say("Nobody types for \(seconds) s, \(Load.transfers) transfers running")
        Table.row("processor time of the screen", Table.percent(share), limit: "3.00%", isMet: share <= 0.03)
        Table.row("frames a second", Table.number(Double(frames.count) / Double(seconds)))
        Table.row(
            "bytes of a tick of progress", "median \(Int(bytes.median))  max \(Int(bytes.most)) bytes")
    }

    func rest(seconds: Int) throws {
        let console = try openInRows()
        defer { console.close(by: "q") }
        // What has just ended lingers in the strip for a while.
        try console.wait(for: "no transfers", within: 90) { !$0.shows("Transfers ") }
        let before = ProcessWork(of: console.program.pid)
        let frames = console.frames(for: seconds)
        let after = ProcessWork(of: console.program.pid)
        Table.say("Nobody types for \(seconds) s, nothing is running")
        Table.row("processor time of the screen", Table.percent(after.share(since: before)))
        Table.row("frames in all", "\(frames.count)")
        Table.row("wake-ups a second, all threads", Table.number(after.wakeUpsASecond(since: before)))
    }
}
