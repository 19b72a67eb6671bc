/// The colours 16 to 255 of xterm, which every terminal of 256 colours shares: a cube of six steps a side, and 24 greys.
/// (0 to 15 are the person's own and can be anything.)
package enum XtermPalette {
    private static let steps: [UInt32] = [0, 95, 135, 175, 215, 255]

    /// 0xRRGGBB; nil for 0 to 15.
    package static func rgb(_ index: UInt8) -> UInt32? {
        switch index {
        case 0..<16: return nil
        case 16..<232:
            let place = Int(index) - 16
            return steps[place / 36] << 16 | steps[place / 6 % 6] << 8 | steps[place % 6]
        default: return (UInt32(index) - 232) * 0x0A0A0A + 0x080808
        }
    }

    /// The one that lies nearest, by the sum of squares over red, green and blue.
    package static func nearest(to rgb: UInt32) -> UInt8 {
        let found = (UInt8(16)...255).min { distance(rgb, Self.rgb($0) ?? 0) < distance(rgb, Self.rgb($1) ?? 0) }
        return found ?? 16
    }

    private static func distance(_ left: UInt32, _ right: UInt32) -> Int {
        [16, 8, 0].reduce(0) { sum, shift in
            let difference = Int(left >> UInt32(shift) & 0xFF) - Int(right >> UInt32(shift) & 0xFF)
            return sum + difference * difference
        }
    }
}
