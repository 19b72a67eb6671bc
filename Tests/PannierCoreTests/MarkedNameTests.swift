import PannierCore
import Testing

@Suite struct RestoredNameTests {
    @Test(
        arguments: [
            ("film.mov", true, "film (restored).mov"), ("film", true, "film (restored)"),
            ("v1.2", false, "v1.2 (restored)"),
            (".profile", true, ".profile (restored)"), ("Mr. Smith at home", true, "Mr. Smith at home (restored)"),
            ("a.", true, "a. (restored)"), ("x.漢", true, "x (restored).漢"),
        ]) func theEndingStays(_ name: String, _ isFile: Bool, _ expected: String) throws
    {
        #expect(try NodeName(name).marked("restored", isFile: isFile).text == expected)
    }

    @Test func aLongNameGivesWay() throws {
        for letter in ["n", "é", "e\u{301}", "👨‍👩‍👧"] {
            var text = ""
            while text.utf8.count + letter.utf8.count <= Limits.nameBytes - 4 { text += letter }
            let marked = try NodeName(text + ".mov").marked("restored 12", isFile: true)
            #expect(marked.bytes.count <= Limits.nameBytes && marked.text.hasSuffix(" (restored 12).mov"))
            #expect(text.hasPrefix(marked.text.dropLast(" (restored 12).mov".count)))
        }
    }

    /// Whoever looks for a free name counts on it.
    @Test func anotherMarkMakesAnotherNameHoweverLongItIs() throws {
        let device = String(repeating: "👨‍👩‍👧", count: 8)
        let letter = "e" + String(repeating: "\u{301}", count: 4)
        let name = try NodeName("a." + String(repeating: letter, count: 12))
        for isFile in [true, false] {
            let names = (1...20).map { name.marked("conflict \(device) 2026-01-02 \($0)", isFile: isFile) }
            #expect(Set(names).count == 20 && !names.contains(name))
        }
        let long = try NodeName(String(repeating: "n", count: 251) + ".txt")
        let word = String(repeating: "w", count: 300)
        #expect(long.marked("\(word) 1", isFile: true) != long.marked("\(word) 2", isFile: true))
    }
}
