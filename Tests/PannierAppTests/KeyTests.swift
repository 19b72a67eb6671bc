import Testing

@testable import PannierScreen

@Suite("Keys")
struct KeyTests {
    private func pasted(_ text: String) -> (text: String, isWhole: Bool) {
        var pasting = Pasting(now: 0)
        for scalar in text.unicodeScalars where pasting.take(scalar, now: 0) { return (pasting.text, true) }
        return (pasting.text, false)
    }

    @Test(
        "Pasted text: no control characters, ends of lines are blanks",
        arguments: [
            ("a b", "a b"), ("a\r\nb\tc\n", "a b c"), ("\u{1B}[31mred\u{7}", "[31mred"), ("x\u{9B}1m", "x1m"),
            ("[201~", "[201~"), ("\u{1B}[20", "[20"), ("\u{1B}\u{1B}[2\u{1B}x", "[2x"),
        ])
    func pastedText(text: String, expected: String) {
        // Something behind it, so that the beginning of a bracket is known not to be one.
        let (found, isWhole) = pasted(text + ".\u{1B}[201~")
        #expect(isWhole)
        #expect(found == (expected.hasSuffix("c") ? expected + " ." : expected + "."))
    }

    @Test("Pasted text: its end is found even when it comes in pieces, and it is bounded")
    func pastedEnds() {
        #expect(pasted("ab\u{1B}[201~cd") == ("ab", true))
        #expect(pasted("ab\u{1B}\u{1B}[201~") == ("ab", true))
        #expect(pasted("ab").isWhole == false)
        let long = pasted(String(repeating: "é", count: 100_000) + "\u{1B}[201~")
        #expect(long.isWhole && long.text.utf8.count == Pasting.limit)
        var pasting = Pasting(now: 0)
        _ = pasting.take("a", now: 3_000)
        #expect(!pasting.isOverdue(now: 8_000) && pasting.isOverdue(now: 8_001))
    }

    @Test("Double clicks: same button, same place, soon")
    func clicks() {
        let here = Point(row: 1, column: 1)
        var clicks = Clicks()
        #expect(clicks.press(.left, at: here, now: 0) == .press(.left))
        #expect(clicks.press(.right, at: here, now: 10) == .press(.right))
        #expect(clicks.press(.right, at: Point(row: 1, column: 2), now: 20) == .press(.right))
        #expect(clicks.press(.right, at: Point(row: 1, column: 2), now: 420) == .double(.right))
        #expect(clicks.press(.right, at: Point(row: 1, column: 2), now: 430) == .press(.right))
        #expect(clicks.press(.right, at: Point(row: 1, column: 2), now: 831) == .press(.right))
    }

    @Test(
        "The background as a terminal tells it",
        arguments: [
            ("ffff/ffff/ffff", 0xFFFFFF), ("0000/0000/0000", 0), ("1e/2e/3e", 0x1E2E3E), ("f/0/8", 0xFF0088),
            ("1e1e/2e2e", nil), ("x/y/z", nil), ("10000/0/0", nil), ("", nil), ("-1/0/0", nil),
        ] as [(String, UInt32?)])
    func ground(text: String, expected: UInt32?) { #expect(GroundAnswer.colour(of: text) == expected) }
}
