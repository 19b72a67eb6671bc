import Testing

@testable import PannierSettings

@Suite("Places in TOML")
struct TOMLPlacesTests {
    @Test("Keys, lists, tables, and what stands between them")
    func places() {
        let text = """
            # comment with "quotes" and = signs
            a = 1 # more
            b.c = "x # no comment"
            "quoted key" = 'it''s'
            text = \"\"\"
            = not a key
            \"\"\"
            list = [ 1,
              # inside
              { x = "]", y = [2, 3] },
              "}",
            ]
            [table.inner]
            key = 1979-05-27 07:32:32
            [[many]]
            one = 1
            [[many]]
            two = { three = true }
            """.replacing("'it''s'", with: "'its'")
        let places = TOMLPlaces(of: text)
        func at(_ path: TOMLPlaces.Step...) -> [Int]? { places[path].map { [$0.line, $0.column] } }
        #expect(at(.key("a")) == [2, 1])
        #expect(at(.key("b")) == [3, 1] && at(.key("b"), .key("c")) == [3, 1])
        #expect(at(.key("quoted key")) == [4, 1])
        #expect(at(.key("text")) == [5, 1])
        #expect(at(.key("list"), .index(0)) == [8, 10])
        #expect(at(.key("list"), .index(1), .key("y")) == [10, 14])
        #expect(at(.key("list"), .index(1), .key("y"), .index(1)) == [10, 22])
        #expect(at(.key("list"), .index(2)) == [11, 3])
        #expect(at(.key("table"), .key("inner"), .key("key")) == [14, 1])
        #expect(at(.key("many"), .index(0), .key("one")) == [16, 1])
        #expect(at(.key("many"), .index(1)) == [17, 1])
        #expect(at(.key("many"), .index(1), .key("two"), .key("three")) == [18, 9])
        #expect(at(.key("three")) == nil)
    }

    @Test(
        "Broken texts end, and give no place beyond the break",
        arguments: ["[", "[[a]", "a", "a =", "a = {", "a = [", "a = \"", "=", "a = '''", "a = \"\\"])
    func broken(text: String) {
        let places = TOMLPlaces(of: text + "\nb = 1")
        #expect(places[[.key("b")]] == nil || text == "a =")
    }

    @Test("Lines of Windows count as one")
    func carriageReturns() {
        #expect(TOMLPlaces(of: "a = 1\r\nb = 2\r\n")[[.key("b")]] == TextPlace(line: 2, column: 1))
    }
}
