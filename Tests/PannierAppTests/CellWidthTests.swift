import PannierCore
import PannierScreen
import Testing

@Suite("Widths")
struct CellWidthTests {
    @Test(
        "Columns of one character",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("漢", 2), ("カ", 2), ("ｶ", 1), ("Ａ", 2), ("한", 2),
            ("\u{1112}\u{1161}\u{11AB}", 2),
            ("☎", 1), ("☎\u{FE0F}", 2), ("❤\u{FE0F}", 2), ("⌚", 2), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧‍👦", 2), ("🇩🇪", 2),
            ("1\u{FE0F}\u{20E3}", 2),
            ("ש", 1), ("ع", 1), ("क", 1), ("कि", 2), ("─", 1), ("█", 1), ("…", 1), ("\u{3000}", 2), ("𠀀", 2), ("ﷺ", 1),
        ])
    func width(text: String, columns: Int) {
        let clusters = Array(Clusters(of: SafeText(text)))
        #expect(clusters.count == 1)
        #expect(clusters.first?.width == columns)
    }

    @Test("What is wider than two columns is drawn in pieces of at most two")
    func conjuncts() {
        let clusters = Array(Clusters(of: "क्ष्त्रि"))
        #expect(clusters.map(\.text).joined() == "क्ष्त्रि")
        #expect(clusters.allSatisfy { (1...2).contains($0.width) })
    }

    @Test("Escapes are marked, and known to hang together")
    func escapes() {
        let clusters = Array(Clusters(of: "a\u{1B}b"))
        #expect(clusters.map(\.text) == ["a", "\\", "x", "1", "B", "b"])
        #expect(clusters.map(\.isEscape) == [false, true, true, true, true, false])
        #expect(clusters.map(\.continuesEscape) == [false, false, true, true, true, false])
    }

    @Test(
        "Shortened: whole clusters, whole escapes, never too wide",
        arguments: [
            ("abcdefgh", 5, Frame.Cut.end, "abcd…"), ("abcdefgh", 5, .start, "…efgh"),
            ("abcdefgh", 5, .middle, "ab…gh"),
            ("漢字漢字", 5, .end, "漢字…"), ("漢字漢字", 4, .end, "漢…"), ("漢字漢字", 8, .end, "漢字漢字"),
            ("ab\u{1B}cd", 5, .end, "ab…"), ("ab\u{1B}cd", 5, .start, "…cd"), ("abc", 1, .end, "…"),
            ("abc", 0, .end, ""),
            ("漢", 1, .end, "…"),
        ])
    func shortened(text: String, width: Int, cut: Frame.Cut, result: String) {
        let clusters = Shortening(of: SafeText(text), to: width, cut: cut, ellipsis: "…").clusters
        #expect(clusters.map(\.text).joined() == result)
    }

    @Test("Broken at blanks, and inside words that are too long")
    func wrapped() {
        let lines = Wrapping(of: "ab cde fghijklmn 漢字漢", to: 5).lines.map { $0.map(\.text).joined() }
        #expect(lines == ["ab", "cde", "fghij", "klmn", "漢字", "漢"])
        let few = Wrapping(of: "ab cde fgh", to: 5).lines(atMost: 2, ellipsis: "…").map { $0.map(\.text).joined() }
        #expect(few == ["ab", "cde …"])
    }
}
