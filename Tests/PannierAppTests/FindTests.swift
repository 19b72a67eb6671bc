import PannierApp
import PannierCore
import PannierScreen
import Testing

/// How people come to the rows that they mean.
@Suite("Filter, find, and mark")
struct FindTests {
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
}
