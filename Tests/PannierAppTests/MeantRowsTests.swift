import PannierApp
import PannierCore
import PannierScreen
import Testing

/// What a key changes is what the screen shows: nothing beside it, nothing that came there since.
@Suite("What a key means")
struct MeantRowsTests {
    private func changes(_ harness: Harness) -> [EngineCommand] {
        harness.engine.commands.filter { command in
            switch command {
            case .trash, .move, .copy, .makeFolders, .put, .get, .share: true
            default: false
            }
        }
    }

    private func trashed(_ harness: Harness) -> (paths: [RemotePath], nodes: [NodeID])? {
        guard case .trash(let paths, let nodes, _)? = changes(harness).last else { return nil }
        return (paths, nodes)
    }

    @Test("A range that is still open is what is shown as marked")
    func openRange() throws {
        var harness = Harness()
        harness.press(.enter, .down, .down, .down, .down)
        harness.type("vjd")
        harness.press(.enter)
        let deed = try #require(trashed(harness))
        #expect(deed.paths.map(\.name?.text) == ["act-2-final.mov", "act-3-final.mov"])
        #expect(harness.model.focused.marks.isEmpty && harness.model.focused.range == nil)
    }

    @Test("Rows that come above an open range do not move it to others")
    func rangeStays() {
        var harness = Harness()
        harness.press(.enter, .down, .down, .down, .down)
        harness.type("vj")
        func marked() -> [String] {
            (0..<harness.model.focused.lineCount).filter { harness.model.focused.isMarked(line: $0) }
                .compactMap { harness.model.focused.row(atLine: $0)?.node.name.text }
        }
        let before = marked()
        harness.engine.set(
            Samples.film,
            [.init(name: "aaa"), .init(name: "act-2-final.mov", size: 1), .init(name: "act-3-final.mov", size: 1)])
        harness.tell(.foldersChanged(nil))
        #expect(before == ["act-2-final.mov", "act-3-final.mov"] && marked() == before)
        harness.engine.set(Samples.film, [.init(name: "aaa"), .init(name: "act-3-final.mov", size: 1)])
        harness.tell(.foldersChanged(nil))
        #expect(harness.model.focused.range == nil || marked() == ["act-3-final.mov"])
    }

