package import PannierScreen

/// Everything a person has set for the full screen, from their files, the environment and the command line.
package struct Configuration: Sendable {
    package private(set) var settings = Settings()
    package private(set) var keymap = KeymapFile()
    package let library: ThemeLibrary
    /// Where the settings stand or would stand, as people read it: `~/.config/pannier/config.toml`.
    package let file: String
    /// The theme to begin with, and its name.
    package private(set) var theme = Theme.standard
    package private(set) var themeName = ThemeLibrary.standardName
    /// The theme depends on the background of the terminal, and only the terminal can tell: ask it after the first
    /// frame (``Terminal/askGround()``), then take ``themeName(onGround:)``.
    package private(set) var asksGround = false
    /// What is wrong in the files and variables, for the screen to show.
    package private(set) var faults: [SettingsFault] = []

    /// Reads the files. Blocks for as long as the disk does: call it before the screen is taken, or on another thread.
    /// It never fails: what is wrong is left as it comes, and told in ``faults``.
    /// - Parameters:
    ///   - environment: variables: XDG_CONFIG_HOME, HOME, PANNIER_THEME, PANNIER_GLYPHS, COLORFGBG.
    ///   - theme: of the command line; wins over the variable, which wins over the file.
    package init(environment: [String: String], theme: String? = nil) {
        let folder = SettingsFolder(environment: environment)
        library = ThemeLibrary(folder: folder)
        file = folder.shown("config.toml")
        if let text = text(of: "config.toml", in: folder) {
            settings = Settings(text: text, file: folder.shown("config.toml"), faults: &faults)
        }
        if let text = text(of: "keymap.toml", in: folder) {
            keymap = KeymapFile(text: text, file: folder.shown("keymap.toml"), faults: &faults)
        }
        adoptGlyphs(environment)
        adoptTheme(theme, environment, folder)
    }

    /// How the terminal is to be used.
    package var terminalOptions: TerminalOptions {
        TerminalOptions(
            theme: theme, glyphs: settings.glyphs, border: settings.borders,
            isAmbiguousWide: settings.ambiguous == 2, mouse: settings.mouse)
    }

    private mutating func text(of name: String, in folder: SettingsFolder) -> String? {
        do {
            return try folder.text(of: name)
        } catch {
            faults.append(error as? SettingsFault ?? SettingsFault(file: folder.shown(name), reason: "\(error)"))
            return nil
        }
    }

    private mutating func adoptGlyphs(_ environment: [String: String]) {
        guard let word = environment["PANNIER_GLYPHS"], !word.isEmpty else { return }
        if let choice = GlyphChoice(rawValue: word) {
            settings.glyphs = choice
        } else {
            let words = GlyphChoice.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(SettingsFault(file: "PANNIER_GLYPHS", reason: "is \"\(word)\" and should be one of \(words)"))
        }
    }

    // MARK: Theme

    private mutating func adoptTheme(_ option: String?, _ environment: [String: String], _ folder: SettingsFolder) {
        let variable = environment["PANNIER_THEME"].flatMap { $0.isEmpty ? nil : $0 }
        let source = option != nil ? "--theme" : variable != nil ? "PANNIER_THEME" : folder.shown("config.toml")
        settings.theme = option ?? variable ?? settings.theme
        guard settings.theme == "auto" else { return use(settings.theme, source) }
        let isLight = TerminalGround.isLight(environment)
        asksGround = isLight == nil
        use(isLight == true ? settings.lightTheme : settings.darkTheme, folder.shown("config.toml"))
    }

    private mutating func use(_ name: String, _ source: String) {
        guard let found = library.theme(named: name) else {
            faults.append(SettingsFault(file: source, reason: "there is no theme \"\(name)\""))
            return
        }
        (theme, themeName) = (found.theme, name)
        faults += found.faults
    }

    /// With the theme `auto`: the name of the theme for a background.
    /// - Parameter rgb: 0xRRGGBB, as ``Key/ground(_:)`` has it.
    package func themeName(onGround rgb: UInt32) -> String {
        TerminalGround.isLight(rgb) ? settings.lightTheme : settings.darkTheme
    }
}

/// Whether a terminal is light.
enum TerminalGround {
    /// By COLORFGBG, which some terminals set: `15;0` or `15;default;0`, the last number being the background. Nil where
    /// it does not say.
    static func isLight(_ environment: [String: String]) -> Bool? {
        guard let last = environment["COLORFGBG"]?.split(separator: ";").last, let number = Int(last) else {
            return nil
        }
        return number == 7 || (9...15).contains(number)
    }

    /// By its brightness to the eye (Rec. 709): above the middle grey it is light.
    static func isLight(_ rgb: UInt32) -> Bool { Contrast.luminance(rgb) > 0.18 }
}
