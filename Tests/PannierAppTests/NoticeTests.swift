import Foundation
import PannierApp
import PannierCore
import PannierScreen
import SeededRandom
import Testing

/// What is said, for how long, and what can be pressed meanwhile.
@Suite("Messages and problems")
struct NoticeTests {
    private func wait(_ milliseconds: Milliseconds, _ harness: inout Harness) {
        harness.take(.time(harness.model.now + milliseconds))
    }

    private static let retrying = Samples.transfers[3]

    private static let failure = Problem(.serverUnreachable, "The server does not answer.")

    /// A problem that nobody pressed a key for.
    private func failed(_ harness: inout Harness) {
        harness.tell(.transfers([Samples.transfer(9, "a.mov", .running)]))
        harness.tell(.transfers([Samples.transfer(9, "a.mov", .failed, problem: Self.failure)]))
    }

    // MARK: How long

    @Test("A word goes by itself after eight seconds, and the loop wakes for it")
    func wordExpires() {
        var harness = Harness()
        harness.press(.down, .down)
        harness.type("y")
        #expect(harness.model.notice?.text == "budget.ods copied: p puts it where you go")
        #expect(harness.model.patience <= 8_000)
        wait(7_999, &harness)
        #expect(harness.model.notice != nil && harness.model.patience == 1)
        wait(1, &harness)
        #expect(harness.model.notice == nil)
    }

    @Test("A clock that is set back keeps no word for longer")
    func clockSetBack() {
        var harness = Harness()
        harness.press(.down, .down)
        harness.type("y")
        wait(-3_600_000, &harness)
        #expect(harness.model.notice != nil)
        wait(8_000, &harness)
        #expect(harness.model.notice == nil)
    }

    @Test("The next key takes a word away; a problem only when it can have been read, or Esc is pressed")
    func keys() {
        var harness = Harness()
        harness.type("y")
        harness.press(.down)
        #expect(harness.model.notice == nil)
        failed(&harness)
        #expect(harness.model.notice?.kind == .problem)
        wait(400, &harness)
        harness.press(.down, .up)
        #expect(harness.model.notice?.kind == .problem)
        wait(100_000, &harness)
        #expect(harness.model.notice?.kind == .problem)
        harness.press(.down)
        #expect(harness.model.notice == nil)
        failed(&harness)
        harness.press(.escape)
        #expect(harness.model.notice == nil)
    }

    @Test("What comes while a line is filled in is said afterwards")
    func behindPrompt() {
        var harness = Harness()
        harness.type("a")
        failed(&harness)
        #expect(!harness.lines.contains { $0.contains("could not be uploaded") })
        wait(60_000, &harness)
        harness.type("new")
        harness.press(.escape)
        // Esc was meant for the line.
        #expect(harness.lines.contains { $0.contains("could not be uploaded") })
    }

    // MARK: What can be pressed

    @Test("Hints that are not drawn are not pressed", arguments: [(120, 36), (80, 24), (60, 15)])
    func hints(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        func place(_ words: String) -> (Int, Int)? {
            harness.lines.enumerated().compactMap { row, line in
                line.range(of: words).map { (row, line.distance(from: line.startIndex, to: $0.lowerBound)) }
            }.first
        }
        let (row, column) = try #require(place("? keys"))
        let click = Key.mouse(Mouse(.press(.left), row: row, column: column))
        let why = Problem(.serverUnreachable, String(repeating: "It does not answer. ", count: 20))
        harness.tell(.status(FakeEngine.status(.offline, problem: why)))
        #expect(place("? keys") == nil)
        harness.press(click)
        #expect(harness.model.context == .panes)
        harness.tell(.status(FakeEngine.status()))
        harness.type("a")
        #expect(place("? keys") == nil)
        harness.press(click)
        #expect(harness.model.context == .prompt)
        harness.press(.escape)
        harness.press(click)
        #expect(harness.model.context == .help)
    }

    // MARK: Problems

