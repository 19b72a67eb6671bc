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
}
