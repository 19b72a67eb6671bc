import PannierScreen
import Testing

@testable import PannierSettings

@Suite("Keymap")
struct KeymapTests {
    private func read(_ text: String) -> (KeymapFile, [SettingsFault]) {
        var faults: [SettingsFault] = []
        return (KeymapFile(text: text, file: "keymap.toml", faults: &faults), faults)
    }

    @Test("Lists of keys and actions")
    func lists() {
        let (keymap, faults) = read(
            """
            prepend = [
                { on = "<C-a>", run = "mark-all" },   # a comment
                { on = ["g", "<Enter>"], run = "go" },
            ]
            append = [{ on = ["<F5>"], run = "copy" }]
            [[replace]]
            on = "q"
            run = "leave"
            """)
        #expect(faults == [])
        #expect(keymap.prepend.map(\.keys) == [[.control("a")], [.character("g"), .enter]])
        #expect(keymap.prepend.map(\.action) == ["mark-all", "go"])
        #expect(keymap.append.map(\.keys) == [[.function(5)]])
        #expect(keymap.replace?.map(\.action) == ["leave"])
        #expect(read("").0.replace == nil)
        #expect(read("replace = []").0.replace == [])
    }

    @Test(
        "What is wrong is said with its place, and left out",
        arguments: [
            ("prepend = 1", 1, 1, "prepend should be a list of { on = \"key\", run = \"action\" }"),
            ("prepend = [\n  3\n]", 2, 3, "this is a number and should be { on = \"key\", run = \"action\" }"),
            ("prepend = [{ on = \"q\" }]", 1, 12, "run is missing: the name of what the keys do"),
            (
                "prepend = [{ run = \"up\" }]", 1, 12,
                "on is missing: a key like \"<C-a>\", or a list of keys pressed one after another"
            ),
            (
                "append = [{ on = [], run = \"up\" }]", 1, 13,
                "on should be a key like \"<C-a>\", or a list of keys pressed one after another"
            ),
            (
                "append = [{ on = \"<C-i>\", run = \"up\" }]", 1, 13,
                "\"<C-i>\" is the same as <Tab> to a terminal: write <Tab>"
            ),
            (
                "append = [{ on = [\"g\", \"gg\"], run = \"up\" }]", 1, 24,
                "\"gg\" is no key: write one character, or a name like <Enter>, <C-a> or <F5>"
            ),
            (
                "[[replace]]\non = \"q\"\nrum = \"up\"\nrun = \"up\"", 3, 1,
                "there is no field of a binding \"rum\"; did you mean \"run\"?"
            ),
            (
                "[[replace]]\non = \"q\"\nrun = \"up\"\n[[replace]]\non = true\nrun = \"up\"", 5, 1,
                "on should be a key like \"<C-a>\", or a list of keys pressed one after another"
            ),
            ("keys = []", 1, 1, "there is no list of keys \"keys\""),
        ])
    func wrong(text: String, line: Int, column: Int, reason: String) {
        let (keymap, faults) = read(text)
        #expect(
            faults == [SettingsFault(file: "keymap.toml", place: TextPlace(line: line, column: column), reason: reason)]
        )
        #expect(keymap.prepend.isEmpty && keymap.append.isEmpty)
    }

    @Test("Unknown actions and parts of the screen are said with their place")
    func unknown() {
        let (keymap, faults) = read(
            """
            prepend = [
            { on = "q", run = "leve" },
            { on = "j", run = "down", in = "panes" },
            { on = "j", run = "down", in = "panel" } ]
            """)
        #expect(faults == [] && keymap.prepend.map(\.context) == [nil, "panes", "panel"])
        #expect(
            keymap.faults(actions: ["leave", "down"], contexts: ["panes"]).map(\.description) == [
                "keymap.toml:2:1: there is no action \"leve\"; did you mean \"leave\"?",
                "keymap.toml:4:1: there is no part of the screen \"panel\"; did you mean \"panes\"?",
            ])
    }

    // MARK: Keys

    @Test("What a key is called is read as that key")
    func roundTrip() throws {
        var keys: [Key] = [
            .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end,
            .pageUp, .pageDown, .function(1), .function(12), .function(63), .control("a"), .control("z"),
            .character(" "), .character("<"), .character(">"), .character("漢"), .character("é"),
        ]
        keys += (33..<127).map { .character(Character(Unicode.Scalar(UInt8($0)))) }
        for key in keys {
            let notation = try #require(key.notation)
            #expect(try Key(notation: notation) == key)
            #expect(try notation.count == 1 || Key(notation: notation.uppercased()) == key)
        }
        #expect(Key.paste("x").notation == nil && Key.mouse(Mouse(.wheelUp, row: 0, column: 0)).notation == nil)
    }

    @Test(
        "What is no key",
        arguments: [
            "", " ", "\t", "ab", "<>", "<x>", "<C-1>", "<C-h>", "<C-m>", "<A-x>", "<S-x>", "<F0>", "<F64>", "<Enter",
            "C-a",
        ])
    func noKey(text: String) { #expect(throws: Key.NotationError.self) { try Key(notation: text) } }
}
