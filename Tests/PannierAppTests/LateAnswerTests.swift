import Foundation
import PannierApp
import PannierCore
import PannierScreen
import Testing

/// Answers that come when something else is looked at by then.
@Suite("Answers that come late")
struct LateAnswerTests {
    /// The screen with an agent that answers when the test says so.
    private struct Slow {
        var model: Model
        var asked: [(ticket: Int, command: EngineCommand)] = []

        init(_ engine: FakeEngine = Samples.engine(), _ keys: Key...) {
            var harness = Harness(engine, columns: 80, rows: 24)
            for key in keys { harness.press(key) }
            model = harness.model
        }

        mutating func take(_ message: Message) {
            for case .send(let ticket, let command) in model.update(message) { asked.append((ticket, command)) }
        }
        mutating func press(_ keys: Key...) { for key in keys { take(.key(key)) } }
        mutating func type(_ text: String) { for character in text { press(.character(character)) } }

        mutating func answer(_ result: Result<EngineReply, Problem>) {
            take(.link(.answer(ticket: asked.removeFirst().ticket, result)))
        }
        /// The oldest question first, and those that follow from it, but no more than so many.
        mutating func answerAll(limit: Int = 50, _ answer: (EngineCommand) -> Result<EngineReply, Problem>) -> Int {
            var count = 0
            while let first = asked.first, count < limit {
                self.answer(answer(first.command))
                count += 1
            }
            return count
        }
    }

    // MARK: The preview

    /// A large file of lines.
    private func part(_ command: EngineCommand, size: Int64) -> Result<EngineReply, Problem> {
        guard case .preview(_, let offset, let length) = command else { return .success(.done) }
        let count = max(0, min(Int64(length), size - offset))
        let bytes = Data((offset..<offset + count).map { $0 % 40 == 39 ? 0x0A : 0x61 })
        return .success(.part(FilePart(version: VersionID(high: 0, low: 1), offset: offset, size: size, bytes: bytes)))
    }

    private static let size: Int64 = 48_700_000_000

    private func opened() -> Slow {
        var slow = Slow(Samples.engine(), .enter, .down, .down, .down, .down)
        slow.press(.function(3))
        return slow
    }

    @Test("To the end before the first piece is there, and up again: nothing is read in between")
    func endAtOnce() throws {
        var slow = opened()
        slow.type("Gk")
        slow.press(.pageUp, .mouse(Mouse(.wheelUp, row: 5, column: 5)))
        let count = slow.answerAll { part($0, size: Self.size) }
        #expect(count < 6)
        var preview = try #require(slow.model.top as? Preview)
        #expect(preview.end == Self.size && preview.start >= Self.size - 300_000)
        let end = preview.top
        #expect(end > Self.size - 20_000)
        slow.type("k")
        _ = slow.answerAll { part($0, size: Self.size) }
        preview = try #require(slow.model.top as? Preview)
        #expect(preview.top == end - 40)
    }

    @Test("To the end and back to the start: the end's piece is not taken for the start's")
    func endAndBack() throws {
        var slow = opened()
        _ = slow.answerAll { part($0, size: Self.size) }
        slow.type("Ggg")
        _ = slow.answerAll { part($0, size: Self.size) }
        let preview = try #require(slow.model.top as? Preview)
        #expect(preview.top == 0 && preview.start == 0 && !preview.bytes.isEmpty)
    }

    @Test("The end of a file that is held whole")
    func shortEnd() throws {
        var slow = opened()
        _ = slow.answerAll { part($0, size: 8_000) }
        slow.type("G")
        let preview = try #require(slow.model.top as? Preview)
        #expect(preview.top > 7_000)
    }

    @Test("A preview that failed asks again on a new link")
    func previewAgain() throws {
        var slow = opened()
        slow.answer(.failure(Problem(.agentUnreachable, "The agent has gone.")))
        #expect((slow.model.top as? Preview)?.problem != nil)
        slow.take(.link(.opened))
        let preview = try #require(slow.model.top as? Preview)
        #expect(preview.problem == nil && preview.isReading)
    }

    // MARK: Sharing

    private func shared(_ emails: String...) -> Slow {
        let engine = Samples.engine()
        engine.setAccess(access(emails))
        return Slow(engine, .character("S"))
    }

