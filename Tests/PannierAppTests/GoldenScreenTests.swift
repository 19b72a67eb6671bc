import PannierApp
import PannierCore
import PannierScreen
import Testing

/// Screens as text: press, wait until idle, compare.
@Suite("Golden screens")
struct GoldenScreenTests {
    private static let sizes = [(120, 36), (80, 24), (60, 15), (48, 16)]

    private func check(_ harness: Harness, _ name: String) throws {
        try Golden.expect(harness.lines, equals: "\(name)-\(harness.model.size.columns)x\(harness.model.size.rows)")
    }

    @Test("My Files and Shared With Me", arguments: sizes)
    func first(columns: Int, rows: Int) throws {
        try check(Harness(columns: columns, rows: rows), "first")
    }

    @Test("In a folder, with transfers", arguments: sizes)
    func transfers(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.press(.enter, .down, .down, .down, .down)
        harness.tell(.transfers(Samples.transfers))
        harness.pass(seconds: 4)
        harness.tell(.transfers(Samples.transfers))
        try check(harness, "transfers")
    }

    @Test("ASCII signs")
    func ascii() throws {
        var harness = Harness(columns: 80, rows: 24, glyphs: .ascii)
        harness.press(.enter)
        harness.tell(.transfers(Samples.transfers))
        try check(harness, "ascii")
    }

    @Test("Names that push at the borders", arguments: sizes)
    func hardNames(columns: Int, rows: Int) throws {
        try check(Harness(Samples.hardNamesEngine(), columns: columns, rows: rows), "names")
    }

    @Test("After a resize it looks as if it had always been so", arguments: sizes)
    func resized(columns: Int, rows: Int) throws {
        var harness = Harness(Samples.hardNamesEngine(), columns: 200, rows: 60)
        harness.resize(10, 3)
        harness.resize(columns, rows)
        try check(harness, "names")
    }

    @Test("Too small")
    func tooSmall() throws { try check(Harness(columns: 20, rows: 6), "small") }

    @Test("The other pane, narrow")
    func otherPane() throws {
        var harness = Harness(columns: 48, rows: 16)
        harness.press(.tab, .enter)
        try check(harness, "shared")
    }

    @Test("The list of keys", arguments: sizes)
    func keys(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.type("?")
        try check(harness, "keys")
    }

    @Test("Nothing there, and not signed in")
    func empty() throws {
        var harness = Harness(FakeEngine(), columns: 80, rows: 24)
        try check(harness, "empty")
        harness.tell(.status(FakeEngine.status(.signedOut)))
        try check(harness, "signed-out")
    }

    @Test("Offline, and the agent gone")
    func trouble() throws {
        var harness = Harness(columns: 80, rows: 24)
        let why = Problem(
            .serverUnreachable, "The server files.example.org does not answer: could not connect to it.",
            detail: "Nothing is lost: what you change here is kept, and sent when it is back.")
        harness.tell(.status(FakeEngine.status(.offline, problem: why)))
        try check(harness, "offline")
        harness.take(.link(.lost(Problem(.agentUnreachable, "The agent has gone.", detail: "It is started again."))))
        try check(harness, "no-agent")
    }
}
