import Foundation
import PannierCore
import Synchronization
import Testing

@testable import pannier

@Suite struct SyncLinesTests {
    private func state(_ phase: SyncState.Phase, _ change: (inout SyncState) -> Void = { _ in }) -> SyncState {
        var state = SyncState(folder: LocalPath("/home/alice/Cloud"), phase: phase)
        (state.files, state.watched, state.verifiedAt) = (12_408, 200, 0)
        change(&state)
        return state
    }

    private let none = SyncProblemPage(problems: [], total: 0, next: nil)

    @Test func allIsTheSame() {
        let lines = SyncLines.text(state(.same), problems: none)
        #expect(
            lines == [
                "synced      /home/alice/Cloud: in sync",
                "verified    12,408 files, the same on both sides at \(Format.minute(0))",
                "watch       watched 100%",
            ])
    }

    @Test func aPauseSaysHowItEnds() {
        let lines = SyncLines.text(state(.paused), problems: none)
        #expect(
            lines.prefix(2) == [
                "synced      /home/alice/Cloud: paused", "            `pannier resume --sync` lets it go on",
            ])
    }

    @Test func whatIsNotWatchedIsSaidWithHowOftenItIsLookedAt() {
        let partly = state(.same) { ($0.watched, $0.unwatched, $0.looksEvery) = (8_192, 18_984, 300_000) }
        let words = "watched 8,192 of 27,176 folders, the rest is looked at every 5 minutes"
        #expect(SyncLines.text(partly, problems: none).contains("watch       \(words)"))
        #expect(partly.watchedPercent == 30)
        let almost = state(.same) { ($0.watched, $0.unwatched) = (9_999, 1) }
        #expect(almost.watchedPercent == 99)
        let fresh = state(.starting) { ($0.watched, $0.verifiedAt) = (0, nil) }
        #expect(
            SyncLines.text(fresh, problems: none)[1...] == ["verified    never yet", "watch       not watched yet"])
    }

    @Test func whatWaitsForAPersonNamesTheCommands() {
        let lost = Problem(.syncFolderLost, "Its disk is not mounted.", detail: "Mount it.")
        let held = state(.stopped) { ($0.heldHere, $0.heldThere, $0.problem) = (0, 120, lost) }
        let trouble = SyncProblem(
            key: "local 5", path: LocalPath("a/fifo"), problem: Problem(.notSynchronised, "A pipe stays here."))
        let lines = SyncLines.text(held, problems: SyncProblemPage(problems: [trouble], total: 12, next: "local 5"))
        #expect(
            lines.dropFirst() == [
                "            Its disk is not mounted. (sync_folder_lost)", "            Mount it.",
                "verified    both sides were last the same at \(Format.minute(0))",
                "watch       not watched, since the folder is not there",
                "deletions   120 on the server wait for your word:",
                "            `pannier plan` shows them, `pannier approve` lets them be done, with `--undo` all comes back",
                "problems    12 things wait for you:", "            a/fifo",
                "              A pipe stays here. (not_synchronised)",
                "            … `pannier problems` lists them all",
            ])
        #expect(SyncLines.words(here: 1_000, there: 2) == "1,000 on this disk and 2 on the server")
    }

    /// For a day or two; nothing waits for it.
    @Test func whatIsNotedIsListedApart() {
        let note = SyncProblem(key: "note 4 united", path: LocalPath(""), problem: Problem(.syncFolderLost, "United."))
        let page = SyncProblemPage(problems: [note], total: 1, next: nil, notes: 1)
        #expect(
            SyncLines.text(state(.same), problems: page).suffix(3) == [
                "noted       1 thing to know of, for a day or two:", "            the folder itself",
                "              United. (sync_folder_lost)",
            ])
    }

    @Test func whatTheServerRefusesIsSaid() {
        let full = state(.waiting) { $0.refusal = Problem(.storageFull, "Full.") }
        let lines = SyncLines.text(full, problems: none)
        #expect(
            lines.suffix(2) == ["server      refuses what is asked of it:", "            Full. (storage_full)"])
    }

    @Test func whatIsLeftOutAndWhatIsBeingWritten() {
        let state = state(.working) {
            $0.leftOut = [LeftOutCount(.link, 12), LeftOutCount(.mount, 1)]
            ($0.beingWritten, $0.firstBeingWritten) = (3, LocalPath("a/log"))
        }
        let lines = SyncLines.text(state, problems: none)
        #expect(
            lines.suffix(3) == [
                "waits       for a/log and 2 more, which are being written",
                "left out    13: 12 links, 1 mounted disk", "            `pannier problems --left-out` lists them",
            ])
    }

    @Test func whatWaitingEndsWith() {
        let all = "12,408 files the same on both sides at \(Format.clock(0))."
        #expect(SyncReport.ended(state(.same), isWhole: true) == [all])
        let links = state(.same) { $0.leftOut = [LeftOutCount(.link, 3)] }
        #expect(SyncReport.ended(links, isWhole: true) == [all], "nobody expects these on the server")
        let names = state(.same) { $0.leftOut = [LeftOutCount(.link, 3), LeftOutCount(.name, 2)] }
        #expect(
            SyncReport.ended(names, isWhole: true) == [
                all, "But for 2 names that the server cannot keep, left out: pannier problems --left-out",
            ])
        #expect(SyncReport.ended(names, isWhole: false) == ["It is the same on both sides."])
        #expect(SyncReport.ended(state(.paused), isWhole: true) == ["/home/alice/Cloud: paused."])
    }

    /// As `pannier problems` has it before what is about one file.
    @Test func whatIsAboutNoOneFile() throws {
        #expect(state(.same).standingProblems(conflicts: 0).isEmpty)
        let full = Problem(.storageFull, "Full.")
        let waiting = state(.waiting) { ($0.heldHere, $0.heldThere, $0.refusal) = (1_000, 1_001, full) }
        let problems = waiting.standingProblems(conflicts: 5)
        #expect(problems.map(\.key) == ["server", "deletions", "conflicts"])
        #expect(problems.map(\.problem.code) == [.storageFull, .deletionsHeld, .conflict])
        #expect(
            problems.flatMap(SyncLines.standing) == [
                "Full. (storage_full)",
                "2,001 deletions wait for your word: 1,000 on this disk and 1,001 on the server. (deletions_held)",
                "  `pannier plan` shows them, `pannier approve` lets them be done, with `--undo` all comes back.",
                "5 files have conflicts. (conflict)",
                "  Nothing is lost: `pannier versions` lists them, `pannier explain conflict` says more.",
            ])
        let object = try JSONSerialization.jsonObject(with: Data(JSON.text(JSON.SyncTrouble(problems[2])).utf8))
        #expect((object as? [String: Any])?["key"] as? String == "conflicts")
    }

    @Test func howMuchMayDiffer() {
        let working = state(.working) { $0.differing = 1_204 }
        #expect(SyncLines.phase(working) == "synchronising, 1,204 may differ")
        #expect(SyncLines.phase(state(.working)) == "looking at what has changed")
    }
}

