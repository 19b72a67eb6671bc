/// The colour of a terminal's background, as it tells it: `rgb:1e1e/2e2e/2e2e` after `OSC 11 ;`, with one to four digits
/// a part (xterm's control sequences, “Operating System Commands”).
struct GroundAnswer {
    /// Longer than any answer.
    private static let charactersAtMost = 64
    private var text = ""

    enum Step: Equatable {
        case more
        /// Nil for an answer that says no colour.
        case end(UInt32?)
    }

    /// Takes what stands behind `rgb:`, up to BEL or ESC \.
    mutating func take(_ scalar: Unicode.Scalar) -> Step {
        switch scalar {
        case "\u{7}", "\\": return .end(Self.colour(of: text))
        case "\u{1B}": return .more
        default:
            text.unicodeScalars.append(scalar)
            return text.utf8.count > Self.charactersAtMost ? .end(nil) : .more
        }
    }

    static func colour(of text: String) -> UInt32? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var colour: UInt32 = 0
        for part in parts {
            guard (1...4).contains(part.utf8.count), let value = UInt32(part, radix: 16) else { return nil }
            let most = UInt32(1) << (4 * UInt32(part.utf8.count)) - 1
            colour = colour << 8 | (value * 255 + most / 2) / most
        }
        return colour
    }
}
