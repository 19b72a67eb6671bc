import PannierApp
import PannierCore
import PannierScreen
import Testing

/// The synced folder on the screen: the meter, marks, what needs somebody, and what is asked before it is done.
@Suite("The synced folder")
struct SyncTests {
    private static let sizes = [(120, 36), (80, 24)]

    private static func state(_ phase: SyncState.Phase, _ change: (inout SyncState) -> Void = { _ in }) -> SyncState {
        var state = SyncState(folder: LocalPath("/home/alice/Cloud"), phase: phase)
        (state.files, state.watched, state.verifiedAt) = (12_408, 200, FakeEngine.now - 7_000)
        change(&state)
        return state
    }

    private static let hour: Milliseconds = 3_600_000

    private static func engine() -> FakeEngine {
        let engine = Samples.engine()
        engine.set(
            .myFiles,
            [
                .init(name: "film", age: 2 * hour, isShared: true, sync: .verified),
                .init(name: "music", age: 900 * hour, sync: .onlineOnly),
                .init(name: "budget.ods", size: 84_000, age: hour, sync: .problem),
                .init(name: "notes.md", size: 9_212, age: 1_000, sync: .waiting),
                .init(name: "poster.psd", size: 1_200_000_000, age: 90 * hour, sync: .verified),
                .init(name: "render-cache", age: hour, sync: .ignored),
            ])
        return engine
    }

    private static let held = SyncPlan(
        heldHere: HeldPaths(count: 3, first: ["a", "b", "c"].map { HeldPath(LocalPath("music/\($0).flac")) }),
        heldThere: HeldPaths(count: 120, first: (1...10).map { HeldPath(LocalPath("film/raw-2025/clip-\($0).mov")) }))

    private static let unsynced = [
        SyncProblem(
            key: "local 7", path: LocalPath("film/budget.ods"),
            problem: Problem(
                .localFileUnreadable, "“film/budget.ods” cannot be read.",
                detail: "Its permissions do not let you. Everything else goes on.")),
        SyncProblem(
            key: "plan local 9", path: LocalPath("Cafe\u{301}.txt"),
            problem: Problem(.nameTwin, "“Café.txt” looks like another name of its folder.")),
    ]

    private func harness(_ state: SyncState?, _ engine: FakeEngine = engine(), _ columns: Int = 120, _ rows: Int = 36)
        -> Harness
    {
        var harness = Harness(engine, columns: columns, rows: rows)
        harness.tell(.sync(state))
        return harness
    }

    private func check(_ harness: Harness, _ name: String) throws {
        try Golden.expect(harness.lines, equals: "\(name)-\(harness.model.size.columns)x\(harness.model.size.rows)")
    }

    // MARK: Screens

    @Test("All is the same, and all of the folder is watched", arguments: sizes)
    func same(columns: Int, rows: Int) throws {
        try check(harness(Self.state(.same), Self.engine(), columns, rows), "sync")
    }

    @Test("ASCII signs")
    func ascii() throws {
        var harness = Harness(Self.engine(), columns: 80, rows: 24, glyphs: .ascii)
        harness.tell(.sync(Self.state(.same)))
        try check(harness, "sync-ascii")
    }

    @Test("What needs somebody", arguments: sizes)
    func problems(columns: Int, rows: Int) throws {
        let engine = Self.engine()
        engine.setUnsynced(Self.unsynced)
        let state = Self.state(.waiting) { state in
            (state.problems, state.heldHere, state.heldThere, state.differing) = (2, 3, 120, 125)
            (state.watched, state.unwatched, state.looksEvery) = (8_192, 18_984, 300_000)
        }
        var harness = harness(state, engine, columns, rows)
        harness.type("!")
        try check(harness, "sync-problems")
    }

