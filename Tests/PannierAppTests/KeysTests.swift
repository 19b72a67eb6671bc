import PannierApp
import PannierCore
import PannierScreen
import Testing

@Suite("Tables of keys")
struct KeysTests {
    /// A screen on which the keys of a context work.
    private func harness(_ context: Context) -> Harness {
        let engine = Samples.engine()
        engine.setAccess(Samples.access)
        engine.setText("one\ntwo\n")
        engine.setVersions(Samples.versions)
        var harness = Harness(engine)
        harness.tell(.transfers(Samples.transfers))
        switch context {
        case .panes: break
        case .transfers: harness.type("w")
        case .picker: harness.type("I")
        case .preview: harness.press(.down, .down, .enter)
        case .versions:
            harness.press(.down, .down)
            harness.type("V")
        case .problems: harness.type("!")
        case .help: harness.type("?")
        case .prompt: harness.type("a")
        case .question: harness.type("d")
        case .share: harness.type("S")
        case .themes:
            harness.type(":theme")
            harness.press(.enter)
        case .signIn:
            harness.tell(.status(FakeEngine.status(.signedOut)))
        }
        return harness
    }

    @Test("Every key of every context does something, or says why not", arguments: Context.allCases)
    func everyKey(_ context: Context) {
        let table = Keymap.standard.bindings(in: context)
        #expect(!table.isEmpty)
        for binding in table {
            #expect(!binding.word.isEmpty)
            for keys in binding.keys {
                var harness = harness(context)
                #expect(harness.model.context == context)
                for key in keys { harness.press(key) }
                #expect(harness.model.notice?.text.text.hasPrefix("no such key") != true, "\(keys)")
                #expect(harness.model.notice?.text.text != "that has no meaning here", "\(keys)")
                #expect(harness.model.prefix.isEmpty)
            }
        }
    }

    @Test("No keys have two meanings, and none is the beginning of another", arguments: Context.allCases)
    func unambiguous(_ context: Context) {
        let keys = Keymap.standard.bindings(in: context).flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
        for one in keys {
            #expect(!keys.contains { $0.count > one.count && $0.starts(with: one) }, "\(one)")
        }
    }

    @Test("The help names every binding, and runs what is chosen")
    func help() {
        for binding in Keymap.standard.bindings(in: .panes) {
            var harness = Harness()
            harness.type(":" + binding.action.rawValue)
            guard let help = harness.model.top as? Help else { return #expect(Bool(false)) }
            #expect(help.chosen(harness.model)?.binding.action == binding.action)
        }
        var harness = Harness()
        harness.type("?new folder")
        harness.press(.enter)
        #expect(harness.model.context == .prompt)
    }

    @Test("A prefix shows what may follow, after a while")
    func whichKey() {
        var harness = Harness()
        harness.type(",")
        #expect(!harness.model.showsWhichKey && harness.model.patience <= 300)
        harness.take(.time(harness.model.now + 300))
        #expect(harness.model.showsWhichKey)
        #expect(harness.lines.contains { $0.contains("sort by size, largest first") })
        harness.type("s")
        #expect(harness.model.focused.listing.order == RowOrder(.size))
        harness.type("gx")
        #expect(harness.model.notice?.text == "no such keys here: g x")
    }

    @Test("Keys of one's own")
    func ownKeys() {
        var keymap = Keymap.standard
        keymap.bind([.character("Z")], to: .leave, in: .panes)
        guard case .action(let bound) = keymap.match([.character("Z")], in: .panes) else { return #expect(Bool(false)) }
        #expect(bound.action == .leave)
        // A prefix that becomes a key of its own takes its continuations away.
        keymap.bind([.character("g")], to: .top, in: .panes)
        guard case .action(let top) = keymap.match([.character("g")], in: .panes) else { return #expect(Bool(false)) }
        #expect(top.action == .top)
        #expect(keymap.continuations(of: [.character("g")], in: .panes).isEmpty)
        keymap.unbind([.character("q")], in: .panes)
        guard case .nothing = keymap.match([.character("q")], in: .panes) else { return #expect(Bool(false)) }
    }
}