@Suite struct PlanLinesTests {
    @Test func stepsAndWhatIsHeld() {
        let steps = [
            PlannedStep(.uploadVersion, LocalPath("a/b.txt"), detail: "3 B"),
            PlannedStep(.deleteHere, LocalPath("old")),
        ]
        let held = HeldPaths(count: 120, first: [HeldPath(LocalPath("x"), inside: 99), HeldPath(LocalPath("y"))])
        let plan = SyncPlan(steps: steps, total: 5, hasMore: true, heldThere: held)
        #expect(
            PlanLines.text(plan) == [
                "upload a new version    a/b.txt: 3 B", "delete here             old",
                "and 3 more; others follow when these are done",
                "120 deletions on the server wait for your word (pannier approve):", "  x/ with 99 in it", "  y",
                "  and 19 more",
            ])
    }

    @Test func whatFailedAndWhatIsUnderWay() {
        var (failed, moving) = (
            PlannedStep(.download, LocalPath("a")), PlannedStep(.upload, LocalPath("b"), detail: "3 B")
        )
        failed.problem = Problem(.localDiskFull, "No room.")
        moving.isUnderWay = true
        let lines = PlanLines.text(SyncPlan(steps: [failed, moving], total: 2), .paused)
        #expect(
            lines == [
                "download                a", "                        waits: No room.",
                "upload                  b: 3 B (queued)",
                "The synced folder is paused: nothing is done before `pannier resume --sync`.",
            ])
        let plan = SyncPlan(steps: [moving], total: 1)
        #expect(PlanLines.text(plan, .working) == ["upload                  b: 3 B (under way)"])
        for lines in [PlanLines.text(plan, .offline), PlanLines.text(plan, .working, transfersGoOn: false)] {
            #expect(lines == ["upload                  b: 3 B (queued)"])
        }
    }

    @Test func nothingToBeDoneIsNotAlwaysTheSame() {
        #expect(PlanLines.text(SyncPlan(), .working) != PlanLines.text(SyncPlan(), .same))
        #expect(PlanLines.text(SyncPlan(), .waiting).joined().contains("but for what `pannier status` lists"))
        let missing = PlanLines.text(SyncPlan(isIncomplete: true))
        #expect(missing.count == 1 && missing[0].contains("is looked for"))
    }

    @Test func nothingIsSaidInWords() {
        #expect(PlanLines.text(SyncPlan()) == ["Nothing is to be done: both sides are the same, as far as is known."])
        let one = PlanLines.held(HeldPaths(count: 1, first: []), "on this disk")
        #expect(one == ["1 deletion on this disk waits for your word (pannier approve):", "  and 1 more"])
    }
}

