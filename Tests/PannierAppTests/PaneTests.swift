import Foundation
import PannierApp
import PannierCore
import PannierScreen
import Testing

@Suite("Keys and panes")
struct PaneTests {
    @Test("Into a folder and back: the cursor is where it was, the rows are there at once")
    func enterAndLeave() {
        var harness = Harness()
        harness.press(.down, .enter)
        #expect(harness.model.focused.path == Samples.path("music"))
        harness.press(.character("h"))
        #expect(harness.model.focused.path.isRoot)
        #expect(harness.model.focused.row?.node.name.text == "music")
    }

    @Test("`../` leads up")
    func parentLine() {
        var harness = Harness()
        harness.press(.enter)
        #expect(harness.model.focused.row?.node.name.text == "cuts")
        harness.press(.home)
        #expect(harness.model.focused.isOnParent)
        harness.press(.enter)
        #expect(harness.model.focused.path.isRoot)
    }

    @Test("A folder that goes away while it is looked at")
    func folderGone() {
        var harness = Harness()
        harness.press(.enter)
        harness.engine.remove(Samples.film)
        harness.tell(.foldersChanged(nil))
        #expect(harness.model.focused.path.isRoot)
        #expect(harness.model.notice?.text == "/film is not there any more: deleted, moved, or no longer shared")
    }

    @Test("Only what changed is asked for again")
    func changes() {
        var harness = Harness()
        harness.press(.enter)
        func lists(_ path: RemotePath) -> Int {
            harness.engine.commands.count {
                if case .list(let listing, _, _) = $0 { listing.source == .folder(path) } else { false }
            }
        }
        let film = harness.engine.id(of: Samples.film)
        harness.engine.forgetCommands()
        harness.tell(.foldersChanged([FakeEngine.account.root]))
        #expect(lists(Samples.film) == 0 && lists(.myFiles) == 0)
        harness.tell(.foldersChanged([film]))
        #expect(lists(Samples.film) == 1)
        harness.press(.character("h"))
        harness.engine.forgetCommands()
        harness.tell(.foldersChanged([film]))
        #expect(lists(.myFiles) == 0)
        harness.tell(.foldersChanged([FakeEngine.account.root]))
        #expect(lists(.myFiles) == 1)
        harness.tell(.sharedChanged)
        #expect(lists(.myFiles) == 1 && lists(.sharedWithMe) >= 1)
    }

    @Test("A key that means nothing says so; so does one that cannot be used now")
    func refusals() {
        var harness = Harness()
        harness.type("z")
        #expect(harness.model.notice?.text == "no such key here: z; q leaves, ? keys")
        harness.press(.function(12))
        #expect(harness.model.notice?.text == "no such key here: F12; q leaves, ? keys")
        harness.type("h")
        #expect(harness.model.notice?.text == "this is the top of My Files")
        harness.press(.down, .down, .enter)
        #expect(harness.model.context == .preview)
        harness.type("q")
        harness.type("u")
        #expect(harness.model.notice?.text == "this is not the trash: g t goes there")
        harness.press(.escape)
        #expect(harness.model.notice == nil)
    }

