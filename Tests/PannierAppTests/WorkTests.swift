import Foundation
import PannierApp
import PannierCore
import PannierScreen
import Testing

/// What is done with files: from keys to commands for the agent.
@Suite("Working with files")
struct WorkTests {
    /// The commands that change something.
    private func changes(_ harness: Harness) -> [EngineCommand] {
        harness.engine.commands.filter { command in
            switch command {
            case .list, .listBefore, .find, .subscribe, .refresh, .freshStatus, .shares, .listLocal, .probe, .preview,
                .chunk,
                .chunkMap:
                false
            default: true
            }
        }
    }

    @Test("A new folder, in the folder that is shown")
    func newFolder() throws {
        var harness = Harness()
        harness.press(.enter)
        harness.type("a")
        harness.type("rushes/day 1")
        harness.press(.enter)
        guard case .makeFolders(let paths, let parents, _)? = changes(harness).last else { return #expect(Bool(false)) }
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
        #expect(changes(harness).isEmpty)
        #expect(harness.lines.contains { $0.contains("is not a name that can be used") })
        harness.press(.control("u"))
        harness.type(String(repeating: "x", count: 300))
        harness.press(.enter)
        #expect(harness.model.context == .prompt && changes(harness).isEmpty)
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
        guard case .move(_, .myFiles, .folder, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(harness.model.notice?.text == "now /cuts")
        // Without a line below, what is wrong stands before the field.
        harness.resize(60, 15)
        harness.type("r/../")
        harness.press(.enter)
        #expect(harness.model.context == .prompt && harness.lines[14].contains("! "))
    }

    @Test("A theme that was chosen by name says how it is kept")
    func theme() {
        var harness = Harness()
        harness.type(":theme mono")
        harness.press(.enter)
        let words: SafeText = "mono until you leave; to keep it: theme = \"mono\" in config.toml"
        #expect(harness.model.notice?.text == words)
    }

    @Test("Rename: the cursor stands before the extension")
    func rename() {
        var harness = Harness()
        harness.press(.down, .down, .down)
        harness.type("r")
        harness.type("-2")
        harness.press(.enter)
        guard case .move(let sources, let target, _, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
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
        guard case .move(let sources, let target, _, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(sources == [Samples.path("budget.ods"), Samples.path("notes.md")] && target == Samples.film)
    }

    @Test("Copy to the other pane, and why not into Shared With Me")
    func copy() {
        var harness = Harness()
        harness.press(.down, .down, .function(5))
        #expect(changes(harness).isEmpty)
        #expect(harness.model.notice?.text.text.contains("takes copies") == true)
        harness.press(.tab)
        harness.type("gh")
        #expect(harness.model.focus == 0)
    }

    @Test("What others share is copied by way of this machine, which is said")
    func copyAcross() {
        var harness = Harness()
        harness.press(.tab, .function(5))
        guard case .copy(let sources, let target, _, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        let team = Samples.path("Design team", space: .shared)
        #expect(sources == [team] && target == .myFiles)
        #expect(harness.model.notice?.text == "Design team is copied: fetched, then sent by this machine")
        harness.press(.home)
        harness.type("  y")
        harness.press(.tab)
        harness.type("p")
        guard case .copy(let two, .myFiles, _, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
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
        guard case .trash(let paths, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(paths == [Samples.path("budget.ods")])
        harness.press(.home)
        harness.type("d")
        #expect(harness.model.context == .question && changes(harness).count == 1)
        harness.press(.escape)
        #expect(changes(harness).count == 1)
        harness.type("d")
        harness.press(.enter)
        #expect(changes(harness).count == 2 && harness.model.context == .panes)
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
        guard case .restore(let nodes, _)? = changes(harness).last else { return #expect(Bool(false)) }
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
        guard case .leave? = changes(harness).last else { return #expect(Bool(false)) }
    }

    @Test("Sharing: addresses are looked at before they are sent")
    func share() {
        let engine = Samples.engine()
        engine.setAccess(Samples.access)
        var harness = Harness(engine)
        harness.type("S")
        harness.type("tom@example.org, nonsense")
        harness.press(.control("s"))
        #expect(changes(harness).isEmpty)
        #expect(harness.model.notice?.text == "tom@example.org: has access already")
        harness.press(.control("u"))
        harness.type("new@example.org")
        harness.press(.control("s"))
        guard case .share(let path, let emails, let role, _, _)? = changes(harness).last else {
            return #expect(Bool(false))
        }
        #expect(path == Samples.film && emails == ["new@example.org"] && role == .viewer)
        // To the first person, and take the access away; the second has it through another folder.
        harness.press(.tab, .control("x"))
        guard case .unshare(_, let email, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(email == "tom@example.org")
        harness.press(.tab, .tab, .control("x"))
        #expect(harness.model.notice?.text == "this comes with /: take it away there")
    }

    @Test("Upload: choose files of this machine, and see what it would cost")
    func upload() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("I")
        harness.press(.end)
        harness.type("i")
        guard case .estimate(let sources, let number)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(sources.count == 1)
        harness.tell(
            .estimate(
                Estimate(
                    number: number, files: 1, bytes: 1_000_000_000, examined: 1_000_000_000, there: 920_000_000,
                    isOver: true)))
        #expect(harness.lines.contains { $0.contains("would send 80.0 MB of 1.0 GB in 1 file: 92% is there already") })
        harness.type("s")
        guard case .put(let files, let target)? = changes(harness).last else { return #expect(Bool(false)) }
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

    @Test("Filter as you type; Esc takes it away")
    func filter() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("fact")
        #expect(harness.model.focused.window.rows.map(\.node.name.text) == ["act-2-final.mov", "act-3-final.mov"])
        harness.press(.enter)
        #expect(harness.model.context == .panes && harness.model.focused.listing.filter.letters == "act")
        harness.press(.escape)
        #expect(harness.model.focused.window.total == 11)
    }

    @Test("Find, and again")
    func find() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("/final")
        harness.press(.enter)
        #expect(harness.model.focused.row?.node.name.text == "act-2-final.mov")
        harness.type("n")
        #expect(harness.model.focused.row?.node.name.text == "act-3-final.mov")
        harness.type("N")
        #expect(harness.model.focused.row?.node.name.text == "act-2-final.mov")
    }

    @Test("A range of marks, and all of them")
    func marks() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("vjj")
        #expect(harness.model.focused.range?.count == 3)
        harness.type("v")
        #expect(harness.model.focused.marks.count == 3)
        harness.press(.control("a"))
        #expect(harness.model.focused.marks.count == 11)
        harness.type("*")
        #expect(harness.model.focused.marks.isEmpty)
    }

    @Test("Pause, order, limit, cancel")
    func transfers() {
        var harness = Harness()
        harness.tell(.transfers(Samples.transfers))
        harness.type("w")
        harness.type("p")
        guard case .control(.pause, let ids?)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(ids == [Samples.transfers[0].id])
        harness.type("jjjn")
        guard case .reorder(let id, .first)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(id == Samples.transfers[2].id)
        harness.type("-")
        guard case .limit(let limits)? = changes(harness).last else { return #expect(Bool(false)) }
        // The lowest step but for what is measured: nothing was measured before the clock went on.
        #expect(limits.upload == 100_000 && limits.download == nil)
        harness.pass(seconds: 1)
        harness.type("-")
        guard case .limit(let measured)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(measured.upload == 20_000_000 && measured.download == nil)
        harness.type("x")
        #expect(harness.model.context == .question)
    }

    @Test("The command line takes words")
    func commandLine() {
        var harness = Harness()
        harness.type(":cd /film")
        harness.press(.enter)
        #expect(harness.model.focused.path == Samples.film)
        harness.type(":mkdir new")
        harness.press(.enter)
        guard case .makeFolders(let paths, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(paths == [Samples.path("film", "new")])
        harness.type(":theme nonsense")
        harness.press(.enter)
        #expect(harness.model.notice?.text == "there is no theme “nonsense”: :theme lists them")
        harness.type(":frobnicate now")
        harness.press(.enter)
        #expect(harness.model.notice?.text == "there is no command “frobnicate”: ? lists them")
    }

    @Test("Sign-in: the server is looked for, then the password goes")
    func signIn() {
        var harness = Harness(isOpen: false)
        harness.take(.link(.opened))
        harness.tell(.status(FakeEngine.status(.signedOut)))
        #expect(harness.model.context == .signIn)
        harness.type("alice@example.org")
        harness.press(.enter)
        harness.type("secret")
        #expect(!harness.lines.contains { $0.contains("secret") })
        harness.press(.enter)
        guard case .signIn(let request)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(request.email == "alice@example.org" && request.password == "secret")
        #expect(harness.model.context == .panes)
    }

    @Test("Sign-in: a whole address that is typed or pasted takes the place of the beginning that stands there")
    func wholeAddress() {
        var harness = Harness(isOpen: false)
        harness.take(.link(.opened))
        harness.tell(.status(FakeEngine.status(.signedOut)))
        harness.press(.backTab, .control("u"))
        harness.type("https://http://127.0.0.1:80")
        #expect(harness.lines.contains { $0.contains(" http://127.0.0.1:80") })
        harness.press(.control("u"), .paste("https://https://files.example.org"))
        #expect(harness.lines.contains { $0.contains(" https://files.example.org") })
    }

    @Test("A limit can be set before there is any transfer")
    func limitBefore() {
        var harness = Harness()
        harness.type("w-")
        guard case .limit(let limits)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(limits.upload != nil && limits.download == nil)
    }

    @Test("The mouse: a click, a double click, the wheel, the hints")
    func mouse() {
        var harness = Harness()
        func click(_ row: Int, _ column: Int, _ deed: Mouse.Deed = .press(.left)) -> Key {
            .mouse(Mouse(deed, row: row, column: column))
        }
        let rect = harness.model.layout.panes[0]
        harness.press(click(rect.row + 3, 5))
        #expect(harness.model.focused.cursor == 1)
        harness.press(click(rect.row + 2, 5, .double(.left)))
        #expect(harness.model.focused.path == Samples.film)
        harness.press(click(rect.row + 2, 100))
        #expect(harness.model.focus == 1)
        let row = harness.model.size.rows - 1
        let column = harness.lines[row].distance(
            from: harness.lines[row].startIndex, to: harness.lines[row].range(of: "? keys")!.lowerBound)
        harness.press(click(row, column))
        #expect(harness.model.context == .help)
    }
}
