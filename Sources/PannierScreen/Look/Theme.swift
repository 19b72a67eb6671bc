/// The look of every role. Each tier of colours has its own value; where a role has none, attributes carry it alone.
package struct Theme: Sendable {
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

    /// A ground that is reversed for want of a colour takes the ink's colour away: coloured ink on a reversed ground
    /// cannot be read everywhere.
    package func look(of style: Style, tier: ColourTier) -> Look {
        let ink = paints[style.ink] ?? Paint()
        let ground = paints[style.ground] ?? Paint()
        let attributes = ink.attributes.union(tier <= .sixteen ? ground.attributes : [])
        guard let behind = ground.colour(tier) else {
            let isPlain = tier > .sixteen || !ground.attributes.contains(.reverse)
            return Look(ink: isPlain ? ink.colour(tier) ?? .standard : .standard, attributes: attributes)
        }
        return Look(ink: ink.colour(tier) ?? .standard, ground: behind, attributes: attributes)
    }

    /// Dark, with its own ground wherever there are colours enough, so that it can be read on a light terminal, too.
    package static let standard = Theme([
        .text: Paint(rgb: 0xD0D4DC, c256: 252),
        .quiet: Paint(rgb: 0x8E94A2, c256: 246),
        .strong: Paint(rgb: 0xF4F6FA, c256: 255, attributes: .bold),
        .accent: Paint(rgb: 0x62D8C8, c256: 79, c16: 6, attributes: .bold),
        .border: Paint(rgb: 0x4A5060, c256: 240),
        .folder: Paint(rgb: 0x6FB2FF, c256: 75, c16: 12, attributes: .bold),
        .number: Paint(rgb: 0x7FB0E8, c256: 110, c16: 4),
        .good: Paint(rgb: 0x8FD175, c256: 113, c16: 2),
        .busy: Paint(rgb: 0xF2BE55, c256: 215, c16: 3),
        .warning: Paint(rgb: 0xFF9F5A, c256: 215, c16: 11, attributes: .bold),
        .bad: Paint(rgb: 0xFF7B72, c256: 210, c16: 1, attributes: .bold),
        .people: Paint(rgb: 0xB9A0F0, c256: 147, c16: 5),
        .hidden: Paint(rgb: 0x8E94A2, c256: 246),
        .escape: Paint(rgb: 0xFFA3D1, c256: 218, c16: 13, attributes: .underline),
        .key: Paint(rgb: 0x8CC8FF, c256: 117, c16: 6, attributes: .bold),
        .mark: Paint(rgb: 0xF2BE55, c256: 215, c16: 11, attributes: .bold),
        .match: Paint(rgb: 0xFFD479, c256: 222, c16: 11, attributes: [.bold, .underline]),
        .graphUp: Paint(rgb: 0x62D8C8, c256: 79, c16: 6),
        .graphDown: Paint(rgb: 0x6FB2FF, c256: 75, c16: 12),
        .chunkThere: Paint(rgb: 0xB48AF0, c256: 141, c16: 5),
        .chunkSure: Paint(rgb: 0x62D8C8, c256: 79, c16: 6),
        .chunkUnsure: Paint(rgb: 0x46A296, c256: 72, c16: 2),
        .chunkMoving: Paint(rgb: 0xF2BE55, c256: 215, c16: 3),
        .chunkWaiting: Paint(rgb: 0x757B8A, c256: 243),
        .chunkFailed: Paint(rgb: 0xFF7B72, c256: 210, c16: 1, attributes: .bold),
        .screen: Paint(rgb: 0x101218, c256: 233),
        .bar: Paint(rgb: 0x1E2230, c256: 235, attributes: .reverse),
        .cursor: Paint(rgb: 0x263846, c256: 237, attributes: .reverse),
        .shadow: Paint(rgb: 0x181C26, c256: 234),
        .selected: Paint(rgb: 0x2A2A20, c256: 236, attributes: .bold),
        .dialog: Paint(rgb: 0x161923, c256: 234),
        .field: Paint(rgb: 0x232838, c256: 236, attributes: .underline),
    ])
}
