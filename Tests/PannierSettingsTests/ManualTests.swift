import Foundation
import PannierScreen
import PannierThemes
import Testing

@testable import PannierSettings

/// pannier-config(5) says what the files may hold.
@Suite("Manual of the files")
struct ManualTests {
    private static func page() throws -> String {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        let top = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: top.appending(path: "man/pannier-config.5"), encoding: .utf8)
    }

    /// The first example of a section.
    private func example(_ section: String) throws -> String {
        let page = try Self.page()
        let text = try #require(page.components(separatedBy: ".Sh \(section)\n").dropFirst().first)
        let block = try #require(text.components(separatedBy: ".Bd -literal -offset indent\n").dropFirst().first)
        return try #require(block.components(separatedBy: ".Ed").first)
    }

    /// Words of the macros `Ic` and `Cm`.
    private func words() throws -> Set<String> {
        let lines = try Self.page().split(separator: "\n").filter { line in
            [".It Ic ", ".It Cm ", ".Ic ", ".Cm "].contains { line.hasPrefix($0) }
        }
        return Set(lines.flatMap { $0.split { " ,.".contains($0) }.map(String.init) })
    }

    @Test("Every setting, role and shipped theme is named")
    func names() throws {
        let words = try words()
        for name in Settings.names + ColourRole.allCases.map(\.rawValue) + ShippedThemes.names {
            #expect(words.contains(name), "\(name)")
        }
        let page = try Self.page()
        for word in GlyphChoice.allCases.map(\.rawValue) + BorderChoice.allCases.map(\.rawValue)
            + Settings.Sorting.allCases.map(\.rawValue)
        { #expect(page.contains("Qq \(word)"), "\(word)") }
    }

    /// First words of a list's items, several of them where an item has several.
    private func items(_ macro: String, in section: String) throws -> [String] {
        let text = try #require(try Self.page().components(separatedBy: "\n.S\(section)\n").dropFirst().first)
        let end = text.firstRange(of: #/\n\.S[hs] /#)?.lowerBound ?? text.endIndex
        return text[..<end].split(separator: "\n").filter { $0.hasPrefix(".It \(macro) ") }
            .flatMap { $0.split { " ,".contains($0) }.map(String.init).dropFirst(2) }.filter { $0 != macro }
    }

    @Test("It names nothing else")
    func nothingElse() throws {
        #expect(try items("Ic", in: "h SETTINGS") == Settings.names)
        let roles = try items("Cm", in: "s Inks") + items("Cm", in: "s Grounds")
        #expect(roles.sorted() == ColourRole.allCases.map(\.rawValue).sorted())
    }

    @Test("The settings it shows are those that hold without a file, all of them")
    func settings() throws {
        let text = try example("SETTINGS")
        var faults: [SettingsFault] = []
        #expect(Settings(text: text, file: "page", faults: &faults) == Settings())
        #expect(faults == [])
        #expect(text.split(separator: "\n").map { String($0.prefix { $0 != " " }) } == Settings.names)
    }

    @Test("The bindings it shows are right")
    func keys() throws {
        var faults: [SettingsFault] = []
        let keymap = KeymapFile(text: try example("KEYS"), file: "page", faults: &faults)
        #expect(faults == [] && keymap.prepend.count == 3 && keymap.append.count == 1)
    }

    @Test("The keys it names are keys")
    func keyNames() throws {
        let page = try Self.page()
        let names = page.matches(of: /<[A-Za-z0-9-]+>/).map { String($0.output) }
        #expect(Set(names).count > 20)
        for name in names where !["<C-h>", "<C-i>", "<C-j>", "<C-m>"].contains(name) {
            #expect(throws: Never.self) { try Key(notation: name) }
        }
    }

    @Test("The theme it shows is right")
    func theme() throws {
        let file = ThemeFile(text: try example("THEMES"), file: "page")
        #expect(file.faults == [] && file.base == "nord" && file.paints.count == 2)
    }
}
