import PannierApp
import PannierCore
import PannierScreen
import Testing

/// X onto names that are taken: nothing is replaced, and that is said and asked before anything is fetched.
@Suite("Downloads onto names that are taken")
struct DownloadTests {
    private func gets(_ harness: Harness) -> [(sources: [RemotePath], target: LocalPath)] {
        harness.engine.commands.compactMap {
            if case .get(let sources, let target) = $0 { (sources, target) } else { nil }
        }
    }

    private func says(_ words: String, _ harness: Harness) -> Bool { harness.lines.contains { $0.contains(words) } }

    @Test("A name that is free: s brings it")
    func free() {
        var harness = Harness()
        harness.press(.down, .down)
        harness.type("X")
        #expect(says("What is there already is never replaced.", harness))
        harness.type("s")
        #expect(gets(harness).map(\.target) == [LocalPath("/home/alice")] && harness.model.context == .panes)
        #expect(gets(harness)[0].sources == [Samples.path("budget.ods")])
    }

    @Test("A file of that name is there: it is said before, and s asks for another name, which is looked for, too")
    func file() {
        var harness = Harness(columns: 80, rows: 24)
        harness.press(.end)
        harness.type("X")
        #expect(says("notes.md is there already: never replaced. Same size.", harness))
        #expect(says("s asks for another name: notes (2).md", harness))
        harness.type("s")
        #expect(gets(harness).isEmpty && says("save as: notes (2).md", harness))
        harness.press(.control("u"), .control("k"))
        harness.type("act-2-final.mov")
        harness.press(.enter)
        #expect(gets(harness).isEmpty && says("act-2-final.mov is there already, too", harness))
        harness.type("x")
        #expect(!says("is there already, too", harness))
        harness.press(.enter)
        #expect(gets(harness).map(\.target) == [LocalPath("/home/alice/act-2-final.movx")])
        #expect(harness.model.context == .panes)
    }

    @Test("The proposed name is taken as it stands; Esc leaves all as it was")
    func proposed() {
        var harness = Harness()
        harness.press(.end)
        harness.type("Xs")
        harness.press(.escape)
        #expect(harness.model.context == .picker && gets(harness).isEmpty)
        harness.type("s")
        harness.press(.enter)
        #expect(gets(harness).map(\.target) == [LocalPath("/home/alice/notes (2).md")])
    }

    @Test("A folder that is there gets what is missing in it; several are counted: both are asked")
    func folders() {
        let engine = Samples.engine()
        engine.set(
            .myFiles,
            [.init(name: "Documents"), .init(name: "notes.md", size: 1), .init(name: "Pictures", size: 3)])
        var harness = Harness(engine)
        harness.type("X")
        #expect(says("Documents/ is there already: it gets what is missing in it.", harness))
        harness.type("s")
        #expect(harness.model.context == .question && gets(harness).isEmpty)
        #expect(says("Folders get what is missing in them.", harness))
        harness.press(.escape)
        #expect(harness.model.context == .panes && gets(harness).isEmpty)
        harness.press(.control("a"))
        harness.type("X")
        #expect(says("3 of 3 names are there already: Documents, Pictures, notes.md", harness))
        harness.type("sy")
        #expect(gets(harness).map(\.sources.count) == [3] && gets(harness)[0].target == LocalPath("/home/alice"))
    }

    @Test("A file where a folder is, and another content")
    func kinds() {
        let engine = Samples.engine()
        engine.set(.myFiles, [.init(name: "Pictures", size: 3), .init(name: "notes.md", size: 1)])
        var harness = Harness(engine)
        harness.type("X")
        #expect(says("Pictures is there already: never replaced. That is a folder.", harness))
        #expect(says("s asks for another name: Pictures (2)", harness))
        harness.press(.escape, .down)
        harness.type("X")
        #expect(says("notes.md is there already: never replaced. Other content.", harness))
    }

    @Test("In another folder the names are looked for anew; s before the answers waits for them")
    func elsewhere() {
        var harness = Harness()
        harness.press(.end)
        harness.type("X")
        let engine = harness.engine
        var model = harness.model
        var asked: [(Int, EngineCommand)] = []
        func take(_ message: Message) {
            for case .send(let ticket, let command) in model.update(message) { asked.append((ticket, command)) }
        }
        take(.key(.paste("/srv")))
        // The rows come, and with them the questions for names.
        let (first, rows) = asked.removeFirst()
        take(.link(.answer(ticket: first, engine.answer(rows))))
        take(.key(.character("s")))
        #expect(gets(harness).isEmpty && model.context == .picker)
        for (ticket, command) in asked { take(.link(.answer(ticket: ticket, engine.answer(command)))) }
        #expect(model.context == .prompt)
        #expect((model.top as? Picker)?.fills == .name)
        // An answer about the folder before is too late.
        #expect((model.top as? Picker)?.check.taken[0]?.path.folder == LocalPath("/srv"))
    }

    @Test("What s waits for in one folder is not done in another that is gone to meanwhile", arguments: [0, 1])
    func goneElsewhere(answers: Int) {
        var harness = Harness()
        harness.press(.end)
        harness.type("X")
        let engine = harness.engine
        var model = harness.model
        var waiting: [(Int, EngineCommand)] = []
        var hasFetched = false
        func take(_ message: Message) {
            for case .send(let ticket, let command) in model.update(message) {
                if case .get = command { hasFetched = true }
                waiting.append((ticket, command))
            }
        }
        func answer() {
            let (ticket, command) = waiting.removeFirst()
            take(.link(.answer(ticket: ticket, engine.answer(command))))
        }
        take(.key(.paste("/srv")))
        // Before the folder's rows, or behind them, when its names have been asked for.
        for _ in 0..<answers { answer() }
        take(.key(.character("s")))
        #expect(!hasFetched)
        take(.key(.paste("/opt")))
        while !waiting.isEmpty { answer() }
        #expect(!hasFetched && model.context == .picker)
        take(.key(.character("s")))
        #expect(hasFetched || model.context == .prompt)
    }

    @Test("Of very many only the first are looked for, which is said")
    func many() {
        let engine = Samples.engine()
        engine.set(
            .myFiles,
            [.init(name: "a.md", size: 1), .init(name: "notes.md", size: 1)]
                + (0..<60).map { .init(name: "z\($0)", size: 1) })
        var harness = Harness(engine)
        harness.press(.control("a"))
        engine.forgetCommands()
        harness.type("X")
        let asked = engine.commands.count { if case .listLocal(_, _, 200) = $0 { true } else { false } }
        #expect(asked == NameCheck.namesAtMost)
        #expect(says("1 of the first 32 names are there already: notes.md", harness))
    }
}
