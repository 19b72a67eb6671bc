import PannierApp
import PannierCore
import PannierScreen
import Testing

/// What is to go up: where it is looked for, and what it would cost.
@Suite("Choosing files of this machine")
struct PickerTests {
    @Test("Upload: choose files of this machine, and see what it would cost")
    func upload() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("I")
        harness.press(.end)
        harness.type("i")
        guard case .estimate(let sources, let number)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(sources.count == 1)
        harness.tell(
            .estimate(
                Estimate(
                    number: number, files: 1, bytes: 1_000_000_000, examined: 1_000_000_000, there: 920_000_000,
                    isOver: true)))
        #expect(harness.lines.contains { $0.contains("would send 80.0 MB of 1.0 GB in 1 file: 92% is there already") })
        harness.type("s")
        guard case .put(let files, let target)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(files == sources && target == Samples.film && harness.model.context == .panes)
    }

    @Test("A path that is pasted into the picker is where it goes")
    func paste() {
        var harness = Harness()
        harness.type("I")
        harness.press(.paste("/srv/data\n"))
        guard let picker = harness.model.top as? Picker else { return #expect(Bool(false)) }
        #expect(picker.folder == LocalPath("/srv/data"))
    }

    @Test("`~` is home; a path to nothing leads back to where it was typed")
    func typedPaths() {
        var harness = Harness()
        harness.type("I")
        harness.press(.paste("~/music"))
        #expect((harness.model.top as? Picker)?.folder == LocalPath("/home/alice/music"))
        harness.press(.paste("/nowhere/at all"))
        #expect((harness.model.top as? Picker)?.folder == LocalPath("/home/alice/music"))
        #expect(harness.model.notice?.kind == .problem)
        #expect((harness.model.top as? Picker)?.rows.isEmpty == false)
    }

    @Test("Rows of a folder that was left before they came are not taken for those of another")
    func lateRows() throws {
        let harness = Harness()
        var model = harness.model
        var asked: [(Int, EngineCommand)] = []
        for key in [Key.character("I"), .paste("/one"), .paste("/two")] {
            for case .send(let ticket, let command) in model.update(.key(key)) { asked.append((ticket, command)) }
        }
        #expect(asked.count >= 2)
        for (ticket, command) in asked {
            _ = model.update(.link(.answer(ticket: ticket, harness.engine.answer(command))))
        }
        let picker = try #require(model.top as? Picker)
        #expect(picker.folder == LocalPath("/two"))
        #expect(picker.rows.first?.path.folder == LocalPath("/two"))
    }
}
