package import PannierScreen

/// What config.toml says. Every setting has a value that holds without the file.
package struct Settings: Sendable, Equatable {
    /// The name of a theme, or `auto`: ``darkTheme`` or ``lightTheme``, by the background of the terminal.
    package var theme = ThemeLibrary.standardName
    package var darkTheme = ThemeLibrary.darkName
    package var lightTheme = ThemeLibrary.lightName
    package var glyphs = GlyphChoice.auto
    package var borders = BorderChoice.single
    /// Columns that the terminal gives to characters of ambiguous width: 1 or 2.
    package var ambiguous = 1
    package var mouse = true
    /// Hidden files are shown.
    package var hidden = false
    /// The bar of function keys is shown in the last line.
    package var functionKeys = false
    package var sort = Sorting.name
    /// The other way round than ``sort`` has it by itself.
    package var reverse = false
    /// Asks before anything goes to the trash; else only before several things at once, or a folder, do.
    package var confirmTrash = false

    package enum Sorting: String, CaseIterable, Sendable { case name, size, time, type, who }

    package init() {}

    /// - Parameter file: how messages name it.
    package init(text: String, file: String, faults: inout [SettingsFault]) {
        do {
            guard case .table(let nodes) = try TOMLNode(text: text, file: file).value else { return }
            var reader = TableReader(nodes, file: file, noun: "setting")
            take(&reader)
            faults += reader.finish()
        } catch {
            faults.append(error as? SettingsFault ?? SettingsFault(file: file, reason: "\(error)"))
        }
    }

    private mutating func take(_ reader: inout TableReader) {
        theme = reader.string("theme") ?? theme
        darkTheme = reader.string("dark-theme") ?? darkTheme
        lightTheme = reader.string("light-theme") ?? lightTheme
        glyphs = reader.choice("glyphs", GlyphChoice.self) ?? glyphs
        borders = reader.choice("borders", BorderChoice.self) ?? borders
        ambiguous = reader.integer("ambiguous", in: 1...2) ?? ambiguous
        mouse = reader.boolean("mouse") ?? mouse
        hidden = reader.boolean("hidden") ?? hidden
        functionKeys = reader.boolean("function-keys") ?? functionKeys
        sort = reader.choice("sort", Sorting.self) ?? sort
        reverse = reader.boolean("reverse") ?? reverse
        confirmTrash = reader.boolean("confirm-trash") ?? confirmTrash
    }

    /// Every setting as the file names it, for the manual.
    package static let names = [
        "theme", "dark-theme", "light-theme", "glyphs", "borders", "ambiguous", "mouse", "hidden", "function-keys",
        "sort", "reverse", "confirm-trash",
    ]
}
