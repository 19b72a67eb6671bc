import PannierApp
import PannierCore
import PannierScreen
import Testing

/// What a file has held, and what is done about it.
@Suite("Versions") struct VersionsPanelTests {
    private let budget = Samples.path("budget.ods")

    /// With the cursor on the file that two people changed.
    private func harness(_ engine: FakeEngine = Samples.conflictEngine()) -> Harness {
        var harness = Harness(engine)
        harness.tell(.status(FakeEngine.status(conflicts: 1)))
        harness.press(.down, .down)
        engine.forgetCommands()
        return harness
    }

    private func panel(_ harness: Harness) -> VersionsPanel? { harness.model.top as? VersionsPanel }

    @Test func oneKeyTakesTheOtherOne() throws {
        var harness = harness()
        harness.type("V")
        #expect(panel(harness)?.versions?.map(\.revision) == Samples.versions.map(\.revision))
        #expect(panel(harness)?.chosen?.conflict == .open, "what there is to decide about is under the cursor")
        harness.engine.forgetCommands()
        harness.type("r")
        guard case .restoreVersion(let path, let version, let current, let expected, _)? = harness.engine.commands.first
        else { return #expect(Bool(false), "\(harness.engine.commands)") }
        #expect(path == budget && version == Samples.versions[1].id && current == Samples.versions[0].id)
        #expect(expected == harness.engine.id(of: budget))
        // What came of it is read.
        #expect(harness.engine.commands.contains { if case .versions(budget, nil, _) = $0 { true } else { false } })
        #expect(harness.model.notice?.text.text.contains("holds what you on laptop put there 6m ago") == true)
        #expect(panel(harness)?.cursor == 0 && panel(harness)?.isBusy == false)
    }

    @Test func enterHasToBePressedTwice() throws {
        var harness = harness()
        harness.type("V")
        harness.press(.enter)
        #expect(!harness.engine.commands.contains { $0.isRestore })
        #expect(harness.model.notice?.text.text.hasPrefix("Enter again") == true)
        // On another line it is the first time.
        harness.press(.down, .enter, .up, .enter)
        #expect(!harness.engine.commands.contains { $0.isRestore })
        harness.press(.enter)
        #expect(harness.engine.commands.count { $0.isRestore } == 1)
    }

    @Test func whatThereIsToDecideAboutIsLookedInto() throws {
        var harness = harness()
        harness.engine.setText("what was there\n")
        harness.type("V")
        harness.engine.forgetCommands()
        harness.type("v")
        guard case .previewVersion(let version, budget, 0, _)? = harness.engine.commands.first else {
            return #expect(Bool(false), "\(harness.engine.commands)")
        }
        #expect(version == Samples.versions[1])
        #expect(harness.lines.contains { $0.contains("what was there") })
        #expect(harness.lines.contains { $0.contains("budget.ods") && $0.contains("as of 2026-09-21 14:07") })
        harness.press(.escape)
        #expect(panel(harness) != nil)
    }

    @Test func whatIsCurrentIsKept() throws {
        var harness = harness()
        harness.type("VK")
        let kept = harness.engine.commands.compactMap { command -> VersionID? in
            if case .keepCurrent(budget, let version, _, _) = command { version } else { nil }
        }
        #expect(kept == [Samples.versions[0].id])
        harness.engine.setVersions([Samples.versions[0]])
        harness.tell(.foldersChanged(nil))
        harness.engine.forgetCommands()
        harness.type("ggK")
        #expect(harness.engine.commands.isEmpty)
        #expect(harness.model.notice?.text.text == "there is no conflict to settle")
        harness.type("r")
        #expect(harness.engine.commands.isEmpty, "it is current already")
    }

    @Test func aRefusalIsShownWhereItHappened() throws {
        var harness = harness()
        harness.type("V")
        harness.engine.fail(with: Problem(.changedSince, "“budget.ods” has got new content meanwhile."))
        harness.type("r")
        #expect(panel(harness)?.problem?.code == .changedSince && panel(harness)?.isBusy == false)
        #expect(harness.lines.contains { $0.contains("has got new content meanwhile") })
        // The list stays, and another try is possible.
        #expect(panel(harness)?.versions?.count == Samples.versions.count)
        harness.engine.fail(with: nil)
        harness.type("r")
        #expect(panel(harness)?.problem == nil)
    }

    @Test func theRestIsReadWhenItComesNear() throws {
        let engine = Samples.conflictEngine()
        engine.setVersions(
            (0..<250).map { number in
                FileVersion(
                    id: VersionID(high: 5, low: UInt64(number)), revision: Revision(1_000 - number), size: 1,
                    sha256: Fingerprint(0, 0, 0, 0), modified: 0, createdAt: FakeEngine.now, createdBy: "a@b",
                    isCurrent: number == 0)
            })
        var harness = harness(engine)
        harness.type("V")
        #expect(panel(harness)?.versions?.count == 100)
        harness.type("G")
        #expect(panel(harness)?.versions?.count == 200)
        harness.type("GG")
        #expect(panel(harness)?.versions?.count == 250 && panel(harness)?.after == nil)
        #expect(panel(harness)?.cursor == 249)
        // What changes is read from the start, and the cursor stays where it is.
        harness.type("gg")
        harness.press(.down)
        engine.setVersions(Samples.versions + [])
        harness.tell(.foldersChanged(nil))
        #expect(panel(harness)?.versions?.count == Samples.versions.count && panel(harness)?.cursor == 1)
    }

    @Test func aNewLinkAsksAnew() throws {
        var harness = harness()
        harness.type("V")
        harness.take(.link(.lost(Problem(.agentUnreachable, "gone"))))
        harness.engine.forgetCommands()
        harness.take(.link(.opened))
        #expect(harness.engine.commands.contains { if case .versions = $0 { true } else { false } })
    }

    @Test func whereThereAreNoneItSaysWhy() throws {
        var harness = Harness()
        harness.type("V")
        #expect(harness.model.notice?.text.text == "film is a folder: Enter opens it")
        harness.press(.tab, .end)
        harness.type("V")
        #expect(harness.model.notice?.text.text == "versions are shown to those who may change the file")
        #expect(harness.model.top == nil)
    }

    @Test func conflictsStandAmongTheProblems() throws {
        var harness = harness()
        #expect(harness.model.problemCount == 1)
        harness.type("!")
        let items = (harness.model.top as? ProblemsPanel)?.items(harness.model)
        #expect(items?.map(\.title.text) == ["/budget.ods"] && items?.first?.problem.code == .conflict)
        harness.press(.enter)
        #expect(panel(harness)?.path == budget)
        harness.press(.escape)
        harness.engine.forgetCommands()
        harness.type("x")
        #expect(harness.engine.commands.contains { if case .keepCurrent(budget, _, _, _) = $0 { true } else { false } })
        // The status tells that it is settled.
        harness.tell(.status(FakeEngine.status()))
        #expect((harness.model.top as? ProblemsPanel)?.items(harness.model).isEmpty == true)
    }
}

extension EngineCommand {
    fileprivate var isRestore: Bool { if case .restoreVersion = self { true } else { false } }
}
