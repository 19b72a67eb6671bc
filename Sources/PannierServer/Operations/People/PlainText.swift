import PannierCore

/// Short texts that people or clients give themselves and others see: names of people and devices, MIME types.
enum PlainText {
    /// At most 255 bytes, no control characters, nothing that hides or turns text around.
    static func isAllowed(_ text: String) -> Bool {
        text.utf8.count <= Limits.nameBytes
            && !text.unicodeScalars.contains(where: isHidden)
    }

    /// Control characters, line ends, and what is not seen itself: marks of direction make text look like another.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // The joiners of emoji and of Indic and Persian words are seen by what they join.
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        default: false
        }
    }
}