    @Test("The worst comes first, and what is not seen is counted", arguments: [(80, 24), (48, 16)])
    func worstFirst(columns: Int, rows: Int) {
        let engine = Self.engine()
        let note = SyncProblem(
            key: "note united", path: LocalPath(""), problem: Problem(.syncFolderLost, "Both sides were made one."))
        engine.setUnsynced([note] + Self.unsynced)
        engine.set(
            .myFiles, (1...5).map { .init(name: "n\($0).ods", size: 1, age: Self.hour, conflicts: 1) })
        let state = Self.state(.stopped) { state in
            state.problem = Problem(.syncFolderLost, "It is not there.")
            (state.heldThere, state.problems, state.notes) = (120, 2, 1)
        }
        var harness = harness(state, engine, columns, rows)
        harness.tell(.status(FakeEngine.status(conflicts: 5)))
        harness.type("!")
        let panel = harness.model.top as? ProblemsPanel
        let kinds = (panel?.items(harness.model) ?? []).map { item in
            switch item.matter {
            case .folder: "folder"
            case .deletions: "deletions"
            case .unsynced(let path): path.bytes.isEmpty ? "note" : "problem"
            case .conflict: "conflict"
            default: "other"
            }
        }
        #expect(
            kinds == ["folder", "deletions", "problem", "problem"] + Array(repeating: "conflict", count: 5) + ["note"])
        func edge() -> String { harness.lines.last { $0.contains("└") } ?? "" }
        #expect(edge().contains(" +") && edge().contains(" more ") && !edge().contains(" above"))
        #expect(harness.lines.contains { $0.contains("It is not there.") })
        harness.press(.end)
        #expect(edge().contains(" above") && !edge().contains("+"))
        #expect(harness.lines.contains { $0.contains("Both sides were made one.") })
    }

    @Test("Deletions are shown before they are approved", arguments: sizes)
    func approval(columns: Int, rows: Int) throws {
        let engine = Self.engine()
        engine.setPlan(Self.held)
        let state = Self.state(.waiting) { ($0.heldHere, $0.heldThere) = (3, 120) }
        var harness = harness(state, engine, columns, rows)
        harness.type("!y")
        try check(harness, "sync-approve")
    }

    @Test("Cloud only, and back", arguments: sizes)
    func keep(columns: Int, rows: Int) throws {
        var harness = harness(Self.state(.same), Self.engine(), columns, rows)
        harness.type("=")
        try check(harness, "sync-online-only")
        harness.press(.escape, .down)
        harness.type("=")
        try check(harness, "sync-keep")
    }

    // MARK: The meter

    private func header(_ state: SyncState, columns: Int = 120) -> String {
        harness(state, Self.engine(), columns, 36).lines[0]
    }

    @Test("The meter says no more than is known")
    func meter() {
        #expect(header(Self.state(.same)).contains("✓ 12,408 files verified 14:13:13   watch 100%"))
        let never = Self.state(.same) { $0.verifiedAt = nil }
        #expect(header(never).contains("● not yet verified"))
        let working = Self.state(.working) { $0.differing = 1_204 }
        #expect(header(working).contains("● 1,204 may differ") && !header(working).contains("✓"))
        #expect(header(Self.state(.working)).contains("● looking at changes"))
        #expect(header(Self.state(.starting)).contains("● looking at the folder"))
        let waiting = Self.state(.waiting) { ($0.problems, $0.heldThere) = (2, 120) }
        #expect(header(waiting).contains("● in sync but for 122") && !header(waiting).contains("✓"))
        let away = header(Self.state(.offline))
        #expect(away.contains("✓ 12,408 files verified 14:13:13") && !away.contains("may differ"))
        #expect(header(Self.state(.offline) { $0.differing = 3 }).contains("● 3 may differ"))
        #expect(header(Self.state(.paused)).contains("‖ folder paused"))
        let lost = Self.state(.stopped) { $0.problem = Problem(.syncFolderLost, "It is not there.") }
        #expect(header(lost).contains("! folder stopped") && header(lost).contains("! 1 problem"))
        let partly = Self.state(.same) { ($0.watched, $0.unwatched) = (3, 7) }
        #expect(header(partly).contains("watch 30%"))
    }

    @Test("What the server refuses is a problem, and stops nothing")
    func refused() {
        var harness = harness(Self.state(.waiting) { $0.refusal = Problem(.storageFull, "Full.") })
        #expect(harness.lines[0].contains("! 1 problem"))
        harness.type("!")
        #expect(harness.lines.contains { $0.contains("Full.") })
    }

    @Test("Where the server is gone nothing is told as if it were fresh")
    func offline() {
        var harness = harness(Self.state(.same))
        harness.tell(.status(FakeEngine.status(.offline, problem: Problem(.serverUnreachable, "Gone."))))
        #expect(!harness.lines.contains { $0.contains("✓ film") || $0.contains("✓ poster.psd") })
        #expect(harness.lines.contains { $0.contains("~ poster.psd") })
    }

    @Test(
        "While nobody looks at the disk no row is told to be the same",
        arguments: [SyncState.Phase.stopped, .starting, .paused])
    func stopped(phase: SyncState.Phase) {
        let harness = harness(Self.state(phase) { $0.problem = Problem(.syncFolderLost, "Gone.") })
        #expect(!harness.lines.contains { $0.contains("✓ film") || $0.contains("✓ poster.psd") })
        #expect(harness.lines.contains { $0.contains("~ poster.psd") })
    }

    @Test("What is ignored has a sign of its own")
    func ignored() {
        #expect(harness(Self.state(.same)).lines.contains { $0.contains("# render-cache") })
    }

    @Test("Enter deletes nothing that was not read: No is marked, y says yes")
    func marksNo() {
        let engine = Self.engine()
        engine.setPlan(Self.held)
        var harness = harness(Self.state(.waiting) { $0.heldThere = 120 }, engine)
        harness.type("!y")
        harness.press(.enter)
        #expect(!engine.commands.contains { $0.isApproval })
        harness.type("y")
        harness.press(.right)
        harness.press(.enter)
        #expect(engine.commands.contains { $0.isApproval })
    }

    @Test("Without a folder the header tells of the list, and = says why not")
    func none() {
        var harness = harness(nil)
        #expect(harness.lines[0].contains("12,408 files as of"))
        harness.type("=")
        #expect(harness.model.notice?.text == "no folder of this machine is one with My Files: :sync FOLDER")
    }

    // MARK: Deeds

    @Test("What is asked is what is done: the numbers that were shown")
    func approves() {
        let engine = Self.engine()
        engine.setPlan(Self.held)
        var harness = harness(Self.state(.waiting) { ($0.heldHere, $0.heldThere) = (3, 120) }, engine)
        harness.type("!")
        harness.press(.enter)
        harness.type("y")
        guard case .approve(let here, let there)? = engine.commands.last(where: \.isApproval) else {
            return #expect(Bool(false))
        }
        #expect(here == 3 && there == 120)
        #expect(harness.model.notice?.text == "approved: 3 deletions on this disk and 120 on the server")
    }

    @Test("Esc approves nothing; what waits no longer is not asked for")
    func refuses() {
        let engine = Self.engine()
        engine.setPlan(Self.held)
        var harness = harness(Self.state(.waiting) { $0.heldThere = 120 }, engine)
        harness.type("!y")
        harness.press(.escape)
        let approval = engine.commands.first(where: \.isApproval)
        if let approval { Issue.record("\(approval)") }
        engine.setPlan(SyncPlan())
        harness.type("y")
        #expect(harness.model.notice?.text == "no deletions wait any more")
        harness.tell(.sync(Self.state(.same)))
        engine.forgetCommands()
        harness.type("y")
        #expect(harness.model.notice?.text == "no deletions wait" && engine.commands.isEmpty)
    }

    @Test("= goes by the mark of the row")
    func keeps() {
        let engine = Self.engine()
        var harness = harness(Self.state(.same), engine)
        func last() -> ([RemotePath], Bool)? {
            if case .keep(let paths, let isOnlineOnly)? = engine.commands.last(where: \.isKeep) {
                (paths, isOnlineOnly)
            } else {
                nil
            }
        }
        harness.type("=y")
        #expect(last()?.0 == [Samples.film] && last()?.1 == true)
        harness.press(.down)
        harness.type("=y")
        #expect(last()?.0 == [Samples.path("music")] && last()?.1 == false)
        engine.forgetCommands()
        harness.type("gs=")
        #expect(harness.model.notice?.text == "what others share is not in the synced folder" && last() == nil)
    }

    @Test("= takes all that is marked; of both kinds, they become cloud only")
    func keepsAllThatIsMarked() {
        let engine = Self.engine()
        var harness = harness(Self.state(.same), engine)
        harness.type("  =")
        #expect(harness.lines.contains { $0.contains("Keep 2 things in My Files alone?") })
        harness.type("y")
        guard case .keep(let paths, let isOnlineOnly)? = engine.commands.last(where: \.isKeep) else {
            return #expect(Bool(false))
        }
        #expect(paths == [Samples.film, Samples.path("music")] && isOnlineOnly)
        #expect(harness.model.notice?.text == "2 things are in My Files alone")
    }

    @Test("From the command line: a folder is paired, and stands still")
    func commands() {
        let engine = Self.engine()
        var harness = harness(nil, engine)
        harness.type(":sync ~/Cloud/")
        harness.press(.enter)
        guard case .sync(let folder)? = engine.commands.last(where: { if case .sync = $0 { true } else { false } })
        else { return #expect(Bool(false)) }
        #expect(folder == LocalPath("/home/alice/Cloud"))
        harness.tell(.sync(Self.state(.same)))
        func pauses() -> [Bool] {
            engine.commands.compactMap { if case .pauseSync(let isPaused) = $0 { isPaused } else { nil } }
        }
        harness.type(":pause sync")
        harness.press(.enter)
        #expect(pauses() == [true])
        harness.tell(.sync(Self.state(.paused)))
        harness.type(":pause-sync")
        harness.press(.enter)
        #expect(pauses() == [true, false])
    }

    @Test("What is merely left out is listed behind the problems, and counts as none")
    func leftOut() {
        let engine = Self.engine()
        let link = SyncProblem(
            key: "local 3", path: LocalPath("film/link"), problem: Problem(.notSynchronised, "“film/link” is a link."),
            leftOut: .link)
        engine.setUnsynced([link] + Self.unsynced)
        var harness = harness(
            Self.state(.waiting) { ($0.problems, $0.leftOut) = (2, [LeftOutCount(.link, 1)]) }, engine)
        #expect(harness.model.problemCount == 2)
        harness.type("!")
        let lines = harness.lines
        #expect(lines.contains { $0.contains("Problems (2), 1 left out of the synced folder") })
        let places = ["film/budget.ods", "film/link"].map { text in lines.firstIndex { $0.contains(text) } }
        #expect(places.allSatisfy { $0 != nil } && places[0] ?? 0 < places[1] ?? 0)
        engine.setUnsynced([link])
        harness.tell(.sync(Self.state(.same) { $0.leftOut = [LeftOutCount(.link, 1)] }))
        #expect(harness.model.problemCount == 0)
        #expect(harness.lines.contains { $0.contains("Nothing needs you, 1 left out of the synced folder") })
    }

    @Test("What was deleted by mistake comes back, when somebody says so")
    func bringsBack() {
        let engine = Self.engine()
        engine.setPlan(Self.held)
        var harness = harness(Self.state(.waiting) { ($0.heldHere, $0.heldThere) = (3, 120) }, engine)
        harness.type("!u")
        #expect(harness.lines.contains { $0.contains("From the server to this disk again:") })
        harness.type("y")
        #expect(
            engine.commands.contains {
                if case .bringBack(here: 3, there: 120) = $0 { true } else { false }
            })
        #expect(!engine.commands.contains { $0.isApproval })
    }

    // MARK: News

    @Test("Rows are asked for anew when it stands otherwise, and problems while they are looked at")
    func news() {
        let engine = Self.engine()
        engine.setUnsynced(Self.unsynced)
        var harness = harness(Self.state(.waiting) { $0.problems = 2 }, engine)
        engine.forgetCommands()
        harness.tell(.sync(Self.state(.waiting) { $0.problems = 2 }))
        #expect(engine.commands.isEmpty)
        harness.tell(.sync(Self.state(.working) { $0.problems = 2 }))
        #expect(engine.commands.count == 1)
        harness.type("!")
        #expect(harness.lines.contains { $0.contains("film/budget.ods") })
        engine.setUnsynced([Self.unsynced[1]])
        harness.tell(.sync(Self.state(.working) { $0.problems = 1 }))
        #expect(!harness.lines.contains { $0.contains("film/budget.ods") })
        #expect(harness.model.problemCount == 1)
        harness.press(.enter)
        #expect(harness.model.focused.path == .myFiles && harness.model.top == nil)
    }
}

extension EngineCommand {
    fileprivate var isApproval: Bool { if case .approve = self { true } else { false } }
    fileprivate var isKeep: Bool { if case .keep = self { true } else { false } }
}
