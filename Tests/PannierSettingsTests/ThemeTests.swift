import PannierScreen
import PannierThemes
import Testing

@testable import PannierSettings

@Suite("Themes")
struct ThemeTests {
    static let grounds: [ColourRole] = [.screen, .bar, .cursor, .shadow, .selected, .dialog, .field]
    /// Signs and drawings: 3:1 is enough for them (WCAG 2, 1.4.11).
    static let drawn: Set<ColourRole> = [
        .graphUp, .graphDown, .chunkThere, .chunkSure, .chunkUnsure, .chunkMoving, .chunkWaiting,
    ]
    static let inTheBar: Set<ColourRole> = [
        .text, .quiet, .strong, .accent, .number, .good, .busy, .warning, .bad, .key, .people,
    ]
    static let inFields: Set<ColourRole> = [.text, .quiet, .strong, .escape]

    /// Where an ink is used. The lines of boxes may be as faint as they like: nothing is read from them.
    static func grounds(of ink: ColourRole) -> [ColourRole] {
        if ink == .border { return [] }
        if drawn.contains(ink) || ink == .chunkFailed { return [.screen, .dialog] }
        var grounds: [ColourRole] = [.screen, .dialog, .cursor, .shadow, .selected]
        if inTheBar.contains(ink) { grounds.append(.bar) }
        if inFields.contains(ink) { grounds.append(.field) }
        return grounds
    }

