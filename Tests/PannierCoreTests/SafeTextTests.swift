import PannierCore
import SeededRandom
import Testing

@Suite("Safe text")
struct SafeTextTests {
    @Test(
        "What can be seen passes as it is",
        arguments: [
            "plain name.txt", "Überraschung.txt", "e\u{301}te\u{301}", "漢字 かな ハングル 한글", "全角\u{3000}空白",
            "👨‍👩‍👧‍👦 family", "❤️ heart", "🇩🇪🇫🇷 flags", "1️⃣ keycap", "👍🏽 tone", "שלום עולם", "مرحبا", "می\u{200C}خواهم",
            "ශ්‍රී ලංකාව", "क्षत्रिय", "ﷺ", "",
        ])
    func passes(name: String) {
        let safe = SafeText(name)
        #expect(Array(safe.text.unicodeScalars) == Array(name.unicodeScalars))
        #expect(safe.escapes.isEmpty)
    }

    @Test(
        "What hides, steers or piles up is spelled out",
        arguments: [
            ("a\u{1B}[31mb", "a\\x1B[31mb"), ("line\nbreak\r\ttab", "line\\x0Abreak\\x0D\\x09tab"),
            ("photo\u{202E}gpj.exe", "photo\\u{202E}gpj.exe"), ("a\u{200B}b", "a\\u{200B}b"),
            ("a\u{200D}b", "a\\u{200D}b"), ("\u{301}orphan", "\\u{301}orphan"), ("a\u{7F}", "a\\x7F"),
            ("\u{9B}31m", "\\u{9B}31m"), ("no\u{A0}break", "no\\u{A0}break"), ("back\\slash", "back\\\\slash"),
            ("\u{1F1E9} half flag", "\\u{1F1E9} half flag"), ("\u{FEFF}bom", "\\u{FEFF}bom"),
            ("\u{E000}private", "\\u{E000}private"), ("a\u{FE0F}", "a\\u{FE0F}"), ("\u{3164}", "\\u{3164}"),
            ("o\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}", "o\u{300}\u{301}\u{302}\u{303}\\u{304}\\u{305}"),
            ("\u{2028}", "\\u{2028}"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"), ("\u{2800}", "\\u{2800}"),
        ])
    func escapes(name: String, shown: String) {
        let safe = SafeText(name)
        #expect(Array(safe.text.unicodeScalars) == Array(shown.unicodeScalars))
        #expect(!safe.escapes.isEmpty)
        for range in safe.escapes {
            let part = String(decoding: Array(safe.text.utf8)[range], as: UTF8.self)
            #expect(part.hasPrefix("\\"))
        }
    }

    @Test("Bytes that are not UTF-8 are spelled out one by one")
    func brokenBytes() {
        let safe = SafeText(bytes: [0x61, 0xFF, 0x62, 0xC3, 0xE2, 0x82, 0xED, 0xA0, 0x80, 0xC3, 0xA9])
        #expect(safe.text == "a\\xFFb\\xC3\\xE2\\x82\\xED\\xA0\\x80é")
        #expect(safe.escapes.count == 7)
    }

    @Test("Text that stands for bytes is spelled as they are, once, and no other text looks like it")
    func bytesAsText() {
        let path = LocalPath(bytes: [0x2F, 0xFF, 0x5C])
        #expect(SafeText("“\(path)”").text == "“/\\xFF\\\\”")
        #expect(SafeText(path).text == "/\\xFF\\\\")
        let other = LocalPath("/\u{10FFFF}")
        #expect(
            SafeText("\(other)").text == "/\\xF4\\x8F\\xBF\\xBF" && SafeText(other).text == SafeText("\(other)").text)
        #expect(
            ByteText.bytes(of: path.description) == path.bytes && ByteText.bytes(of: other.description) == other.bytes)
    }

    @Test("Interpolation escapes once")
    func interpolation() {
        let name = SafeText("a\u{1B}b")
        let line: SafeText = "“\(name)” by \("c\u{1B}d"), \(3) times"
        #expect(line.text == "“a\\x1Bb” by c\\x1Bd, 3 times")
        #expect(line.escapes.map { String(decoding: Array(line.text.utf8)[$0], as: UTF8.self) } == ["\\x1B", "\\x1B"])
    }

    @Test("Whatever the bytes, nothing unsafe is left", .timeLimit(.minutes(5)))
    func random() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<5_000 {
            let safe = SafeText(bytes: generator.hostileBytes())
            for scalar in safe.text.unicodeScalars {
                let category = scalar.properties.generalCategory
                #expect(category != .control && category != .unassigned && category != .privateUse)
                #expect(category != .lineSeparator && category != .paragraphSeparator)
                #expect(category != .format || scalar == "\u{200D}" || scalar == "\u{200C}", "\(generator.seed)")
            }
        }
    }
}
