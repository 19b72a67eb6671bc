import PannierCore
import Testing

@Suite struct SafeTextTests {
    @Test(arguments: [
        ("plain name.txt", "plain name.txt"),
        ("a\u{1B}[31mred", "a\\x1B[31mred"),
        ("line\nbreak\r\t", "line\\x0Abreak\\x0D\\x09"),
        ("evil\u{202E}gpj.exe", "evil\\u{202E}gpj.exe"),
        ("zero\u{200B}width", "zero\\u{200B}width"),
        ("\u{9B}31m", "\\x9B31m"),
        ("weiß 日本語 עברית", "weiß 日本語 עברית"),
        ("👩‍👩‍👧‍👦 ❤️ 👍🏽", "👩‍👩‍👧‍👦 ❤️ 👍🏽"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("cafe\u{301}", "cafe\u{301}"),
        ("\u{301}cafe", "\\u{0301}cafe"),
        ("a\u{200D}b", "a\\u{200D}b"),
        ("क्‍ष", "क्‍ष"),
        ("می‌خواهم", "می‌خواهم"),
        ("x\u{E0041}", "x\\u{E0041}"),
        ("\u{E000}\u{FFFE}", "\\u{E000}\\u{FFFE}"),
        ("soft\u{AD}hyphen", "soft\\u{00AD}hyphen"),
        ("a\u{2028}b", "a\\u{2028}b"),
        ("a\u{2800}\u{3164}", "a\\u{2800}\\u{3164}"),
    ]) func makesSafe(_ text: String, _ safe: String) {
        #expect(SafeText.make(text) == safe)
        #expect(Array(SafeText.make(bytes: Array(text.utf8)).utf8) == Array(safe.utf8))
    }

    @Test func pilesOfMarksEnd() {
        let piled = "a" + String(repeating: "\u{0300}", count: 50)
        let made = SafeText.make(piled)
        #expect(made.unicodeScalars.count { $0.value == 0x300 } == 4)
        #expect(made.contains("\\u{0300}"))
    }

    @Test func invalidBytesAreShown() {
        #expect(SafeText.make(bytes: [0x61, 0xFF, 0x62, 0xC3]) == "a\\xFFb\\xC3")
        #expect(SafeText.make(bytes: [0xED, 0xA0, 0x80]) == "\\xED\\xA0\\x80")
        #expect(SafeText.make(bytes: []) == "")
    }

    @Test func piecesTellEscapesFromText() {
        #expect(SafeText.pieces(of: "a\u{7}b") == [.text("a"), .escape("\\x07"), .text("b")])
        #expect(SafeText.pieces(of: "\\x07") == [.text("\\x07")])
    }

    /// Whatever comes in, nothing that moves the cursor or reorders the line comes out.
    @Test func nothingUnsafeComesOut() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF)) }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            for made in [SafeText.make(bytes: bytes), SafeText.make(String(text))] {
                let isSafe = made.unicodeScalars.allSatisfy { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
                    default: !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
                    }
                }
                #expect(isSafe, "\(bytes) \(scalars)")
            }
        }
    }
}

@Suite struct FormatTests {
    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1 KB"), (84_000, "84 KB"), (999_499, "999 KB"), (999_500, "1.0 MB"),
            (1_149_999, "1.1 MB"), (99_940_000, "99.9 MB"), (99_950_000, "100 MB"), (310_000_000, "310 MB"),
            (999_500_000, "1.0 GB"), (4_100_000_000, "4.1 GB"), (212_000_000_000, "212 GB"),
            (18_200_000_000, "18.2 GB"),
            (1_099_511_627_776, "1.1 TB"), (Int64.max, "9223 PB"), (-5, "0 B"),
        ] as [(Int64, String)]) func bytes(_ count: Int64, _ text: String)
    {
        #expect(Format.bytes(count) == text)
    }

    @Test func durationsAgesAndCounts() {
        #expect(Format.duration(seconds: 58) == "0:58")
        #expect(Format.duration(seconds: 376.4) == "6:16")
        #expect(Format.duration(seconds: 3_723) == "1:02:03")
        #expect(Format.duration(seconds: 360_000) == "4d 4h")
        #expect(Format.duration(seconds: nil) == "–")
        #expect(Format.duration(seconds: .infinity) == "–")
        #expect(Format.count(12_408) == "12,408")
        #expect(Format.count(-1_234_567) == "-1,234,567")
        #expect(Format.count(999) == "999")
        #expect(
            [-5, 1_000, 300_000, 7_200_000, 86_400_000].map { Format.age(milliseconds: $0) } == [
                "now", "1s", "5m", "2h", "1d",
            ])
        #expect(Format.age(milliseconds: 240 * 86_400_000) == "8mo")
        #expect(Format.age(milliseconds: 800 * 86_400_000) == "2y")
        #expect(Format.percent(999, of: 1_000) == "99%")
        #expect(Format.percent(0, of: 0) == "100%")
        #expect(Format.rate(26_500_000) == "26.5 MB/s")
        #expect(Format.rate(0) == "–")
    }
}
