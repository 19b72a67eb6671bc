package import PannierScreen
import PannierThemes

/// All themes there are: those that come with the program, and the person's own in `themes/` beside config.toml. A file
/// of the person's wins over a shipped theme of its name.
package struct ThemeLibrary: Sendable {
    private let folder: SettingsFolder

    package init(folder: SettingsFolder) { self.folder = folder }

    /// The look that the program has without any file.
    package static let standardName = "pannier-dark"
    /// The shipped ones for a dark and for a light terminal.
    package static let darkName = "pannier-dark"
    package static let lightName = "pannier-light"
    package static let shippedNames = ShippedThemes.names

    /// Names of all themes, the person's own among them, sorted. Reads a folder.
    package func names() -> [String] {
        let own = folder.names(in: "themes", ending: ".toml").filter(Self.isName)
        return Set(own).union(ShippedThemes.names).sorted()
    }

    /// A theme by its name, with what is wrong in its file. Reads a file.
    ///
    /// What the file does not name, or names wrongly, is as in the theme that it calls its `base`, or as in the standard
    /// theme. A file that is no TOML at all makes the standard theme of it.
    /// - Returns: nil when there is no theme of that name.
    package func theme(named name: String) -> (theme: Theme, faults: [SettingsFault])? {
        guard Self.isName(name) else { return nil }
        let path = "themes/\(name).toml"
        do {
            if let text = try folder.text(of: path) {
                let file = ThemeFile(text: text, file: folder.shown(path))
                let (below, faults) = base(of: file, named: name, path: path)
                return (below.replacing(file.paints), file.faults + faults)
            }
        } catch {
            let fault = error as? SettingsFault
            return (.standard, [fault ?? SettingsFault(file: folder.shown(path), reason: "\(error)")])
        }
        return Self.shipped(name).map { ($0, []) }
    }

    /// A theme that comes with the program; nil for another name.
    package static func shipped(_ name: String) -> Theme? {
        ShippedThemes.text(of: name).map { text in
            Theme.standard.replacing(ThemeFile(text: text, file: "\(name).toml").paints)
        }
    }

    private func base(of file: ThemeFile, named name: String, path: String) -> (Theme, [SettingsFault]) {
        // A person's own variant of a shipped theme stands on that one, when it has its name.
        guard let base = file.base else { return (Self.shipped(name) ?? .standard, []) }
        if let theme = Self.shipped(base) { return (theme, []) }
        let reason = "base is \"\(base)\" and should be a theme that comes with pannier"
        return (.standard, [SettingsFault(file: folder.shown(path), reason: reason)])
    }

    /// The name becomes part of a path.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name != "auto" && !name.hasPrefix(".")
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0)
            }
    }
}