    private func access(_ emails: [String]) -> [Access] {
        emails.enumerated().map { index, email in
            let id = ViewID(high: 1, low: UInt64(email.utf8.first ?? 0))
            return Access(
                path: Samples.film,
                grant: Grant(id: id, node: NodeID(high: 1, low: 1), email: email, role: .viewer, grantedAt: 0))
        }
    }

    private func removals(_ slow: Slow) -> [String] {
        slow.asked.compactMap { if case .unshare(_, let email, _) = $0.command { email } else { nil } }
    }

    @Test("A key that is held, or a second click, takes access from one person only")
    func oneRemoval() throws {
        var slow = shared("a@example.org", "b@example.org")
        slow.press(.tab, .control("x"), .control("x"))
        #expect(removals(slow) == ["a@example.org"])
        slow.answer(.success(.done))
        #expect(slow.model.notice?.text == "a@example.org may not see film any more")
        slow.press(.control("x"))
        slow.answer(.success(.access(access(["b@example.org"]))))
        slow.press(.control("x"))
        #expect(removals(slow).isEmpty)
        #expect((slow.model.top as? ShareDialog)?.focus == .addresses)
        // The second press of a double click is told apart by the terminal.
        let lines = ScreenView.frame(of: slow.model).lines
        let row = try #require(lines.firstIndex { $0.contains("b@example.org") })
        let column = lines[row].distance(
            from: lines[row].startIndex, to: try #require(lines[row].range(of: "Remove")).lowerBound)
        slow.press(.mouse(Mouse(.double(.left), row: row, column: column)))
        #expect(removals(slow).isEmpty)
        slow.press(.mouse(Mouse(.press(.left), row: row, column: column)))
        #expect(removals(slow) == ["b@example.org"])
    }

    @Test("What was sent is told and cleared, not what stands in the field by then")
    func sharedMeanwhile() throws {
        var slow = shared()
        slow.type("tom@example.org")
        slow.press(.control("s"))
        slow.type(", mia@example.org")
        slow.answer(.success(.access([])))
        #expect(
            slow.model.notice?.text
                == "tom@example.org may see film now; without an account yet, as soon as there is one")
        #expect((slow.model.top as? ShareDialog)?.addresses.text == "mia@example.org")
    }

    @Test("How it came out is told when the dialog is closed by then")
    func sharedAndLeft() {
        var slow = shared()
        slow.type("tom@example.org")
        slow.press(.control("s"), .escape)
        var failed = slow
        slow.answer(.success(.access([])))
        #expect(slow.model.notice?.text.text.hasPrefix("tom@example.org may see film now") == true)
        failed.answer(.failure(Problem(.serverUnreachable, "The server does not answer.")))
        #expect(failed.model.notice?.text == "The server does not answer.")
    }

    // MARK: The sign-in

    private func signIn() -> Slow {
        var slow = Slow(FakeEngine())
        slow.take(.link(.event(.status(FakeEngine.status(.signedOut)))))
        slow.asked = []
        return slow
    }

