package import PannierCore

/// Names that stand in more than one place.
package enum Words {
    package static func title(of space: RemotePath.Space) -> SafeText {
        switch space {
        case .myFiles: "My Files"
        case .shared: "Shared With Me"
        }
    }

    /// `notes.md`, or `3 things`.
    package static func things(_ count: Int, _ first: RemotePath) -> SafeText {
        count == 1 ? SafeText(first.name?.text ?? "/") : "\(Format.count(Int64(count))) things"
    }

    /// How many on which side: `120 deletions on the server`.
    static func deletions(here: Int, there: Int) -> String {
        let sides = [(here, "on this disk"), (there, "on the server")].filter { $0.0 > 0 }
        return sides.enumerated().map { index, side in
            let noun = index > 0 ? "" : side.0 == 1 ? " deletion" : " deletions"
            return "\(Format.count(Int64(side.0)))\(noun) \(side.1)"
        }.joined(separator: " and ")
    }

    /// A path as one types it in a shell.
    package static func shell(_ path: RemotePath) -> SafeText {
        let text = path.description
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789/._-:+@".unicodeScalars.contains($0)
        }
        return isPlain ? SafeText(text) : SafeText("'" + text.replacing("'", with: "'\\''") + "'")
    }
}
