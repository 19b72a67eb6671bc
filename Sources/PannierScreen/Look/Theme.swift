/// The look of every role. Each tier of colours has its own value; where a role has none, attributes carry it alone.
package struct Theme: Sendable, Equatable {
    /// One role's look: a colour for each tier, and attributes for all.
    package struct Paint: Hashable, Sendable {
        /// 0xRRGGBB.
        package var rgb: UInt32?
        package var c256: UInt8?
        package var c16: UInt8?
        package var attributes: Attributes

        package init(rgb: UInt32? = nil, c256: UInt8? = nil, c16: UInt8? = nil, attributes: Attributes = []) {
            self.rgb = rgb
            self.c256 = c256
            self.c16 = c16
            self.attributes = attributes
        }

        func colour(_ tier: ColourTier) -> Colour? {
            switch tier {
            case .truecolor: rgb.map(Colour.rgb)
            case .indexed: c256.map(Colour.index)
            case .sixteen: c16.map(Colour.index)
            case .none: nil
            }
        }
    }

    private let paints: [ColourRole: Paint]

    package init(_ paints: [ColourRole: Paint]) { self.paints = paints }

    /// A ground's attributes stand in for its colour, and count only where it has none. One that is reversed takes the
    /// ink's colour away: coloured ink on a reversed ground cannot be read everywhere.
    package func look(of style: Style, tier: ColourTier) -> Look {
        let ink = paints[style.ink] ?? Paint()
        let ground = paints[style.ground] ?? Paint()
        if let behind = ground.colour(tier) {
            return Look(ink: ink.colour(tier) ?? .standard, ground: behind, attributes: ink.attributes)
        }
        let isReversed = ground.attributes.contains(.reverse)
        return Look(
            ink: isReversed ? .standard : ink.colour(tier) ?? .standard,
            attributes: ink.attributes.union(ground.attributes))
    }

    /// The same theme with other looks for some roles.
    package func replacing(_ others: [ColourRole: Paint]) -> Theme {
        Theme(paints.merging(others) { _, other in other })
    }

    package subscript(role: ColourRole) -> Paint { paints[role] ?? Paint() }

    /// Dark, with its own ground wherever there are colours enough, so that it can be read on a light terminal, too.
    /// Themes/pannier-dark.toml holds the same, for people to read and copy; this one needs no file to be read.
    package static let standard = Theme([
        .text: Paint(rgb: 0xD0D4DC, c256: 188),
        .quiet: Paint(rgb: 0x999FAB, c256: 248),
        .strong: Paint(rgb: 0xF4F6FA, c256: 255, attributes: .bold),
        .accent: Paint(rgb: 0x62D8C8, c256: 80, c16: 6, attributes: .bold),
        .border: Paint(rgb: 0x4A5060, c256: 239),
        .folder: Paint(rgb: 0x6FB2FF, c256: 75, c16: 12, attributes: .bold),
        .number: Paint(rgb: 0x7FB0E8, c256: 110, c16: 6),
        .good: Paint(rgb: 0x8FD175, c256: 114, c16: 2),
        .busy: Paint(rgb: 0xF2BE55, c256: 221, c16: 3),
        .warning: Paint(rgb: 0xFF9F5A, c256: 215, c16: 3, attributes: .bold),
        .bad: Paint(rgb: 0xFF7B72, c256: 210, c16: 1, attributes: .bold),
        .people: Paint(rgb: 0xB9A0F0, c256: 183, c16: 5),
        .hidden: Paint(rgb: 0x999FAB, c256: 248),
        .escape: Paint(rgb: 0xFFA3D1, c256: 218, c16: 5, attributes: .underline),
        .key: Paint(rgb: 0x8CC8FF, c256: 117, c16: 6, attributes: .bold),
        .mark: Paint(rgb: 0xF2BE55, c256: 221, c16: 3, attributes: .bold),
        .match: Paint(rgb: 0xFFD479, c256: 222, c16: 3, attributes: [.bold, .underline]),
        .graphUp: Paint(rgb: 0x62D8C8, c256: 80, c16: 6),
        .graphDown: Paint(rgb: 0x6FB2FF, c256: 75, c16: 12),
        .chunkThere: Paint(rgb: 0xB48AF0, c256: 141, c16: 5),
        .chunkSure: Paint(rgb: 0x62D8C8, c256: 80, c16: 6),
        .chunkUnsure: Paint(rgb: 0x46A296, c256: 73, c16: 2),
        .chunkMoving: Paint(rgb: 0xF2BE55, c256: 221, c16: 3),
        .chunkWaiting: Paint(rgb: 0x757B8A, c256: 244),
        .chunkFailed: Paint(rgb: 0xFF7B72, c256: 210, c16: 1, attributes: .bold),
        .screen: Paint(rgb: 0x101218, c256: 233),
        .bar: Paint(rgb: 0x1E2230, c256: 235, attributes: .reverse),
        .cursor: Paint(rgb: 0x263846, c256: 237, attributes: .reverse),
        .shadow: Paint(rgb: 0x181C26, c256: 234, attributes: .underline),
        .selected: Paint(rgb: 0x2A2A20, c256: 236, attributes: .bold),
        .dialog: Paint(rgb: 0x161923, c256: 234),
        .field: Paint(rgb: 0x232838, c256: 235, attributes: .underline),
    ])
}
