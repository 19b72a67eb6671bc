package import PannierCore

/// The signs of a graph. A cell shows one sample or two side by side, each as so many steps above its lower edge.
package struct GraphSigns: Sendable, Equatable {
    /// 1 or 2.
    package let samplesPerCell: Int
    /// Steps of a full cell.
    package let steps: Int
    /// By the steps of the left sample, then of the right one.
    private let signs: [SafeText]

    /// - Parameter samples: Steps of each sample in the cell, from 0 (nothing); more than ``steps`` is a full cell.
    ///   Missing ones, and what is below 0, show nothing.
    package func sign(_ samples: some Sequence<Int>) -> SafeText {
        var index = 0
        var count = 0
        for sample in samples.prefix(samplesPerCell) {
            index = index * (steps + 1) + min(steps, max(0, sample))
            count += 1
        }
        while count < samplesPerCell {
            index *= steps + 1
            count += 1
        }
        return signs[index]
    }

    /// Two samples a cell, four steps: the dots of braille, from below.
    package static let braille = GraphSigns(samplesPerCell: 2, steps: 4, signs: brailleSigns)
    package static let blocks = GraphSigns(
        samplesPerCell: 1, steps: 8, signs: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])
    package static let ascii = GraphSigns(samplesPerCell: 1, steps: 4, signs: [" ", "_", "-", "=", "#"])

    private static let brailleSigns: [SafeText] = {
        // Dots 7, 3, 2, 1 and 8, 6, 5, 4 of Unicode's block 2800, added up from below.
        let left: [UInt32] = [0, 0x40, 0x44, 0x46, 0x47]
        let right: [UInt32] = [0, 0x80, 0xA0, 0xB0, 0xB8]
        return left.flatMap { left in
            right.map { right in
                let dots = left | right
                return dots == 0 ? " " : SafeText(String(Character(Unicode.Scalar(0x2800 + dots) ?? " ")))
            }
        }
    }()
}