@Suite struct SyncPathTests {
    private func below(_ typed: String, _ folder: String) throws -> String {
        try SyncPath(PathArgument(typed)).below(LocalPath(folder)).description
    }

    @Test func aPlaceInTheFolderOrInMyFiles() throws {
        #expect(try below("/no/such/Cloud/a//b/", "/no/such/Cloud") == "a/b")
        #expect(try below("/no/such/Cloud/", "/no/such/Cloud") == "")
        #expect(try below("/no/such/Clouds/a", "/no/such/Cloud") == "no/such/Clouds/a")
        #expect(try below("/a//b/", "/no/such/Cloud") == "a/b")
        #expect(try below("a", "/no/such/Cloud") == "a")
        #expect(throws: Problem.self) { try below("shared:/a", "/no/such/Cloud") }
        #expect(throws: Problem.self) { try below("../x", "/no/such/Cloud") }
    }

    /// They need not be there, on this disk or at all.
    @Test func dotsAreResolvedByTheNames() throws {
        #expect(try below("/no/such/Cloud/documents/../n1", "/no/such/Cloud") == "n1")
        #expect(try below("/no/such/Cloud/a/./../../Cloud/b/..", "/no/such/Cloud") == "")
        #expect(try below("/no/such/Cloud/a", "/no/such/other/../Cloud/") == "a")
        #expect(throws: Problem.self) { try below("/no/such/Cloud/../n1", "/no/such/Cloud") }
        #expect(try SyncPath(PathArgument("/c/a/../b")).remote(LocalPath("/c")).description == "/b")
        #expect { try SyncPath(PathArgument("/c/a\nb")).remote(LocalPath("/c")) } throws: {
            ($0 as? Problem)?.code == .nameNotAllowed
        }
    }

    /// Whoever is in a folder by way of a link types its paths.
    @Test func linksOnTheWayAreFollowed() throws {
        let scratch = try Scratch()
        let (real, link) = (scratch.folder + "/real", scratch.folder + "/link")
        try FileManager.default.createDirectory(atPath: real + "/in", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        try FileManager.default.createSymbolicLink(atPath: real + "/in/loop", withDestinationPath: "/")
        #expect(try below(link + "/in/gone", real) == "in/gone")
        #expect(try below(real + "/in", link) == "in")
        #expect(try below(real + "/in/..", link) == "")
        // A link is what it is called, not what it leads to.
        #expect(try below(link + "/in/loop", real) == "in/loop")
        // But a folder that one comes to through a link has another one above it.
        try FileManager.default.createSymbolicLink(atPath: scratch.folder + "/short", withDestinationPath: real + "/in")
        #expect(try below(scratch.folder + "/short/../gone", real) == "gone")
    }
}

@Suite struct EventPrinterTests {
    /// Answers with the problems that it is given, as an agent does.
    private final class Troubled: EngineLink {
        struct Told {
            var problem: SyncProblem
            var change: Int64
        }

        struct State {
            var told: [String: Told] = [:]
            var changes: Int64 = 7
            /// As of which change it was asked, page by page; nil: for all.
            var asked: [Int64?] = []
            var isLetGo = false
        }

        let events = AsyncStream<EngineEvent> { $0.finish() }
        let state = Mutex(State())

