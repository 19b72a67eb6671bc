package import PannierCore

/// A place in a text file, as editors count: from 1, columns in characters.
package struct TextPlace: Hashable, Sendable, Comparable {
    package var line: Int
    package var column: Int
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// What is wrong with a file of the person's, and where. The value it is about stays as it comes.
package struct SettingsFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the person would name it, or the variable or option that a value came from.
    package let file: String
    /// Nil where it is about the file as a whole.
    package let place: TextPlace?
    /// One sentence without its full stop: what is wrong, and what would be right.
    package let reason: String

    package init(file: String, place: TextPlace? = nil, reason: String) {
        self.file = file
        self.place = place
        self.reason = reason
    }

    /// `~/.config/pannier/config.toml:3:9: reason`. Holds words of the file: show it through `SafeText`.
    package var description: String {
        let place = place.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file)\(place): \(reason)"
    }

    package var safeText: SafeText { SafeText(description) }
}
