import PannierApp
import PannierCore
import PannierScreen
import Testing

/// Words instead of keys.
@Suite("The command line")
struct CommandLineTests {
    @Test("A theme that was chosen by name says how it is kept")
    func theme() {
        var harness = Harness()
        harness.type(":theme mono")
        harness.press(.enter)
        let words: SafeText = "mono until you leave; to keep it: theme = \"mono\" in config.toml"
        #expect(harness.model.notice?.text == words)
    }

    @Test("The command line takes words")
    func commandLine() {
        var harness = Harness()
        harness.type(":cd /film")
        harness.press(.enter)
        #expect(harness.model.focused.path == Samples.film)
        harness.type(":mkdir new")
        harness.press(.enter)
        guard case .makeFolders(let paths, _, _)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(paths == [Samples.path("film", "new")])
        harness.type(":theme nonsense")
        harness.press(.enter)
        #expect(harness.model.notice?.text == "there is no theme “nonsense”: :theme lists them")
        harness.type(":frobnicate now")
        harness.press(.enter)
        #expect(harness.model.notice?.text == "there is no command “frobnicate”: ? lists them")
    }
}