    @Test(
        "Problems are counted in the header wherever one is, and lead to the panel",
        arguments: [(120, 36), (80, 24), (60, 15), (48, 16)])
    func header(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        #expect(harness.model.problemCount == 0 && !harness.lines[0].contains("!"))
        var photos = Samples.transfer(8, "photos", .partlyFailed)
        photos.filesFailed = 2
        harness.tell(.transfers([Self.retrying, photos]))
        #expect(harness.model.problemCount == 3)
        let mark = columns < 60 ? "! 3" : "! 3 problems"
        #expect(harness.lines[0].contains(mark) && harness.lines[0].contains("alice@example.org"))
        harness.type("?")
        #expect(harness.lines[0].contains(mark))
        harness.press(.escape)
        let line = harness.lines[0]
        let column = line.distance(from: line.startIndex, to: try #require(line.range(of: mark)).lowerBound)
        harness.press(.mouse(Mouse(.press(.left), row: 0, column: column - 1)))
        #expect(harness.model.context == .panes)
        harness.press(.mouse(Mouse(.press(.left), row: 0, column: column)))
        #expect(harness.model.context == .problems)
        harness.press(.escape)
        harness.tell(.transfersCleared([Self.retrying.id, photos.id]))
        #expect(harness.model.problemCount == 0 && !harness.lines[0].contains("!"))
    }

    @Test("Where there is a line for it, the first is named with the key")
    func standing() {
        var harness = Harness(columns: 80, rows: 24)
        harness.tell(.transfers([Self.retrying]))
        #expect(harness.lines.contains(" ! 1 problem (mail-archive.mbox): ! shows what to do"))
        harness.press(.down, .down)
        harness.type("y")
        #expect(!harness.lines.contains { $0.contains("1 problem (") })
        wait(8_000, &harness)
        #expect(harness.lines.contains { $0.contains("1 problem (") })
        harness.type("!")
        #expect(!harness.lines.contains { $0.contains("1 problem (") })
    }

    @Test("As many as the panel lists, whatever becomes of transfers")
    func count() {
        var harness = Harness()
        var generator = SeededGenerator.fromEnvironment()
        let states: [TransferState.State] = [.running, .failed, .partlyFailed, .cancelled, .done, .retrying]
        for _ in 0..<200 {
            let number = UInt64.random(in: 1...6, using: &generator)
            var state = Samples.transfer(number, "f\(number)", states.randomElement(using: &generator)!)
            if Bool.random(using: &generator) { state.problem = Self.failure }
            if Bool.random(using: &generator) {
                harness.tell(.transfers([state]))
            } else {
                harness.tell(.transfersCleared([state.id]))
            }
            let listed = ProblemsPanel().items(harness.model).count
            #expect(harness.model.problemCount == listed, "seed \(generator.seed)")
        }
    }

    @Test("One file that failed is one problem, not that and its transfer's")
    func oneFile() {
        let engine = Samples.engine()
        engine.setFailures([TransferFailure(row: 1, path: "a.mov", problem: Self.failure)])
        var harness = Harness(engine)
        var state = Samples.transfer(9, "a.mov", .failed, problem: Self.failure)
        state.filesFailed = 1
        harness.tell(.transfers([state]))
        #expect(harness.model.problemCount == 1)
        harness.type("!")
        #expect((harness.model.top as? ProblemsPanel)?.items(harness.model).map(\.title) == ["a.mov"])
        state.filesTotal = 3
        harness.tell(.transfers([state]))
        #expect(harness.model.problemCount == 2)
        #expect((harness.model.top as? ProblemsPanel)?.items(harness.model).count == 2)
    }

    // MARK: Esc and a digit

    @Test("A digit long after Esc is a digit; so is one after another key")
    func escapeThenDigit() {
        var harness = Harness()
        harness.press(.escape)
        wait(1_000, &harness)
        harness.type("1")
        #expect(harness.model.context == .help)
        harness.press(.escape)
        #expect(harness.model.context == .panes)
        wait(1_001, &harness)
        harness.type("0")
        #expect(harness.effects.isEmpty && harness.model.notice?.text == "no such key here: 0; q leaves, ? keys")
        harness.press(.escape, .down)
        harness.type("0")
        #expect(harness.effects.isEmpty)
    }
}
