import PannierApp
import PannierCore
import PannierScreen
import SeededRandom
import Testing

@Suite("Finding in a text")
struct PreviewSearchTests {
    private func opened(_ text: String, columns: Int = 80, rows: Int = 24) -> Harness {
        let engine = Samples.engine()
        engine.setText(text)
        var harness = Harness(engine, columns: columns, rows: rows)
        harness.press(.down, .down, .enter)
        return harness
    }

    private func find(_ text: String, _ harness: inout Harness) {
        harness.type("/")
        harness.type(text)
        harness.press(.enter)
    }

    private func preview(_ harness: Harness) -> Preview? { harness.model.top as? Preview }
    private func match(_ harness: Harness) -> Int64? { preview(harness)?.search?.match }
    private func notice(_ harness: Harness) -> SafeText? { harness.model.notice?.text }

    /// Lines of ten bytes, but for what stands at some of them.
    private func lines(_ count: Int, _ words: [Int: String]) -> String {
        (0..<count).map { words[$0].map { $0.padding(to: 9) } ?? "filler 00" }.joined(separator: "\n")
    }

    @Test("The next, the one before, and round at both ends; in either case of letters")
    func around() {
        var harness = opened(lines(100, [3: "A Needle", 60: "needles"]))
        #expect(harness.model.context == .preview)
        find("needle", &harness)
        #expect(harness.model.context == .preview && match(harness) == 32 && preview(harness)?.top == 0)
        harness.type("n")
        #expect(match(harness) == 600)
        #expect(harness.lines.contains { $0.contains("needles") })
        #expect(notice(harness) == "“needle” found: n the next, N the one before")
        harness.type("n")
        #expect(match(harness) == 32)
        #expect(notice(harness) == "“needle” found, from the start again: n the next, N the one before")
        harness.type("N")
        #expect(match(harness) == 600)
        #expect(notice(harness) == "“needle” found, from the end again: n the next, N the one before")
        find("haystack", &harness)
        #expect(match(harness) == nil && notice(harness) == "no “haystack” in this text")
    }

    @Test("After scrolling away it goes on from what is seen")
    func scrolled() {
        var harness = opened(lines(200, [1: "needle", 100: "needle", 190: "needle"]))
        find("needle", &harness)
        #expect(match(harness) == 10)
        harness.press(.end)
        harness.type("N")
        #expect(match(harness) == 1_000)
    }

    @Test("Every match stands out, the one gone to most; tabs, wide letters and wrapped lines count")
    func highlights() {
        var harness = opened("a needle\n漢\tneedle\n" + String(repeating: "x", count: 73) + "needle\nnee\u{301}dle")
        find("needle", &harness)
        let frame = harness.frame
        func marked(_ row: Int, _ ground: ColourRole) -> String {
            (2..<78).filter { frame[row, $0].style == Style(.match, on: ground) }.map { frame[row, $0].text }.joined()
        }
        #expect(marked(2, .cursor) == "needle" && marked(2, .selected) == "")
        #expect(marked(3, .selected) == "needle")
        // Broken after 76 columns.
        #expect(marked(4, .selected) == "nee" && marked(5, .selected) == "dle")
        #expect(marked(6, .selected) == "")
    }

    @Test("In bytes it stands out as numbers and as signs")
    func bytes() {
        var harness = opened("\u{7F}ELF\0 needle \0")
        find("needle", &harness)
        let frame = harness.frame
        let shown = (2..<78).filter { frame[2, $0].style == Style(.match, on: .cursor) }.map { frame[2, $0].text }
        #expect(shown.joined() == "6e 65 65 64 6c 65needle")
    }

    @Test("On a narrow screen the signs are beyond its edge", arguments: [(60, 15), (48, 16), (72, 20), (20, 6)])
    func narrow(columns: Int, rows: Int) {
        var harness = opened("\u{7F}ELF\0 needle \0")
        find("needle", &harness)
        harness.resize(columns, rows)
        let frame = harness.frame
        let isShown = (0..<frame.size.rows).contains { row in
            (0..<frame.size.columns).contains { frame[row, $0].style == Style(.match, on: .cursor) }
        }
        #expect(isShown == (columns >= 48))
    }

    @Test("What is not fetched yet is not said to hold nothing; the next press looks there")
    func beyond() {
        // Piece 7 of 20 holds it.
        var harness = opened(lines(262_144, [90_000: "needle"]))
        find("needle", &harness)
        #expect(match(harness) == nil)
        #expect(
            notice(harness) == "no “needle” below in what is fetched, 0 B to 131 KB of 2.6 MB: n fetches more")
        harness.type("n")
        #expect(match(harness) == 900_000)
        #expect(harness.lines.contains { $0.contains("needle") })
        harness.type("n")
        #expect(notice(harness)?.text.hasPrefix("no “needle” below in what is fetched") == true)
        harness.type("n")
        // A mebibyte for each press.
        #expect(notice(harness)?.text.hasSuffix("n looks on") == true)
        #expect((preview(harness)?.bytes.count ?? 0) <= 1 << 20)
        harness.type("n")
        #expect(notice(harness) == "no “needle” down to the end; N looks upwards")
        harness.type("NN")
        #expect(match(harness) == 900_000)
    }

    @Test("A match across two pieces is found, in both directions")
    func seam() {
        let text = String(repeating: "x\n", count: 65_534) + "needle" + String(repeating: "\nx", count: 100_000)
        var harness = opened(text)
        find("needle", &harness)
        harness.type("n")
        #expect(match(harness) == 131_068)
        harness = opened(text)
        find("needle", &harness)
        harness.press(.end)
        harness.type("NN")
        #expect(match(harness) == 131_068)
    }

    @Test("n before anything was sought says so; in an empty file, too")
    func nothing() {
        var harness = opened("text")
        harness.type("n")
        #expect(notice(harness) == "nothing was sought in this text yet: / finds")
        harness = opened("")
        find("x", &harness)
        #expect(notice(harness) == "this file is empty" || notice(harness) == "it is still being fetched")
    }

    @Test("A line and what is found in it by a slower way", arguments: 0..<40)
    func search(_ round: Int) {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<round { _ = generator.next() }
        let bytes = (0..<60).map { _ in UInt8("abAB".utf8.randomElement(using: &generator)!) }
        let text = String(decoding: bytes.shuffled(using: &generator).prefix(2), as: UTF8.self)
        let search = TextSearch(text)
        let wanted = Array(text.lowercased().utf8)
        let small = bytes.map { $0 | 0x20 }
        let all = (0...58).filter { Array(small[$0..<$0 + 2]) == wanted }
        for index in -1...61 {
            #expect(search.next(in: bytes, from: index) == all.first { $0 >= index })
            #expect(search.previous(in: bytes, before: index) == all.last { $0 < index })
        }
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, count - self.count))
    }
}
