import PannierApp
import PannierCore
import PannierScreen
import SeededRandom
import Testing

/// What a pane holds of a folder is always a piece of the folder as it is now, around what can be seen.
@Suite("Folders in pages")
struct RowWindowTests {
    private func items(_ count: Int, prefix: String = "f") -> [FakeEngine.Item] {
        (0..<count).map { .init(name: "\(prefix)\(String(1_000_000 + $0).dropFirst())", size: Int64($0)) }
    }

    private func name(_ harness: Harness) -> String? { harness.model.focused.row?.node.name.text }

    /// Every line on the screen has its row.
    private func expectFilled(_ harness: Harness, sourceLocation: SourceLocation = #_sourceLocation) {
        let pane = harness.model.focused
        for line in max(pane.top, pane.lead)..<min(pane.top + pane.height, pane.lineCount) {
            #expect(pane.row(atLine: line) != nil, "line \(line)", sourceLocation: sourceLocation)
        }
    }

    @Test("100,000 rows: to the end and back, a few pages only")
    func ends() {
        let engine = FakeEngine()
        engine.set(.myFiles, items(100_000))
        var harness = Harness(engine)
        engine.forgetCommands()
        harness.press(.end)
        #expect(name(harness) == "f099999")
        expectFilled(harness)
        harness.press(.pageUp, .up)
        expectFilled(harness)
        harness.press(.home)
        #expect(name(harness) == "f000000")
        expectFilled(harness)
        #expect(engine.commands.count <= 6)
        #expect(harness.model.focused.window.rows.count <= 800)
    }

    @Test("Scrolled from top to bottom and back, every row is seen once, in order")
    func scrolled() {
        let engine = FakeEngine()
        engine.set(.myFiles, items(3_000))
        var harness = Harness(engine, columns: 80, rows: 24)
        for index in 0..<3_000 {
            #expect(harness.model.focused.cursor == index)
            #expect(name(harness) == "f\(String(1_000_000 + index).dropFirst())")
            expectFilled(harness)
            harness.press(.down)
        }
        for index in (0..<3_000).reversed() {
            #expect(name(harness) == "f\(String(1_000_000 + index).dropFirst())")
            expectFilled(harness)
            harness.press(.up)
        }
    }

    @Test("Keys that are quicker than the agent are caught up with, in few asks", arguments: [1.0, -1.0])
    func ahead(direction: Double) throws {
        let engine = FakeEngine()
        engine.set(.myFiles, items(3_000))
        var pane = Pane(.myFiles)
        pane.fit(height: 20)
        _ = try catchUp(&pane, engine)
        if direction < 0 { pane.moveToBottom() }
        _ = try catchUp(&pane, engine)
        for _ in 0..<40 { pane.page(by: direction) }
        #expect(pane.row == nil)
        #expect(try catchUp(&pane, engine) < 10)
        #expect(pane.row?.node.name.text == "f\(String(1_000_000 + pane.cursor).dropFirst())")
        #expect(direction > 0 ? pane.cursor == 760 : pane.cursor == 2_999 - 760)
    }

    /// Answers what the pane asks until it asks no more. Returns how often it asked.
    private func catchUp(_ pane: inout Pane, _ engine: FakeEngine) throws -> Int {
        var asks = 0
        while asks < 50, let command = pane.ask(ticket: asks) {
            guard case .rows(let page) = try engine.answer(command).get() else { break }
            pane.accept(page, verified: true)
            asks += 1
        }
        return asks
    }

    @Test("Rows that come and go above move the cursor's line, not its row")
    func cursorStays() {
        let engine = FakeEngine()
        engine.set(.myFiles, items(1_000))
        var harness = Harness(engine)
        for _ in 0..<10 { harness.press(.pageDown) }
        let before = name(harness)
        engine.set(.myFiles, items(1_000) + items(50, prefix: "a"))
        harness.tell(.foldersChanged(nil))
        #expect(name(harness) == before)
        engine.set(.myFiles, items(1_000))
        harness.tell(.foldersChanged(nil))
        #expect(name(harness) == before)
        expectFilled(harness)
    }

    @Test("The folder shrinks under the cursor")
    func shrinks() {
        let engine = FakeEngine()
        engine.set(.myFiles, items(5_000))
        var harness = Harness(engine)
        harness.press(.end)
        engine.set(.myFiles, items(10))
        harness.tell(.foldersChanged(nil))
        #expect(name(harness) == "f000009")
        engine.set(.myFiles, [])
        harness.tell(.foldersChanged(nil))
        #expect(harness.model.focused.lineCount == 0)
        #expect(name(harness) == nil)
        harness.press(.down, .up, .end, .home, .pageDown, .enter)
        #expect(harness.model.notice?.text == "there is nothing to open")
    }

    @Test(
        "Random keys and changes: never a gap, never more rows than allowed, always the truth", .timeLimit(.minutes(5)))
    func random() {
        var generator = SeededGenerator.fromEnvironment()
        let engine = FakeEngine()
        engine.set(.myFiles, items(2_000))
        var harness = Harness(engine, columns: 60, rows: 15)
        let keys: [Key] = [
            .up, .down, .pageUp, .pageDown, .home, .end, .control("d"), .control("u"), .character("G"),
        ]
        for _ in 0..<2_000 {
            if Int.random(in: 0..<20, using: &generator) == 0 {
                engine.set(.myFiles, items(Int.random(in: 0...2_500, using: &generator)))
                harness.tell(.foldersChanged(nil))
            }
            harness.press(keys.randomElement(using: &generator)!)
            expectFilled(harness)
            let pane = harness.model.focused
            #expect(pane.window.rows.count <= 800, "seed \(generator.seed)")
            #expect(pane.lineCount == 0 || (0..<pane.lineCount).contains(pane.cursor), "seed \(generator.seed)")
            if pane.lineCount > 0 {
                let expected = "f\(String(1_000_000 + pane.cursor).dropFirst())"
                #expect(name(harness) == expected, "seed \(generator.seed)")
            }
        }
    }

    @Test("A key in 100,000 rows is answered at once")
    func fast() {
        let engine = FakeEngine()
        engine.set(.myFiles, items(100_000))
        var harness = Harness(engine)
        harness.press(.end, .home, .pageDown)
        var shown = harness.frame
        let time = ContinuousClock().measure {
            for _ in 0..<20 {
                harness.press(.down)
                let frame = harness.frame
                #expect(!Array(FrameChanges(from: shown, to: frame)).isEmpty)
                shown = frame
            }
        }
        // 16 ms are promised of a release build on a quiet machine; this is no such thing.
        #expect(time / 20 < .milliseconds(160))
    }
}
