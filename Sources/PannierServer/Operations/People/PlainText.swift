import PannierCore

/// Short texts that people or clients give themselves and others see: names of people and devices, MIME types.
enum PlainText {
    /// At most 255 bytes, no control characters.
    static func isAllowed(_ text: String) -> Bool {
        text.utf8.count <= Limits.nameBytes
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
