import Foundation
import PannierApp
import PannierCore
import PannierScreen
import Testing

@Suite("Sorting")
struct SortingTests {
    private func click(_ head: String, inPane index: Int, _ harness: inout Harness, _ deed: Mouse.Deed = .press(.left))
    {
        let rect = harness.model.layout.panes[index]
        let row = rect.row + 1
        let line = Array(harness.lines[row])
        let part = String(line[rect.column..<min(line.count, rect.endColumn)])
        guard let range = part.range(of: head) else { return #expect(Bool(false), "no head \(head)") }
        let column = rect.column + part.distance(from: part.startIndex, to: range.lowerBound)
        harness.press(.mouse(Mouse(deed, row: row, column: column)))
    }

    @Test("Keys sort the pane that has the focus, and no other")
    func focused() {
        var harness = Harness()
        harness.type(",s")
        #expect(harness.model.panes.map(\.order) == [RowOrder(.size), RowOrder()])
        harness.press(.tab)
        harness.type(",M")
        #expect(harness.model.panes.map(\.order) == [RowOrder(.size), RowOrder(.time, isReversed: true)])
    }

    @Test("A click on a head sorts its pane by it, another one turns it round; the arrow shows it")
    func heads() {
        var harness = Harness()
        click("size", inPane: 0, &harness)
        #expect(harness.model.panes[0].order == RowOrder(.size) && harness.model.panes[1].order == RowOrder())
        #expect(harness.lines[3].contains("size ▾"))
        click("size", inPane: 0, &harness, .double(.left))
        #expect(harness.model.panes[0].order == RowOrder(.size, isReversed: true))
        #expect(harness.lines[3].contains("size ▴"))
        click("role", inPane: 1, &harness)
        #expect(harness.model.focus == 1 && harness.model.panes[1].order == RowOrder(.who))
        #expect(harness.lines[3].contains("role ▴"))
        click("name", inPane: 1, &harness)
        #expect(harness.model.panes[1].order == RowOrder())
        #expect(harness.model.panes[0].order == RowOrder(.size, isReversed: true))
    }

    @Test("What has no column of its own is named, in narrow panes")
    func withoutColumn() {
        var harness = Harness(columns: 80, rows: 24)
        harness.type(",m")
        #expect(harness.lines[2].contains("name, by time ▾"))
        harness.type(",e")
        #expect(harness.lines[2].contains("name, by type ▴"))
    }

    @Test("The trash is by time until somebody sorts it, by name, too")
    func trash() {
        let engine = Samples.engine()
        engine.setTrash([
            (.init(name: "a.txt", size: 5, age: 90_000), Samples.path("a.txt")),
            (.init(name: "b.txt", size: 5, age: 60_000), Samples.path("b.txt")),
        ])
        var harness = Harness(engine)
        harness.type("gt")
        #expect(harness.model.focused.order == RowOrder(.time))
        click("name", inPane: 0, &harness)
        #expect(harness.model.focused.order == RowOrder())
        harness.type("hgt")
        #expect(harness.model.focused.order == RowOrder(.time))
    }

    @Test("A range that is open becomes marks before the rows are sorted anew by a click")
    func range() {
        var harness = Harness()
        harness.press(.enter)
        harness.type("vj")
        click("size", inPane: 0, &harness)
        #expect(harness.model.focused.marks.count == 2)
    }

    @Test("g h and g s lead to the pane of each, and say so when that is the other one")
    func going() {
        var harness = Harness()
        harness.press(.enter, .tab)
        harness.type("gh")
        #expect(harness.model.focus == 0 && harness.model.focused.path.isRoot)
        #expect(harness.model.notice?.text == "My Files has this pane; Tab goes back to the other one")
        harness.press(.enter)
        harness.type("gh")
        #expect(harness.model.focus == 0 && harness.model.focused.path.isRoot && harness.model.notice == nil)
    }
}
