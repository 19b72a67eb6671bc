import Foundation
import PannierApp
import PannierCore
import PannierScreen
import Testing

/// What the papers show of the screen is what it shows. Recorded as golden screens are.
@Suite("Papers")
struct PapersTests {
    @Test("The page of the keys is made from their tables")
    func keys() throws {
        try Golden.expect(KeysPage.text, inPaper: "man/pannier-keys.7") { _ in KeysPage.text }
        // Nothing that can be done is missing, and no context.
        for context in Context.allCases {
            #expect(KeysPage.text.contains("\n.Sh \(context.title.text.uppercased())\n"))
            for binding in Keymap.standard.bindings(in: context) {
                let name = binding.action.rawValue.replacing("-", with: "\\-")
                #expect(KeysPage.text.contains("\n.Pq \(name)\n"), "\(binding.action)")
            }
        }
    }

    @Test("The commands that stand beside keys are commands")
    func commands() throws {
        let page = try Golden.paper("man/pannier.1")
        let commands = Context.allCases.flatMap { Keymap.standard.bindings(in: $0) }.compactMap(\.command?.text)
        #expect(Set(commands).count > 12)
        for command in commands {
            let words = command.split(separator: " ").map(String.init)
            try #require(words.count > 1 && words[0] == "pannier", "\(command)")
            let lines = page.split(separator: "\n").filter {
                $0 == ".It Ic \(words[1])" || $0.hasPrefix(".It Ic \(words[1]) ")
            }
            #expect(!lines.isEmpty, "\(command)")
            for option in words where option.hasPrefix("--") {
                #expect(lines.contains { $0.contains("Fl Fl \(option.dropFirst(2))") }, "\(command)")
            }
        }
    }

    @Test("The pages that the help names are there")
    func pages() throws {
        var harness = Harness(columns: 120, rows: 36)
        harness.type("?")
        var shown = harness.lines
        for _ in 0..<9 {
            harness.press(.pageDown)
            shown += harness.lines
        }
        let named = Set(shown.flatMap { $0.matches(of: /man (pannier[a-z-]*)/).map { String($0.output.1) } })
        #expect(named.count == 3)
        for name in named {
            #expect((1...8).contains { (try? Golden.paper("man/\(name).\($0)")) != nil }, "\(name)")
        }
    }

    /// Samples as a server of today would have them: nobody can be let write yet.
    private var engine: FakeEngine {
        let engine = Samples.engine()
        engine.set(
            .sharedWithMe,
            [
                .init(name: "Design team", age: 240_000, owner: "mia@example.org", role: .viewer),
                .init(name: "Family photos", age: 2_700_000_000, owner: "tom@example.org", role: .viewer),
                .init(
                    name: "Tax 2025.pdf", size: 310_000_000, age: 7_800_000_000, owner: "mia@example.org", role: .viewer
                ),
            ])
        return engine
    }

    private func transfers(atSecond second: Int) -> [TransferState] {
        var transfers = Samples.transfers
        transfers[0].bytesTotal = 48_700_000_000
        transfers[0].bytesExamined = 48_700_000_000
        transfers[0].bytesReused = 20_100_000_000
        transfers[0].bytesDone = 29_700_000_000
        transfers[0].note = "zstd 3: a sample shrinks by 9%"
        if second % 5 < 2 { transfers[0].bytesPerSecond *= 0.7 }
        if second % 7 > 3 { transfers[1].bytesPerSecond *= 0.5 }
        return transfers
    }

    @Test("README shows the screen as it is")
    func picture() throws {
        var harness = Harness(engine, columns: 120, rows: 30)
        harness.press(.enter, .down, .down, .down, .down)
        for second in 0...32 {
            harness.pass(seconds: 1)
            harness.tell(.transfers(transfers(atSecond: second)))
        }
        let lines = harness.lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
        let picture = "```text\n" + lines.joined(separator: "\n") + "\n```"
        try Golden.expect(picture, inPaper: "README.md") { page in
            guard let begin = page.range(of: "```text\n"),
                let end = page.range(of: "\n```", range: begin.upperBound..<page.endIndex)
            else { return page }
            return page.replacingCharacters(in: begin.lowerBound..<end.upperBound, with: picture)
        }
    }
}