    @Test("Esc, then a digit, is an F-key")
    func escapeDigit() {
        var harness = Harness()
        harness.press(.escape, .character("1"))
        #expect(harness.model.context == .help)
        harness.press(.escape)
        #expect(harness.model.context == .panes)
        harness.press(.escape, .character("0"))
        guard case .leave? = harness.effects.last else { return #expect(Bool(false), "Esc 0 is F10") }
    }

    @Test("The agent goes and comes back: rows stay, and are read again")
    func reconnect() {
        var harness = Harness()
        harness.take(.link(.lost(Problem(.agentUnreachable, "The agent has gone."))))
        #expect(harness.lines.contains { $0.contains("film/") })
        harness.press(.control("r"))
        #expect(harness.model.notice?.text == "the agent is not there yet; it is being started")
        harness.engine.set(.myFiles, [.init(name: "new.txt", size: 3)])
        harness.tell(.transfers(Samples.transfers))
        harness.take(.link(.opened))
        #expect(harness.model.strip.isEmpty)
        #expect(harness.model.focused.row?.node.name.text == "new.txt")
        #expect(harness.model.notice?.text == "the agent is back")
    }

    @Test("A problem is shown in words, and asking stops until something happens")
    func problem() {
        let engine = FakeEngine()
        engine.fail(
            with: Problem(.mirrorDamaged, "The mirror is damaged.", detail: "The files are safe on the server."))
        var harness = Harness(engine, columns: 120, rows: 24)
        #expect(harness.lines.contains { $0.contains("The mirror is damaged.") })
        #expect(harness.lines.contains { $0.contains("The files are safe on the server.") })
        engine.forgetCommands()
        harness.press(.down, .up)
        #expect(engine.commands.isEmpty)
        engine.fail(with: nil)
        harness.press(.control("r"))
        #expect(harness.lines.contains { $0.contains("Nothing here yet.") })
        #expect(harness.model.notice?.text == "everything the server has told is here")
        harness.press(.escape)
        engine.set(.myFiles, [.init(name: "kept.txt", size: 3)])
        harness.tell(.foldersChanged(nil))
        engine.fail(with: Problem(.mirrorDamaged, "The mirror is damaged."))
        harness.tell(.foldersChanged(nil))
        #expect(harness.lines.contains { $0.contains("kept.txt") })
        #expect(harness.lines.contains { $0.hasPrefix(" ! The mirror is damaged.") })
    }

    @Test("A folder that was gone to by its path is live, too; so is the one above it")
    func goneToByPath() {
        var harness = Harness()
        let film = harness.engine.id(of: Samples.film)
        harness.type(":cd /film/cuts/")
        harness.engine.set(Samples.film.appending(try! NodeName("cuts")), [])
        harness.press(.enter)
        harness.press(.character("h"))
        #expect(harness.model.focused.path == Samples.film)
        harness.engine.set(Samples.film, [.init(name: "new.txt", size: 1)])
        harness.tell(.foldersChanged([film]))
        #expect(harness.model.focused.window.rows.map(\.node.name.text) == ["new.txt"])
    }

    @Test("What others put where nothing was is told; what was only not known yet is not")
    func news() {
        let engine = FakeEngine()
        var harness = Harness(engine)
        let plans = FakeEngine.Item(
            name: "plans", age: 1_000, by: "mia@example.org", owner: "mia@example.org", role: .viewer)
        engine.set(.sharedWithMe, [plans])
        harness.tell(.sharedChanged)
        #expect(harness.model.notice?.text == "mia@example.org shares plans with you")
        engine.set(.myFiles, [.init(name: "mine.txt", size: 3, age: 1_000)])
        harness.press(.escape)
        harness.tell(.foldersChanged(nil))
        #expect(harness.model.notice == nil)

        var fresh = Harness(FakeEngine(), isOpen: false)
        var status = FakeEngine.status()
        status.verifiedAt = nil
        fresh.take(.link(.opened))
        fresh.tell(.status(status))
        fresh.tell(.sharedChanged)
        fresh.engine.set(.sharedWithMe, [plans])
        fresh.tell(.sharedChanged)
        fresh.tell(.status(FakeEngine.status()))
        #expect(fresh.model.notice == nil)
        #expect(fresh.lines.contains { $0.contains("plans/") })
    }

    @Test("An answer that comes too late is not shown")
    func late() {
        var model = Model(
            size: Size(columns: 80, rows: 24), now: FakeEngine.now, surroundings: .init(glyphs: .unicode))
        let engine = Samples.engine()
        let asked = model.update(.link(.opened))
        _ = model.update(.link(.lost(Problem(.agentUnreachable, "gone"))))
        for case .send(let ticket, let command) in asked {
            _ = model.update(.link(.answer(ticket: ticket, engine.answer(command))))
        }
        #expect(model.panes.allSatisfy { !$0.isLoaded })
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