    @Test("Every role is in every shipped theme, and nothing is wrong in any", arguments: ShippedThemes.names)
    func whole(name: String) throws {
        let file = ThemeFile(text: try #require(ShippedThemes.text(of: name)), file: name)
        #expect(file.faults == [])
        #expect(Set(file.paints.keys) == Set(ColourRole.allCases))
        guard name != "mono" else { return }
        for (role, paint) in file.paints { #expect(paint.rgb != nil && paint.c256 ?? 0 >= 16, "\(role)") }
    }

    @Test(
        "Every text can be read on every ground it stands on, in truecolor and in 256 colours",
        arguments: ShippedThemes.names.filter { $0 != "mono" })
    func readable(name: String) throws {
        let theme = try #require(ThemeLibrary.shipped(name))
        for ink in ColourRole.allCases where !Self.grounds.contains(ink) {
            let least = Self.drawn.contains(ink) ? 3 : name == "high-contrast" ? 7 : 4.5
            for ground in Self.grounds(of: ink) {
                let (front, behind) = (theme[ink], theme[ground])
                let full = Contrast.ratio(try #require(front.rgb), try #require(behind.rgb))
                #expect(full >= least, "\(ink) on \(ground): \(full)")
                let indexed = Contrast.ratio(
                    try #require(front.c256.flatMap(XtermPalette.rgb)),
                    try #require(behind.c256.flatMap(XtermPalette.rgb)))
                #expect(indexed >= least, "\(ink) on \(ground) in 256 colours: \(indexed)")
            }
        }
    }

    @Test("The cursor and the grounds can be told from the screen in every tier", arguments: ShippedThemes.names)
    func grounds(name: String) throws {
        let theme = try #require(ThemeLibrary.shipped(name))
        for tier in ColourTier.allCases {
            let plain = theme.look(of: Style(.text), tier: tier)
            for ground in [ColourRole.cursor, .selected, .shadow, .bar, .field] {
                #expect(theme.look(of: Style(.text, on: ground), tier: tier) != plain, "\(ground), \(tier)")
            }
            #expect(
                theme.look(of: Style(.text, on: .cursor), tier: tier)
                    != theme.look(of: Style(.text, on: .shadow), tier: tier))
        }
    }

    @Test("Without colours, what matters still differs from the rest by attributes", arguments: ShippedThemes.names)
    func attributes(name: String) throws {
        let theme = try #require(ThemeLibrary.shipped(name))
        let plain = theme.look(of: Style(.text), tier: .none)
        for ink in [ColourRole.strong, .folder, .bad, .escape, .mark, .match, .key, .warning] {
            #expect(theme.look(of: Style(ink), tier: .none).attributes != plain.attributes, "\(ink)")
        }
    }

    @Test("The mono theme has no colour in any tier")
    func mono() throws {
        let theme = try #require(ThemeLibrary.shipped("mono"))
        for ink in ColourRole.allCases {
            for tier in ColourTier.allCases {
                let look = theme.look(of: Style(ink, on: .cursor), tier: tier)
                #expect(look.ink == .standard && look.ground == .standard)
                #expect(look.attributes.contains(.reverse))
            }
        }
    }

    @Test("The theme that needs no file is the same as its file")
    func standard() { #expect(ThemeLibrary.shipped(ThemeLibrary.standardName) == .standard) }

    @Test("Colours of xterm: those of its own palette are their own nearest")
    func palette() {
        #expect(XtermPalette.rgb(15) == nil)
        #expect(XtermPalette.rgb(16) == 0x000000 && XtermPalette.rgb(231) == 0xFFFFFF)
        #expect(
            XtermPalette.rgb(75) == 0x5FAFFF && XtermPalette.rgb(232) == 0x080808 && XtermPalette.rgb(255) == 0xEEEEEE)
        for index in UInt8(16)...255 {
            let rgb = XtermPalette.rgb(index) ?? 0
            #expect(XtermPalette.rgb(XtermPalette.nearest(to: rgb)) == rgb)
        }
    }

    @Test("Contrast as WCAG counts it")
    func contrast() {
        #expect(abs(Contrast.ratio(0x000000, 0xFFFFFF) - 21) < 0.001)
        #expect(abs(Contrast.ratio(0x777777, 0xFFFFFF) - 4.478) < 0.001)
        #expect(Contrast.ratio(0x123456, 0x123456) == 1)
    }

    // MARK: The person's own

    @Test("A theme of one's own wins, and what it leaves out is as in its base")
    func own() throws {
        let home = try ConfigHome([
            "themes/nord.toml": "folder = { rgb = \"#010203\" }\n",
            "themes/mine.toml":
                "base = \"dracula\"\ntext = { rgb = \"#ffffff\", c256 = 231, c16 = 15, attr = [\"bold\", \"dim\"] }",
        ])
        let library = ThemeLibrary(folder: home.folder)
        #expect(library.names() == (ShippedThemes.names + ["mine"]).sorted())
        #expect(library.names().allSatisfy { library.theme(named: $0) != nil })
        let nord = try #require(library.theme(named: "nord"))
        #expect(nord.faults == [] && nord.theme[.folder].rgb == 0x010203)
        // Black is the nearest.
        #expect(nord.theme[.folder].c256 == 16)
        #expect(nord.theme[.screen] == ThemeLibrary.shipped("nord")?[.screen])
        let mine = try #require(library.theme(named: "mine"))
        #expect(mine.theme[.text] == Theme.Paint(rgb: 0xFFFFFF, c256: 231, c16: 15, attributes: [.bold, .dim]))
        #expect(mine.theme[.screen] == ThemeLibrary.shipped("dracula")?[.screen])
        #expect(library.theme(named: "none") == nil && library.theme(named: "../config") == nil)
    }

    @Test(
        "What is wrong in a theme is said with its place, and the rest holds",
        arguments: [
            ("# one\ntexte = { rgb = \"#ffffff\" }", 2, 1, "there is no role \"texte\"; did you mean \"text\"?"),
            ("text = { rgb = \"#fffff\" }", 1, 10, "rgb is \"#fffff\" and should be like \"#6fb2ff\""),
            ("text = { rgb = \"ffffff\" }", 1, 10, "rgb is \"ffffff\" and should be like \"#6fb2ff\""),
            ("text = { rgb = 7 }", 1, 10, "rgb is a number and should be a text in quotes"),
            ("text = { rgb = \"#ffffff\", c256 = 256 }", 1, 27, "c256 should be a number from 0 to 255"),
            ("text = { c16 = 1.5 }", 1, 10, "c16 should be a number from 0 to 15"),
            (
                "text = {\tattr = [\"bold\", \"blink\"] }", 1, 26,
                "attr should hold only \"bold\", \"dim\", \"reverse\", \"underline\""
            ),
            ("text = \"#ffffff\"", 1, 1, "text should be { rgb = \"#rrggbb\", c256 = 0-255, c16 = 0-15, attr = [] }"),
            ("text = { colour = 1 }", 1, 10, "there is no field of a role \"colour\""),
            ("base = \"nobody\"", nil, nil, "base is \"nobody\" and should be a theme that comes with pannier"),
            ("\ntext = { rgb = \"#ffffff\"", 2, 25, "this is no TOML: inline table: encountered end-of-file"),
        ] as [(String, Int?, Int?, String)])
    func wrong(text: String, line: Int?, column: Int?, reason: String) throws {
        let home = try ConfigHome(["themes/mine.toml": text])
        let found = try #require(ThemeLibrary(folder: home.folder).theme(named: "mine"))
        let place = line.flatMap { line in column.map { TextPlace(line: line, column: $0) } }
        #expect(
            found.faults == [SettingsFault(file: "~/.config/pannier/themes/mine.toml", place: place, reason: reason)])
        #expect(found.theme == .standard)
    }

    @Test("A theme with one wrong line keeps the others")
    func partly() throws {
        let home = try ConfigHome([
            "themes/mine.toml": "text = { rgb = \"#010101\" }\nbad = 3\nfolder = { rgb = \"#020202\" }"
        ])
        let found = try #require(ThemeLibrary(folder: home.folder).theme(named: "mine"))
        #expect(found.faults.map(\.place) == [TextPlace(line: 2, column: 1)])
        #expect(found.theme[.text].rgb == 0x010101 && found.theme[.folder].rgb == 0x020202)
        #expect(found.theme[.bad] == Theme.standard[.bad])
    }

    // MARK: By the terminal

    @Test(
        "auto: dark or light by COLORFGBG, else the terminal is asked",
        arguments: [
            ("15;0", "pannier-dark", false), ("0;15", "pannier-light", false), ("0;default;7", "pannier-light", false),
            ("7;8", "pannier-dark", false), ("default;default", "pannier-dark", true), ("", "pannier-dark", true),
        ])
    func auto(value: String, name: String, asks: Bool) throws {
        let home = try ConfigHome(["config.toml": "theme = \"auto\""])
        let configuration = home.load(["COLORFGBG": value])
        #expect(configuration.themeName == name && configuration.asksGround == asks && configuration.faults == [])
    }

    @Test("auto: the terminal's own answer")
    func answered() throws {
        let home = try ConfigHome(["config.toml": "theme = \"auto\"\nlight-theme = \"solarized-light\""])
        let configuration = home.load()
        #expect(configuration.themeName(onGround: 0xFDF6E3) == "solarized-light")
        #expect(configuration.themeName(onGround: 0x002B36) == "pannier-dark")
    }

    @Test("The option wins over the variable, the variable over the file; an unknown name is said")
    func precedence() throws {
        let home = try ConfigHome(["config.toml": "theme = \"nord\""])
        #expect(home.load().themeName == "nord")
        #expect(home.load(["PANNIER_THEME": "dracula"]).themeName == "dracula")
        #expect(home.load(["PANNIER_THEME": "dracula"], theme: "mono").themeName == "mono")
        let wrong = home.load(["PANNIER_THEME": "drakula"])
        #expect(wrong.themeName == "pannier-dark" && wrong.theme == .standard)
        #expect(wrong.faults == [SettingsFault(file: "PANNIER_THEME", reason: "there is no theme \"drakula\"")])
    }
}
