import PannierCore
import PannierScreen
import Testing

@Suite("Signs")
struct GlyphTests {
    static let sets: [(name: String, glyphs: Glyphs)] = [
        ("unicode", .unicode), ("block", .block), ("ascii", .ascii),
    ]

    /// Every sign of a set, by the name of its property.
    static func signs(of value: Any, prefix: String = "") -> [(name: String, sign: SafeText)] {
        if let sign = value as? SafeText { return [(prefix, sign)] }
        return Mirror(reflecting: value).children.flatMap { child in
            signs(of: child.value, prefix: prefix + "." + (child.label ?? ""))
        }
    }

    private static let wide: [String: [String: Int]] = [
        "unicode": [:], "block": [".enter": 5], "ascii": [".enter": 5, ".live": 3, ".into": 2],
    ]

    @Test("Each takes the columns that are promised, and needs no escape", arguments: sets.indices)
    func columns(index: Int) {
        let (name, glyphs) = Self.sets[index]
        let signs = Self.signs(of: glyphs)
        #expect(signs.count > 50)
        for (property, sign) in signs {
            let columns = property.hasPrefix(".choices.") ? 3 : Self.wide[name]?[property] ?? 1
            #expect(CellWidth.of(sign) == columns, "\(name)\(property)")
            #expect(sign.escapes.isEmpty, "\(name)\(property)")
        }
    }

    @Test("The ASCII set is ASCII, the block set lines, blocks and ASCII")
    func plain() {
        for (property, sign) in Self.signs(of: Glyphs.ascii) {
            #expect(sign.text.utf8.allSatisfy { $0 < 0x7F }, "\(property)")
        }
        for (property, sign) in Self.signs(of: Glyphs.block) {
            let isPlain = sign.text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII || scalar == "·" || (0x2500...0x259F).contains(scalar.value)
            }
            #expect(isPlain, "\(property)")
        }
    }

    @Test("States of chunks and marks differ in more than colour", arguments: sets.indices)
    func distinct(index: Int) {
        let glyphs = Self.sets[index].glyphs
        let chunks = Self.signs(of: glyphs.chunks).map(\.sign)
        #expect(Set(chunks).count == chunks.count)
        let marks = [
            glyphs.up, glyphs.down, glyphs.verified, glyphs.cloud, glyphs.waiting, glyphs.paused, glyphs.trouble,
            glyphs.polled, glyphs.kept, glyphs.ignored,
        ]
        #expect(Set(marks).count == marks.count)
    }

    @Test("Graphs: more is never drawn as less, and nothing as a blank", arguments: sets.indices)
    func graphs(index: Int) {
        let graph = Self.sets[index].glyphs.graph
        let full = Array(repeating: graph.steps, count: graph.samplesPerCell)
        #expect(graph.sign([]) == " " && graph.sign([0, 0]) == " " && graph.sign([-3]) == " ")
        #expect(graph.sign(full) == graph.sign(full.map { $0 + 5 }))
        let signs = (0...graph.steps).map { step in graph.sign(full.map { _ in step }) }
        #expect(Set(signs).count == graph.steps + 1)
    }

    @Test("Braille counts dots from below, left and right on their own")
    func braille() {
        let graph = GraphSigns.braille
        #expect(graph.sign([1, 1]) == "⣀" && graph.sign([2, 2]) == "⣤" && graph.sign([3, 3]) == "⣶")
        #expect(graph.sign([4, 4]) == "⣿" && graph.sign([1, 4]) == "⣸" && graph.sign([4, 0]) == "⡇")
        #expect(graph.sign([4]) == "⡇" && graph.sign([0, 1]) == "⢀")
    }
}
