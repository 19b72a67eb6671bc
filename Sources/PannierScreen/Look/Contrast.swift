import Foundation

/// How well one colour reads on another (WCAG 2, “contrast ratio” and “relative luminance”).
package enum Contrast {
    /// From 1 (the same) to 21 (black and white). 4.5 is enough for text, 7 is good; 3 is enough for signs.
    package static func ratio(_ one: UInt32, _ other: UInt32) -> Double {
        let (low, high) = (min(luminance(one), luminance(other)), max(luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)
    }

    /// From 0 (black) to 1 (white).
    package static func luminance(_ rgb: UInt32) -> Double {
        0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb)
    }

    private static func linear(_ part: UInt32) -> Double {
        let value = Double(part & 0xFF) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
}
