import Foundation
import PannierScreen
import Testing

@testable import PannierSettings

@Suite("Settings")
struct SettingsTests {
    @Test("Without files everything is as it comes, and nothing is wrong")
    func none() throws {
        let home = try ConfigHome()
        let configuration = home.load()
        #expect(configuration.settings == Settings() && configuration.keymap == KeymapFile())
        #expect(configuration.theme == .standard && configuration.faults == [])
        #expect(Configuration(environment: ["HOME": "/no/such/home"]).faults == [])
    }

    @Test("Every setting can be set")
    func all() throws {
        let home = try ConfigHome([
            "config.toml": """
            theme = "auto"
            dark-theme = "nord"
            light-theme = "gruvbox-light"
            glyphs = "block"
            borders = "rounded"
            ambiguous = 2
            mouse = false
            hidden = true
            function-keys = true
            sort = "time"
            reverse = true
            confirm-trash = true
            """
        ])
        let configuration = home.load()
        #expect(configuration.faults == [])
        let settings = configuration.settings
        #expect(settings.theme == "auto" && settings.darkTheme == "nord" && settings.lightTheme == "gruvbox-light")
        #expect(settings.glyphs == .block && settings.borders == .rounded && settings.ambiguous == 2)
        #expect(
            !settings.mouse && settings.hidden && settings.functionKeys && settings.reverse && settings.confirmTrash)
        #expect(settings.sort == .time)
        #expect(configuration.terminalOptions.isAmbiguousWide && !configuration.terminalOptions.mouse)
    }

    @Test("The list of names is the list of what is understood")
    func names() {
        for name in Settings.names {
            var faults: [SettingsFault] = []
            _ = Settings(text: "\(name) = []", file: "f", faults: &faults)
            // Wrong, but known.
            #expect(faults.count == 1 && !faults[0].reason.hasPrefix("there is no"), "\(name)")
        }
    }

    @Test(
        "What is wrong is said with its place; the setting stays as it comes, and the others hold",
        arguments: [
            ("them = \"nord\"", 1, 1, "there is no setting \"them\"; did you mean \"theme\"?"),
            ("x = 1", 1, 1, "there is no setting \"x\""),
            (
                "glyphs = \"utf8\"", 1, 1,
                "glyphs is \"utf8\" and should be one of \"auto\", \"unicode\", \"block\", \"ascii\""
            ),
            ("\n\n  ambiguous = 3", 3, 3, "ambiguous should be a number from 1 to 2"),
            ("mouse = \"no\"", 1, 1, "mouse is a text and should be true or false"),
            ("hidden = yes", 1, 10, "this is no TOML: value: could not determine value type"),
            ("theme = \"a\u{0}\"", 1, 11, "a NUL character cannot stand in a text file"),
        ])
    func wrong(text: String, line: Int, column: Int, reason: String) throws {
        var faults: [SettingsFault] = []
        let settings = Settings(text: text + "\nfunction-keys = true", file: "f", faults: &faults)
        #expect(faults.count == 1)
        #expect(faults.first?.place == TextPlace(line: line, column: column))
        #expect(faults.first?.reason.hasPrefix(reason) == true, "\(faults)")
        #expect(settings.mouse && settings.glyphs == .auto && settings.ambiguous == 1)
        #expect(settings.functionKeys != reason.hasPrefix("this is no TOML") || text.contains("\0"))
    }

    @Test("A file that is none: a folder, not UTF-8, too long, not readable as TOML at all")
    func noFile() throws {
        let home = try ConfigHome()
        try home.write("config.toml", [UInt8](repeating: UInt8(ascii: "#"), count: 300_000))
        #expect(home.load().faults.map(\.reason) == ["is longer than 256 KiB"])
        try home.write("config.toml", Array("# é\n# é".utf8) + [0xFF, 0x41])
        #expect(home.load().faults.map(\.description) == ["~/.config/pannier/config.toml:2:4: this is not UTF-8"])
        try FileManager.default.removeItem(atPath: home.path + "/config.toml")
        try FileManager.default.createDirectory(atPath: home.path + "/config.toml", withIntermediateDirectories: false)
        #expect(home.load().faults.map(\.reason) == ["cannot be read: Is a directory"])
    }

    @Test("Signs: the variable wins over the file")
    func glyphs() throws {
        let home = try ConfigHome(["config.toml": "glyphs = \"block\""])
        #expect(home.load(["PANNIER_GLYPHS": "ascii"]).settings.glyphs == .ascii)
        #expect(home.load(["PANNIER_GLYPHS": ""]).settings.glyphs == .block)
        let wrong = home.load(["PANNIER_GLYPHS": "pretty"])
        #expect(wrong.settings.glyphs == .block)
        #expect(wrong.faults.map(\.file) == ["PANNIER_GLYPHS"])
    }

    @Test("Signs by locale, terminal and wish")
    func chosen() {
        #expect(Glyphs.chosen(.auto, isUTF8: true, term: "xterm-256color") == .unicode)
        #expect(Glyphs.chosen(.auto, isUTF8: true, term: "linux") == .block)
        #expect(Glyphs.chosen(.unicode, isUTF8: true, term: "linux") == .unicode)
        #expect(Glyphs.chosen(.unicode, isUTF8: false, term: "xterm") == .ascii)
        #expect(Glyphs.chosen(.unicode, isUTF8: true, term: "xterm", isAmbiguousWide: true) == .ascii)
        #expect(Glyphs.chosen(.auto, border: .rounded, isUTF8: true, term: "xterm").border == .rounded)
        #expect(Glyphs.chosen(.block, border: .rounded, isUTF8: true, term: "xterm").border == .single)
    }

    @Test("XDG_CONFIG_HOME, where it is absolute")
    func folder() {
        #expect(SettingsFolder(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/c"]).path == "/c/pannier")
        #expect(SettingsFolder(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "c"]).path == "/h/.config/pannier")
        #expect(SettingsFolder(environment: ["HOME": "/h"]).shown("x") == "~/.config/pannier/x")
        #expect(SettingsFolder(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/c"]).shown("x") == "/c/pannier/x")
    }
}
