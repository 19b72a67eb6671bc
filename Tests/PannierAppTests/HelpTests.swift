import PannierApp
import PannierCore
import PannierScreen
import Testing

@Suite("Help: pages")
struct HelpTests {
    private func help(_ harness: Harness) -> Help? { harness.model.top as? Help }

    /// The rows of the list.
    private func list(_ harness: Harness) -> [String] {
        let box = harness.lines.dropFirst(4).dropLast(harness.model.size.rows >= 20 ? 3 : 2)
        return box.map { line in String(line.drop { $0 != "│" && $0 != "┃" }.dropFirst(2).dropLast(2)) }
    }

    @Test("Whole screens by PgDn and Space, half ones by C-d; and back", arguments: [(120, 36), (80, 24), (60, 15)])
    func pages(columns: Int, rows: Int) throws {
        var harness = Harness(columns: columns, rows: rows)
        harness.type("?")
        let height = list(harness).count
        let first = try #require(help(harness)).top
        var atEnd = harness
        for _ in 0..<9 { atEnd.press(.pageDown) }
        let last = try #require(help(atEnd)).top
        harness.press(.pageDown)
        #expect(help(harness)?.top == first + height)
        harness.type(" ")
        #expect(help(harness)?.top == min(last, first + 2 * height) && help(harness)?.field.isEmpty == true)
        harness.press(.pageUp, .pageUp, .pageUp)
        #expect(help(harness)?.top == first)
        harness.press(.control("d"))
        #expect(help(harness)?.top == first + height / 2)
        harness.press(.control("u"))
        #expect(help(harness)?.top == first)
        harness.press(.pageUp)
        #expect(help(harness)?.cursor == 0 && help(harness)?.top == 0)
    }

    @Test("By pages and by lines everything is seen, down to the last words, and the cursor with it")
    func everything() throws {
        var harness = Harness(columns: 60, rows: 15)
        harness.type("?")
        var seen = Set(list(harness))
        var byLine = seen
        for _ in 0..<20 {
            harness.press(.pageDown)
            seen.formUnion(list(harness))
        }
        #expect(seen.contains { $0.contains("Manuals: man pannier") })
        harness.press(.escape)
        harness.type("?")
        for _ in 0..<120 {
            harness.press(.down)
            let cursor = try #require(help(harness)).cursor
            if cursor < 60 { #expect(list(harness).contains { $0.contains(">") || $0.contains("▸") }) }
            byLine.formUnion(list(harness))
        }
        #expect(byLine.contains { $0.contains("Manuals: man pannier") })
        for _ in 0..<200 { harness.press(.up) }
        #expect(help(harness)?.top == 0 && help(harness)?.cursor == 0)
    }

    @Test("While something is typed, Space is text and C-u takes it away")
    func typing() {
        var harness = Harness()
        harness.type("?new folder")
        #expect(help(harness)?.field.text == "new folder")
        harness.press(.control("u"))
        #expect(help(harness)?.field.isEmpty == true && help(harness)?.top == 0)
    }
}