    @Test("After a deed nothing is marked; what has gone is not marked either")
    func marksEnd() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("  d")
        harness.press(.enter)
        #expect(harness.model.focused.marks.isEmpty)
        harness.press(.home, .down)
        harness.type("  ")
        #expect(harness.model.focused.marks.count == 2)
        let names = harness.model.focused.marks.rows.map(\.node.name.text)
        harness.engine.set(
            Samples.film, [.init(name: names[1]), .init(name: "other.txt", size: 1), .init(name: "z.txt", size: 1)])
        harness.tell(.foldersChanged(nil))
        #expect(harness.model.focused.marks.rows.map(\.node.name.text) == [names[1]])
    }

    @Test("What stood there when it was looked at is told to the agent")
    func expected() throws {
        var harness = Harness()
        harness.press(.down, .down)
        let row = try #require(harness.model.focused.row)
        harness.type("x")
        harness.press(.home, .enter)
        harness.type("p")
        guard case .move(_, _, .folder, let nodes, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(nodes == [row.node.id])
        harness.type("d")
        harness.press(.enter)
        #expect(try #require(trashed(harness)).nodes.count == 1)
    }

    @Test("Two presses of `d` are two files")
    func twice() throws {
        var harness = Harness()
        harness.press(.enter, .down, .down, .down, .down)
        harness.type("dd")
        let paths = changes(harness).compactMap { command -> RemotePath? in
            if case .trash(let paths, _, _) = command { paths.first } else { nil }
        }
        #expect(paths.map(\.name?.text) == ["act-2-final.mov", "act-3-final.mov"])
    }

    @Test("What was found in a folder that was left meanwhile leads nowhere")
    func lateFind() throws {
        let harness = Harness()
        var model = harness.model
        var found: [(Int, EngineCommand)] = []
        func take(_ message: Message) {
            for case .send(let ticket, let command) in model.update(message) {
                if case .find = command {
                    found.append((ticket, command))
                } else {
                    take(.link(.answer(ticket: ticket, harness.engine.answer(command))))
                }
            }
        }
        for key in [Key.character("/"), .character("n"), .character("o"), .enter, .home, .enter] { take(.key(key)) }
        #expect(model.focused.path == Samples.film && found.count == 1)
        let rows = model.focused.window.rows.map(\.node.id)
        for (ticket, command) in found { take(.link(.answer(ticket: ticket, harness.engine.answer(command)))) }
        #expect(model.focused.window.rows.map(\.node.id) == rows)
    }

    @Test("A new name is a name, and a slash makes it a folder to go into")
    func names() {
        var harness = Harness()
        harness.press(.down, .down)
        harness.type("r")
        harness.press(.end, .control("u"))
        harness.type("film")
        harness.press(.enter)
        guard case .move(_, let target, .name, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(target == Samples.film && !target.isFolderMeant)
        harness.press(.home, .down, .down)
        harness.type(":rename film/")
        harness.press(.enter)
        guard case .move(_, let folder, .name, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(folder.isFolderMeant)
        #expect(harness.model.notice?.text == "now /film/budget.ods")
        harness.type(":mkdir shared:/Design team/new")
        harness.press(.enter)
        guard case .makeFolders(let paths, _, _)? = changes(harness).last else { return #expect(Bool(false)) }
        #expect(paths == [Samples.path("Design team", "new", space: .shared)])
    }

    @Test("The command line asks for reasons, however many blanks it ends with", arguments: ["trash", "view", "share"])
    func blanks(name: String) {
        let engine = FakeEngine()
        var harness = Harness(engine)
        harness.type(":\(name)  ")
        harness.press(.enter)
        #expect(changes(harness).isEmpty)
        #expect(harness.model.context == .panes)
        #expect(harness.model.notice != nil)
    }

    @Test("Where nothing can be seen nothing is done")
    func tooSmall() {
        var harness = Harness(columns: 20, rows: 6)
        harness.press(.down, .down)
        harness.type("d")
        #expect(changes(harness).isEmpty && harness.model.context == .panes)
        harness.resize(80, 24)
        #expect(harness.model.focused.row?.node.name.text == "film")
    }

    @Test("A mistyped path leads back, and is not said to have been there")
    func mistyped() {
        var harness = Harness()
        harness.press(.down)
        harness.type(":cd /nowhere")
        harness.press(.enter)
        #expect(harness.model.focused.path.isRoot && harness.model.focused.row?.node.name.text == "music")
        #expect(harness.model.notice?.kind == .problem)
        #expect(harness.model.notice?.text.text.contains("any more") == false)
    }

    @Test("A change under way when the agent dies is sent again with the same key", arguments: [true, false])
    func interrupted(answers: Bool) throws {
        let harness = Harness()
        var model = harness.model
        var sent: [EngineCommand] = []
        var tickets: [Int] = []
        func take(_ message: Message) {
            for case .send(let ticket, let command) in model.update(message) {
                if case .trash = command {
                    sent.append(command)
                    tickets.append(ticket)
                }
            }
        }
        for key in [Key.down, .down, .character("d")] { take(.key(key)) }
        // As the link does it: what is open fails first.
        if answers { take(.link(.answer(ticket: tickets[0], .failure(Problem(.agentUnreachable, "gone"))))) }
        take(.link(.lost(Problem(.agentUnreachable, "gone"))))
        take(.link(.opened))
        try #require(sent.count == 2)
        guard case .trash(let first, _, let key) = sent[0], case .trash(let second, _, let again) = sent[1] else {
            return
        }
        #expect(first == second && key == again)
    }

    @Test("Of what must not be sent twice it is said that it is not known, and a dialog waits no longer")
    func unknownOutcome() {
        var harness = Harness()
        harness.take(.link(.opened))
        harness.type(":upload notes.md")
        var model = harness.model
        let ticket = model.update(.key(.enter)).compactMap { effect -> Int? in
            if case .send(let ticket, .put) = effect { ticket } else { nil }
        }
        #expect(ticket.count == 1)
        for number in ticket {
            _ = model.update(.link(.answer(ticket: number, .failure(Problem(.agentUnreachable, "gone")))))
        }
        _ = model.update(.link(.lost(Problem(.agentUnreachable, "gone"))))
        let again = model.update(.link(.opened))
        #expect(!again.contains { if case .send(_, .put) = $0 { true } else { false } })
        #expect(model.notice?.text.text.contains("is not known") == true)
    }
}