        /// From now on these are all.
        /// - Returns: how the folder stands then.
        func tell(_ problems: [SyncProblem]) -> SyncState {
            state.withLock { state in
                let keys = Set(problems.map(\.key))
                for key in state.told.keys where !keys.contains(key) {
                    state.told[key] = nil
                    state.changes += 1
                }
                for problem in problems where state.told[problem.key]?.problem != problem {
                    state.changes += 1
                    state.told[problem.key] = Told(problem: problem, change: state.changes)
                }
                var now = SyncState(folder: LocalPath("/c"), phase: .waiting)
                now.problemChanges = state.changes
                return now
            }
        }

        func send(_ command: EngineCommand) async throws -> EngineReply {
            guard case .syncProblems(let after, let limit, _, let since) = command else { return .done }
            return try state.withLock { state in
                if state.isLetGo { throw Problem(.notFound, "There is no synced folder.") }
                state.asked.append(since)
                let rest = state.told.values.filter { told in
                    (after.map { told.problem.key > $0 } ?? true) && (since.map { told.change > $0 } ?? true)
                }.map(\.problem).sorted { $0.key < $1.key }
                let page = Array(rest.prefix(limit))
                return .syncProblems(
                    SyncProblemPage(
                        problems: page, total: state.told.count,
                        next: rest.count > page.count ? page.last?.key : nil, changes: state.changes))
            }
        }
    }

    private static func problem(_ key: String, _ title: String = "t") -> SyncProblem {
        SyncProblem(key: key, path: LocalPath("p"), problem: Problem(.notSynchronised, title))
    }

    /// One more than fits into a page does not solve the last one of it.
    @Test func onlyWhatIsSolvedIsToldAsSolved() async throws {
        let link = Troubled()
        let lines = Mutex<[String]>([])
        var printer = EventPrinter(link: link) { text in lines.withLock { $0.append(text) } }
        let many = (1_000..<2_500).map { Self.problem("local \($0)") }
        try await printer.print(.sync(link.tell(many)))
        #expect(lines.withLock { $0.count } == 1 + many.count)
        lines.withLock { $0 = [] }
        let more = link.tell(many + [Self.problem("folder 3")])
        try await printer.print(.sync(more))
        #expect(lines.withLock { $0.count } == 2 && lines.withLock { !$0.contains { $0.contains("solved") } })
        lines.withLock { $0 = [] }
        link.state.withLock { $0.isLetGo = true }
        var gone = more
        gone.problemChanges += 1
        try await printer.print(.sync(gone))
        #expect(lines.withLock { $0.count(where: { $0.contains("solved") }) } == many.count + 1)
    }

    /// All of them are asked for only to find out which are solved.
    @Test func onlyWhatHasChangedIsAskedFor() async throws {
        let link = Troubled()
        let lines = Mutex<[String]>([])
        var printer = EventPrinter(link: link) { text in lines.withLock { $0.append(text) } }
        /// What is asked for when that is so, and what is told.
        func told(_ state: SyncState) async throws -> (asked: [Int64?], lines: [String]) {
            link.state.withLock { $0.asked = [] }
            lines.withLock { $0 = [] }
            try await printer.print(.sync(state))
            return (link.state.withLock { $0.asked }, lines.withLock { Array($0.dropFirst()) })
        }
        let many = (1_000..<1_900).map { Self.problem("local \($0)") }
        let first = link.tell(many)
        #expect(try await told(first).asked == [nil, nil, nil, nil, nil])
        #expect(try await told(first).asked == [])
        let other = [Self.problem("local 1500", "another")]
        let second = link.tell(many.filter { $0.key != "local 1500" } + other + [Self.problem("local 1")])
        let changed = try await told(second)
        #expect(changed.asked == [first.problemChanges] && changed.lines.count == 2)
        #expect(changed.lines.allSatisfy { $0.contains("local 1") })
        let third = link.tell(Array(many.dropFirst()) + [Self.problem("local 1")])
        let solved = try await told(third)
        #expect(solved.asked == [second.problemChanges, nil, nil, nil, nil, nil])
        #expect(solved.lines.count == 2 && solved.lines.last?.contains("\"local 1000\"") == true)
        // Of another mirror: nothing is known as of its numbers.
        link.state.withLock { $0 = Troubled.State() }
        link.state.withLock { $0.changes = 0 }
        let anew = try await told(link.tell(many))
        #expect(anew.asked.first == third.problemChanges && anew.asked.count == 6)
        #expect(anew.lines.count { $0.contains("solved") } == 1)
    }

