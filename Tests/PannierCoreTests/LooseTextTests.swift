import PannierCore
import SeededRandom
import Testing

@Suite struct LooseTextTests {
    private func holds(_ name: [UInt8], _ letters: String) -> Bool {
        LooseText.spellings(of: letters).contains { text in name.withUnsafeBytes { text.isScattered(in: $0) } }
    }

    @Test(
        arguments: [
            ("name", "", true), ("name", "nm", true), ("name", "mn", false), ("name", "NAME", true),
            ("name", "names", false), ("", "a", false), ("", "", true), ("aab", "ab", true), ("ab", "aab", false),
            ("Straße", "STRAẞE", true), ("Straße", "ss", false), ("ÄÖ", "äö", true), ("漢字", "字", true),
            ("漢字", "字漢", false), ("e\u{301}", "\u{E9}", true), ("\u{E9}", "e\u{301}", true), ("🚲.txt", "🚲t", true),
            ("x🚲", "🚲", true), ("ÿ", "y", false),
        ]) func lettersStandInOrder(_ name: String, _ letters: String, _ isHeld: Bool)
    {
        #expect(holds(Array(name.utf8), letters) == isHeld)
    }

    /// Bytes that are no text match no letter, and hide none.
    @Test func bytesThatAreNoTextAreSkipped() {
        #expect(holds([0xFF, 0x61, 0xC3, 0x62, 0xF0], "ab"))
        #expect(!holds([0xC3], "\u{C3}"))
        #expect(!holds([0xE6, 0xBC], "漢"))
        #expect(!holds([0x61], "a\0"))
    }

    /// The same as letter by letter over the scalars.
    @Test(arguments: SeededGenerator.seeds(3)) func anyNameAnyLetters(_ number: UInt64) {
        var seed = SeededGenerator(seed: number)
        let alphabet = Array("aAbBéÉ漢ßẞ🚲.".unicodeScalars)
        func text(_ count: Int) -> [Unicode.Scalar] {
            (0..<count).map { _ in alphabet[seed.number(below: alphabet.count)] }
        }
        for _ in 0..<2_000 {
            let (name, letters) = (text(seed.number(below: 8)), text(seed.number(below: 4)))
            var rest = name[...]
            let isHeld = letters.allSatisfy { letter in
                guard let place = rest.firstIndex(where: { String($0).lowercased() == String(letter).lowercased() })
                else { return false }
                rest = rest[(place + 1)...]
                return true
            }
            let spelled = name.map(String.init).joined()
            #expect(holds(Array(spelled.utf8), letters.map(String.init).joined()) == isHeld, "\(spelled) \(letters)")
        }
    }
}