    @Test("A verdict about one server is not shown for another one")
    func otherServer() {
        var slow = signIn()
        slow.press(.backTab, .control("u"))
        slow.type("https://a.example")
        slow.press(.tab, .backTab, .backspace)
        slow.type("x")
        slow.press(.tab)
        let asked = slow.asked.filter { if case .probe = $0.command { true } else { false } }
        #expect(asked.count >= 2)
        slow.asked = [asked[asked.count - 1], asked[asked.count - 2]]
        slow.answer(.failure(Problem(.serverUnreachable, "Nobody is there.")))
        slow.answer(.success(.probe(ServerProbe(address: "a", latencyMilliseconds: 1, isEncrypted: true))))
        guard case .failure? = (slow.model.top as? PannierApp.SignIn)?.probe else { return #expect(Bool(false)) }
        slow.press(.backTab, .backspace)
        #expect((slow.model.top as? PannierApp.SignIn)?.probe == nil)
    }

    @Test("The password stays unless it was refused; who signed in is who was sent")
    func password() {
        var slow = signIn()
        slow.type("alice@example.org")
        slow.press(.tab)
        slow.type("secret")
        slow.asked = []
        slow.press(.enter)
        slow.answer(.failure(Problem(.serverUnreachable, "Nobody is there.")))
        #expect((slow.model.top as? PannierApp.SignIn)?.password.text == "secret")
        slow.press(.enter)
        slow.answer(.failure(Problem(.signInFailed, "Wrong.")))
        #expect((slow.model.top as? PannierApp.SignIn)?.password.isEmpty == true)
        slow.type("right")
        slow.press(.enter, .backTab)
        slow.type("x")
        slow.answer(.success(.status(FakeEngine.status())))
        #expect(slow.model.context == .panes && slow.model.notice?.text == "signed in as alice@example.org")
    }

    @Test("That nothing is encrypted can be read", arguments: [(80, 24), (120, 36)])
    func warning(columns: Int, rows: Int) {
        var slow = signIn()
        slow.take(.resized(Size(columns: columns, rows: rows)))
        slow.press(.tab)
        slow.asked.removeAll { if case .probe = $0.command { false } else { true } }
        slow.answer(.success(.probe(ServerProbe(address: "a", latencyMilliseconds: 1, isEncrypted: false))))
        let text = ScreenView.frame(of: slow.model).lines.joined(separator: "\n")
        #expect(text.contains("reached, 1 ms"))
        #expect(text.contains("Not encrypted: whoever is on the way can read the password."))
    }

    // MARK: The picker

    /// A folder of 1,000 files, of which an answer holds no more than the agent's limit.
    private func thousand(_ command: EngineCommand) -> Result<EngineReply, Problem> {
        guard case .listLocal(let listing, let start, let limit) = command else { return .success(.done) }
        let range = min(start, 1_000)..<min(1_000, start + min(limit, Limits.pageRows))
        let rows = range.map { number in
            LocalRow(
                path: listing.folder.appending(Array("file \(number)".utf8)), kind: .file, size: 1, modified: 0,
                isFolder: false)
        }
        return .success(.localRows(LocalPage(rows: rows, start: range.lowerBound, total: 1_000)))
    }

    @Test("A page down that is held, on screens of any height", arguments: [24, 500, 2_000])
    func manyRows(height: Int) throws {
        var slow = Slow()
        slow.take(.resized(Size(columns: 80, rows: height)))
        slow.asked = []
        slow.type("I")
        slow.asked.removeAll { if case .listLocal = $0.command { false } else { true } }
        for _ in 0..<100 {
            slow.press(.pageDown, .pageDown)
            #expect(slow.answerAll(limit: 10, thousand) < 10)
        }
        let picker = try #require(slow.model.top as? Picker)
        #expect(picker.cursor == 1_000 && picker.row?.path.lastComponent == Array("file 999".utf8))
    }

    @Test("A picker that failed asks again on a new link; another picker's estimate is not this one's")
    func pickerAgain() throws {
        var slow = Slow()
        slow.type("I")
        slow.asked.removeAll { if case .listLocal = $0.command { false } else { true } }
        slow.answer(.failure(Problem(.agentUnreachable, "The agent has gone.")))
        #expect((slow.model.top as? Picker)?.problem != nil)
        slow.take(.link(.opened))
        #expect((slow.model.top as? Picker)?.problem == nil)
        _ = slow.answerAll(thousand)
        slow.press(.down)
        var numbers: [Int64] = []
        for _ in 0..<2 {
            slow.type("i")
            for case .estimate(let sources, let number) in slow.asked.map(\.command) where !sources.isEmpty {
                numbers.append(number)
            }
            _ = slow.answerAll(thousand)
            slow.press(.escape)
            slow.type("I")
            _ = slow.answerAll(thousand)
            slow.press(.down)
        }
        #expect(numbers.count == 2 && Set(numbers).count == 2)
        slow.press(.tab)
        #expect(slow.model.notice?.text == "there is one list here; s takes what is marked, / goes elsewhere")
    }

    // MARK: Words

    @Test("A very long name leaves room for the reason, and keys come before commands")
    func longNames() {
        let name = String(repeating: "x", count: 100) + String(repeating: "漢", count: 50)
        let problem = Problem(
            .localExists, "“\(name)” is there already.", detail: "Move it away, then `pannier retry`.")
        let text = Notice(problem).text.text
        #expect(text.contains("…") && text.contains("漢” is there already. Move it away, then r in the transfers panel"))
        #expect(CellWidth.of(Notice(problem).text) < 160)
        #expect(Notice(Problem(.notFound, "“short” is not there.")).text == "“short” is not there.")
        var state = Samples.transfer(9, name, .failed, problem: problem)
        #expect(Notice(ended: state).text.text.contains("is there already"))
        state = Samples.transfer(9, "s1.bin", .done, done: 4, of: 4, direction: .download)
        #expect(Notice(ended: state).text == "s1.bin is downloaded into /home/alice: 4 B")
    }
}