    @Test func problemsComeAndGo() async throws {
        let link = Troubled()
        let lines = Mutex<[String]>([])
        var printer = EventPrinter(link: link) { text in lines.withLock { $0.append(text) } }
        for titles in [[], ["One."], ["One."], ["Another."], []] {
            try await printer.print(.sync(link.tell(titles.map { Self.problem("local 5", $0) })))
        }
        try await printer.print(.sync(nil))
        try await printer.print(.foldersChanged(nil))
        let events = try lines.withLock { $0 }.map { line in
            try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        }
        #expect(
            events.map(\.event) == [
                "sync", "sync", "problem", "sync", "sync", "problem", "sync", "solved", "sync",
            ])
        #expect(events.compactMap(\.problem?.problem.title) == ["One.", "Another."])
        #expect(events.compactMap(\.key) == ["local 5"])
        #expect(events.filter { $0.event == "sync" }.map { $0.sync != nil } == [true, true, true, true, true, false])
        #expect(lines.withLock { $0.allSatisfy { $0.hasSuffix("}\n") && !$0.dropLast().contains("\n") } })
    }

    private struct Line: Decodable {
        struct Trouble: Decodable {
            struct Problem: Decodable { var title: String }
            var problem: Problem
        }
        struct Sync: Decodable { var phase: String }
        var event: String
        var problem: Trouble?
        var sync: Sync?
        var key: String?
    }
}

@Suite struct SyncJSONTests {
    @Test func statusTellsOfTheFolderWhenThereIsOne() throws {
        let status = EngineStatus(
            server: nil, account: nil, device: nil, connection: .live, problem: nil, verifiedAt: nil,
            latencyMilliseconds: nil, fileCount: 0, agentProcess: 0, version: "v")
        func object(_ sync: SyncState?) throws -> [String: Any]? {
            let text = try JSON.text(JSON.Status(status, sync, profile: "p"))
            return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        }
        #expect(try object(nil)?["sync"] == nil)
        var state = SyncState(folder: LocalPath("/c"), phase: .waiting)
        (state.heldThere, state.looksEvery) = (7, 60_000)
        state.refusal = Problem(.storageFull, "Full.")
        (state.leftOut, state.beingWritten) = ([LeftOutCount(.syncedFolder, 2)], 1)
        let sync = try #require(try object(state)?["sync"] as? [String: Any])
        #expect(sync["folder"] as? String == "/c" && sync["phase"] as? String == "waiting")
        #expect(sync["heldThere"] as? Int == 7 && sync["looksEveryMilliseconds"] as? Int == 60_000)
        #expect(sync["verifiedAt"] == nil && sync["problem"] == nil)
        #expect(sync["leftOut"] as? [String: Int] == ["synced_folder": 2] && sync["beingWritten"] as? Int == 1)
        #expect((sync["refused"] as? [String: Any])?["code"] as? String == "storage_full")
    }
}

/// The commands as they are typed, with an agent and nobody signed in.
@Suite(.serialized) struct SyncCommandTests {
    @Test(.timeLimit(.minutes(2))) func withoutAFolderTheySaySo() async throws {
        let device = try AgentDevice()
        #expect(try await device.run("agent").exitCode == 0)
        for arguments in [
            ["sync"], ["wait", "--synced"], ["plan"], ["problems"], ["why", "/a"], ["verify"], ["approve"],
            ["approve", "--undo"], ["keep", "--here", "/a"], ["pause", "--sync"], ["resume", "--sync"],
        ] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 6 && ran.errors.contains("pannier sync FOLDER"), "\(ran)")
        }
        let status = try await device.run("status")
        #expect(status.exitCode == 0 && !status.output.contains("synced"), "\(status)")
        let events = try await device.run("events")
        #expect(events.exitCode == 0, "\(events)")
        #expect(events.output.split(separator: "\n").count == 2, "\(events)")
        #expect(events.output.contains("{\"event\":\"sync\"}\n"), "\(events)")
        try await device.end()
    }

    @Test(.timeLimit(.minutes(2))) func whatIsTypedWronglyChangesNothing() async throws {
        let device = try AgentDevice()
        for arguments in [
            ["sync", "--stop", "/a"], ["wait"], ["plan", "--limit", "0"], ["why"], ["approve", "--here", "0"],
            ["keep", "/a"], ["keep", "--here", "--online-only", "/a"], ["pause", "--sync", "00aa"],
        ] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 2 && ran.output == "", "\(ran)")
        }
    }
}
