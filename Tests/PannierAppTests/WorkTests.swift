import PannierApp
import PannierCore
import PannierScreen
import Testing

/// What is done with files: from keys to commands for the agent.
@Suite("Working with files")
struct WorkTests {
    @Test("A new folder, in the folder that is shown")
    func newFolder() throws {
        var harness = Harness()
        harness.press(.enter)
        harness.type("a")
        harness.type("rushes/day 1")
        harness.press(.enter)
        guard case .makeFolders(let paths, let parents, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(paths == [Samples.path("film", "rushes", "day 1")] && parents)
        #expect(harness.model.context == .panes)
        #expect(harness.model.notice?.text == "made: /film/rushes/day 1")
    }

    @Test("What was not refused is counted without what was, and without what was only done in part")
    func partlyRefused() {
        let said: SafeText = "It is there already."
        let cases: [(refused: [String], words: SafeText)] = [
            (["/film"], "\(said) The other 3 went through."),
            (["/film", "/notes.md"], "\(said) (and 1 more was refused) The other 2 went through."),
            (["/film", "/notes.md", "/music"], "\(said) (and 2 more were refused) The other one went through."),
            (["/film/a", "/film/b/c", "/film/d"], "\(said) (and 2 more were refused) The other 3 went through."),
            (["/film", "/notes.md", "/budget.ods", "/music"], "\(said) (and 3 more were refused)"),
        ]
        for (refused, words) in cases {
            var harness = Harness()
            harness.engine.refuse(refused)
            harness.type("*yp")
            #expect(harness.model.focused.path == .myFiles && harness.model.notice?.text == words)
        }
    }

    @Test("A name that cannot be says why, and the line stays")
    func badName() {
        var harness = Harness()
        harness.type("a")
        harness.type("..")
        harness.press(.enter)
        #expect(harness.model.context == .prompt)
        #expect(harness.changes.isEmpty)
        #expect(harness.lines.contains { $0.contains("is not a name that can be used") })
        harness.press(.control("u"))
        harness.type(String(repeating: "x", count: 300))
        harness.press(.enter)
        #expect(harness.model.context == .prompt && harness.changes.isEmpty)
        #expect(harness.lines.contains { $0.contains("a name must not be longer than 255 bytes") })
    }

    @Test("What Enter would do stands below the line: a name, a folder, a path")
    func renameWords() {
        var harness = Harness(columns: 80, rows: 24)
        harness.press(.enter)
        func says(_ typed: String, _ words: String) {
            harness.press(.function(6))
            if !typed.isEmpty { harness.press(.control("u"), .control("k")) }
            harness.type(typed)
            #expect(harness.lines[22].hasPrefix(" rename or move cuts: "))
            #expect(harness.lines[23].hasPrefix(" " + words), "\(harness.lines[23])")
            harness.press(.escape)
        }
        says("", "a new name; or /folder/ to move it in there")
        says("takes", "stays in /film, called takes")
        says("/music/", "moves into /music, under its name")
        says("/music", "moves to /, called music")
        says("sound/takes", "moves to /film/sound, called takes")
        says("/", "moves into /, under its name")
        harness.type("r")
        harness.press(.control("u"), .control("k"))
        harness.type("/")
        harness.press(.enter)
        guard case .move(_, .myFiles, .folder, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(harness.model.notice?.text == "now /cuts")
        // Without a line below, what is wrong stands before the field.
        harness.resize(60, 15)
        harness.type("r/../")
        harness.press(.enter)
        #expect(harness.model.context == .prompt && harness.lines[14].contains("! "))
    }

    @Test("Rename: the cursor stands before the extension")
    func rename() {
        var harness = Harness()
        harness.press(.down, .down, .down)
        harness.type("r")
        harness.type("-2")
        harness.press(.enter)
        guard case .move(let sources, let target, _, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(sources == [Samples.path("notes.md")] && target == Samples.path("notes-2.md"))
    }

    @Test("Mark, cut, go elsewhere, paste")
    func cutAndPaste() {
        var harness = Harness()
        harness.press(.down, .down)
        harness.type("  x")
        #expect(harness.model.notice?.text == "2 things cut: p puts it where you go")
        harness.press(.home, .enter)
        harness.type("p")
        guard case .move(let sources, let target, _, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(sources == [Samples.path("budget.ods"), Samples.path("notes.md")] && target == Samples.film)
    }

    @Test("Copy to the other pane, and why not into Shared With Me")
    func copy() {
        var harness = Harness()
        harness.press(.down, .down, .function(5))
        #expect(harness.changes.isEmpty)
        #expect(harness.model.notice?.text.text.contains("takes copies") == true)
        harness.press(.tab)
        harness.type("gh")
        #expect(harness.model.focus == 0)
    }

    @Test("What others share is copied by way of this machine, which is said")
    func copyAcross() {
        var harness = Harness()
        harness.press(.tab, .function(5))
        guard case .copy(let sources, let target, _, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        let team = Samples.path("Design team", space: .shared)
        #expect(sources == [team] && target == .myFiles)
        #expect(harness.model.notice?.text == "Design team is copied: fetched, then sent by this machine")
        harness.press(.home)
        harness.type("  y")
        harness.press(.tab)
        harness.type("p")
        guard case .copy(let two, .myFiles, _, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(two.count == 2)
        #expect(harness.model.notice?.text == "2 things are copied: fetched, then sent by this machine")
        // On the way its row shows that it comes down, and the end is told by its own word.
        var state = Samples.transfer(9, "Design team", .running, done: 1, of: 4, direction: .download)
        (state.from, state.remote) = (team, Samples.path("Design team"))
        harness.tell(.transfers([state]))
        #expect(harness.model.transfers.state(of: team)?.id == state.id)
        var cancelled = state
        cancelled.state = .cancelled
        #expect(Notice(ended: cancelled).text == "Design team was cancelled; nothing of it was sent")
        state.direction = .upload
        harness.tell(.transfers([state]))
        #expect(harness.model.transfers.state(of: team) == nil)
        state.state = .done
        #expect(Notice(ended: state).text.text.hasPrefix("Design team is copied: 4 B"))
    }

    @Test("Into the trash: a file at once, a folder when it is confirmed")
    func trash() {
        var harness = Harness()
        harness.press(.down, .down)
        harness.type("d")
        guard case .trash(let paths, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(paths == [Samples.path("budget.ods")])
        harness.press(.home)
        harness.type("d")
        #expect(harness.model.context == .question && harness.changes.count == 1)
        harness.press(.escape)
        #expect(harness.changes.count == 1)
        harness.type("d")
        harness.press(.enter)
        #expect(harness.changes.count == 2 && harness.model.context == .panes)
    }

    @Test("The trash, and out of it")
    func restore() {
        let engine = Samples.engine()
        engine.setTrash([(.init(name: "old.txt", size: 5), Samples.path("old.txt"))])
        var harness = Harness(engine)
        harness.type("gt")
        #expect(harness.model.focused.isTrash && harness.lines.contains { $0.contains("old.txt") })
        harness.type("r")
        #expect(harness.model.notice?.text == "in the trash: u takes out what is marked")
        harness.press(.down)
        harness.type("u")
        guard case .restore(let nodes, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(nodes.count == 1 && harness.model.notice?.text == "taken out of the trash: /old.txt")
        harness.type("h")
        #expect(!harness.model.focused.isTrash)
    }

    @Test("Shared things of others are not changed by a viewer")
    func viewer() {
        var harness = Harness()
        harness.press(.tab)
        harness.type("a")
        #expect(harness.model.notice?.text == "this is the list of what others share: open one of them")
        harness.type("r")
        #expect(harness.model.notice?.text == "what others share is theirs to rename and move")
        harness.press(.down)
        harness.type("d")
        #expect(harness.model.context == .question)
        harness.press(.enter)
        guard case .leave? = harness.changes.last else { return #expect(Bool(false)) }
    }

    @Test("Sharing: addresses are looked at before they are sent")
    func share() {
        let engine = Samples.engine()
        engine.setAccess(Samples.access)
        var harness = Harness(engine)
        harness.type("S")
        harness.type("tom@example.org, nonsense")
        harness.press(.control("s"))
        #expect(harness.changes.isEmpty)
        #expect(harness.model.notice?.text == "tom@example.org: has access already")
        harness.press(.control("u"))
        harness.type("new@example.org")
        harness.press(.control("s"))
        guard case .share(let path, let emails, let role, _, _)? = harness.changes.last else {
            return #expect(Bool(false))
        }
        #expect(path == Samples.film && emails == ["new@example.org"] && role == .viewer)
        // To the first person, and take the access away; the second has it through another folder.
        harness.press(.tab, .control("x"))
        guard case .unshare(_, let email, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(email == "tom@example.org")
        harness.press(.tab, .tab, .control("x"))
        #expect(harness.model.notice?.text == "this comes with /: take it away there")
    }
}
