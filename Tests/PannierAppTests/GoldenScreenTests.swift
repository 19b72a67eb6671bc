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
        let plain = harness.frame(with: .ascii).lines
        #expect(!plain.contains { $0.unicodeScalars.contains(where: Self.isSign) }, "\(plain.joined(separator: "\n"))")
    }

    /// Punctuation, arrows, lines, blocks: what only the screen itself draws. Letters may be of a name.
    private static func isSign(_ scalar: UnicodeScalar) -> Bool {
        let signs: [ClosedRange<UInt32>] = [
            0xB7...0xB7, 0x2010...0x203A, 0x2190...0x25FF, 0x2713...0x2718, 0x2800...0x28FF,
        ]
        return CursesCell.plain[scalar] == nil && signs.contains { $0.contains(scalar.value) }
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

    @Test("Searching the help, and the command line", arguments: sizes)
    func palette(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.type("?sha")
        try check(harness, "help-search")
        harness.press(.escape)
        harness.type(":so")
        try check(harness, "command-line")
    }

    @Test("The keys after a prefix", arguments: sizes)
    func whichKey(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.type(",")
        harness.pass(seconds: 1)
        try check(harness, "which-key")
    }

    @Test("Lines to fill in, and a question", arguments: sizes)
    func prompts(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.press(.enter, .down, .down)
        harness.type("r")
        try check(harness, "rename")
        harness.press(.escape)
        harness.type("f漢")
        try check(harness, "filter")
        harness.press(.escape)
        harness.type("r/music/")
        try check(harness, "move")
        harness.press(.escape)
        harness.type(" d")
        try check(harness, "question")
    }

    @Test("Marks, and a range", arguments: sizes)
    func marks(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.press(.enter)
        harness.type(",S  jvjj")
        try check(harness, "marks")
    }

    @Test("Sharing", arguments: sizes)
    func share(columns: Int, rows: Int) throws {
        let engine = Samples.engine()
        engine.setAccess(Samples.access)
        var harness = Harness(engine, columns: columns, rows: rows)
        harness.type("S")
        harness.type("new-client@acme.io, oops")
        try check(harness, "share")
        harness.press(.tab)
        try check(harness, "share-person")
    }

    @Test("The transfers panel, and in its map", arguments: sizes)
    func transfersPanel(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.tell(.transfers(Samples.transfers))
        for _ in 0..<40 {
            harness.pass(seconds: 1)
            harness.tell(.transfers(Samples.transfers))
        }
        harness.type("w")
        try check(harness, "panel")
        harness.press(.enter, .right, .right, .down)
        try check(harness, "panel-map")
    }

    @Test("No transfers")
    func noTransfers() throws {
        var harness = Harness(columns: 80, rows: 24)
        harness.type("w")
        try check(harness, "panel-empty")
    }

    @Test("Choosing files of this machine", arguments: sizes)
    func picker(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.type("I")
        harness.press(.down, .character(" "), .end)
        harness.type("i")
        if case .estimate(_, let number)? = harness.engine.commands.last {
            harness.tell(
                .estimate(
                    Estimate(
                        number: number, files: 1, bytes: 48_700_000_000, examined: 20_000_000_000, there: 18_400_000_000
                    ))
            )
        }
        try check(harness, "picker")
    }

    @Test("Where things come to, when a name is taken", arguments: sizes)
    func download(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.press(.end)
        harness.type("X")
        try check(harness, "download")
        harness.type("s")
        try check(harness, "download-name")
        harness.press(.escape, .escape, .control("a"))
        harness.type("Xs")
        try check(harness, "download-some")
    }

    @Test("Reading a file", arguments: sizes)
    func preview(columns: Int, rows: Int) throws {
        let engine = Samples.engine()
        engine.setText(
            "# Notes\n\ttabs\tand wide 漢字漢字\r\n\u{1B}[31mnot red\u{1B}[0m \u{202E}turned\n\n"
                + (1...200).map { "line \($0): " + String(repeating: "word ", count: $0 % 40) }.joined(separator: "\n"))
        var harness = Harness(engine, columns: columns, rows: rows)
        harness.press(.end, .enter)
        try check(harness, "preview")
        harness.type("G")
        try check(harness, "preview-end")
        harness.type("/line 1")
        try check(harness, "preview-find")
        harness.press(.enter)
        harness.type("n")
        try check(harness, "preview-found")
    }

    @Test("A file that is no text")
    func bytes() throws {
        let engine = Samples.engine()
        engine.setText("\u{7F}ELF\0\u{1}\u{2}\u{3}" + String(repeating: "abc\0", count: 400))
        var harness = Harness(engine, columns: 80, rows: 24)
        harness.press(.end, .enter, .down)
        try check(harness, "preview-bytes")
    }

    @Test("Versions, with a conflict and without", arguments: sizes)
    func versions(columns: Int, rows: Int) throws {
        let engine = Samples.conflictEngine()
        var harness = Harness(engine, columns: columns, rows: rows)
        harness.tell(.status(FakeEngine.status(conflicts: 1)))
        harness.press(.down, .down)
        try check(harness, "conflict")
        harness.type("!")
        try check(harness, "conflict-problem")
        harness.press(.escape)
        harness.type("V")
        try check(harness, "versions")
        engine.setVersions(Array(Samples.versions.suffix(3)))
        harness.tell(.foldersChanged(nil))
        harness.press(.control("l"))
        try check(harness, "versions-plain")
    }

    @Test("Problems", arguments: sizes)
    func problems(columns: Int, rows: Int) throws {
        let engine = Samples.engine()
        engine.setFailures([
            TransferFailure(
                row: 1, path: "photos/\u{202E}gpj.exe",
                problem: Problem(
                    .localFileUnreadable, "It cannot be read: permission denied.",
                    detail: "Nothing of it was sent. Make it readable, then try again."))
        ])
        var harness = Harness(engine, columns: columns, rows: rows)
        var failed = Samples.transfer(9, "photos", .partlyFailed, done: 5_000, of: 6_000)
        failed.filesFailed = 1
        harness.tell(.transfers(Samples.transfers + [failed]))
        harness.type("!j")
        try check(harness, "problems")
    }

    @Test("No problems")
    func noProblems() throws {
        var harness = Harness(columns: 80, rows: 24)
        harness.type("!")
        try check(harness, "problems-none")
    }

    @Test("The trash", arguments: sizes)
    func trash(columns: Int, rows: Int) throws {
        let engine = Samples.engine()
        engine.setTrash([
            (.init(name: "old.txt", size: 5_000, age: 60_000), Samples.path("film", "old.txt")),
            (.init(name: "漢字", age: 90_000), Samples.path("漢字")),
        ])
        var harness = Harness(engine, columns: columns, rows: rows)
        harness.type("gt")
        try check(harness, "trash")
    }

    @Test("Themes")
    func themes() throws {
        var harness = Harness(columns: 80, rows: 24)
        harness.type(":theme")
        harness.press(.enter, .down)
        try check(harness, "themes")
    }

    @Test("The sign-in", arguments: sizes)
    func signIn(columns: Int, rows: Int) throws {
        var harness = Harness(FakeEngine(), columns: columns, rows: rows, isOpen: false)
        harness.take(.link(.opened))
        harness.tell(.status(FakeEngine.status(.signedOut)))
        harness.type("alice@example.org")
        harness.press(.tab)
        harness.type("secret")
        try check(harness, "sign-in")
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
