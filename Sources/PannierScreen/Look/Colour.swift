/// How many colours a terminal has, or is wanted to have.
package enum ColourTier: Int, Comparable, Sendable, CaseIterable {
    /// Bold, reverse and underline only: `NO_COLOR`, or a terminal without colours.
    case none
    case sixteen
    case indexed
    case truecolor

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

package enum Colour: Hashable, Sendable {
    /// The terminal's own.
    case standard
    /// 0 to 15 in the sixteen tier, 0 to 255 in the indexed one.
    case index(UInt8)
    /// 0xRRGGBB.
    case rgb(UInt32)
}

package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let reverse = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
}

/// What a terminal is told about one cell.
package struct Look: Hashable, Sendable {
    package var ink: Colour
    package var ground: Colour
    package var attributes: Attributes
    package init(ink: Colour = .standard, ground: Colour = .standard, attributes: Attributes = []) {
        self.ink = ink
        self.ground = ground
        self.attributes = attributes
    }
}
