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

    /// A ground that has no colour in this tier but attributes (reverse, say) takes the ink's colour away: coloured ink
    /// on a reversed ground cannot be read everywhere.
    package func look(of style: Style, tier: ColourTier) -> Look {
        let ink = paints[style.ink] ?? Paint()
        let ground = paints[style.ground] ?? Paint()
        let attributes = ink.attributes.union(tier <= .sixteen ? ground.attributes : [])
        guard let behind = ground.colour(tier) else {
            let isPlain = tier > .sixteen || ground.attributes.isEmpty
            return Look(ink: isPlain ? ink.colour(tier) ?? .standard : .standard, attributes: attributes)
        }
        return Look(ink: ink.colour(tier) ?? .standard, ground: behind, attributes: attributes)
    }

    /// Dark, with its own ground wherever there are colours enough, so that it can be read on a light terminal, too.
    package static let standard = Theme([
        .text: Paint(rgb: 0xD0D4DC, c256: 252),
        .quiet: Paint(rgb: 0x848A98, c256: 245),
        .strong: Paint(rgb: 0xF4F6FA, c256: 255, attributes: .bold),
        .accent: Paint(rgb: 0x62D8C8, c256: 79, c16: 6, attributes: .bold),
        .folder: Paint(rgb: 0x6FB2FF, c256: 75, c16: 12, attributes: .bold),
        .number: Paint(rgb: 0x7FB0E8, c256: 110, c16: 4),
        .good: Paint(rgb: 0x8FD175, c256: 113, c16: 2),
        .busy: Paint(rgb: 0xF2BE55, c256: 215, c16: 3),
        .bad: Paint(rgb: 0xFF7B72, c256: 210, c16: 1, attributes: .bold),
        .people: Paint(rgb: 0xB9A0F0, c256: 147, c16: 5),
        .escape: Paint(rgb: 0xFFA3D1, c256: 218, c16: 13, attributes: .underline),
        .screen: Paint(rgb: 0x101218, c256: 233),
        .bar: Paint(rgb: 0x1E2230, c256: 235, attributes: .reverse),
        .cursor: Paint(rgb: 0x263846, c256: 237, attributes: .reverse),
        .shadow: Paint(rgb: 0x181C26, c256: 234),
    ])
}
