import PannierCore
import PannierScreen

/// The heads of a pane's columns, and where they stand: for drawing, and for the mouse, which sorts by them.
struct PaneHeads {
    struct Head {
        let key: RowOrder.Key
        /// With the arrow of the column that sorts.
        let text: SafeText
        let columns: Range<Int>
        let align: Frame.Alignment
        let isSorted: Bool
    }

    let row: Int
    private(set) var all: [Head] = []

    /// - Parameter inside: the pane without its border.
    init(_ pane: Pane, in inside: Rect, _ glyphs: Glyphs) {
        row = inside.row
        guard !inside.isEmpty else { return }
        let columns = PaneColumns(inside, space: pane.path.space)
        var places: [(RowOrder.Key, SafeText, Range<Int>, Frame.Alignment)] = [(.name, "name", columns.name, .left)]
        if let size = columns.size { places.append((.size, "size", size, .right)) }
        if let age = columns.age { places.append((.time, "age", age.lowerBound - 2..<age.upperBound, .right)) }
        if let who = columns.who { places.append((.who, pane.path.space == .shared ? "role" : "by", who, .left)) }
        // What has no column here is named where there is room.
        if !places.contains(where: { $0.0 == pane.order.key }) {
            places[0].1 = "name, by \(SafeText(pane.order.key.rawValue)) \(Self.sign(pane.order, glyphs))"
        }
        for (key, word, columns, align) in places {
            let isSorted = pane.order.key == key
            let sign = isSorted ? Self.sign(pane.order, glyphs) : ""
            let text: SafeText = align == .left ? "\(word) \(sign)" : isSorted ? "\(word) \(sign)" : word
            all.append(Head(key: key, text: text, columns: columns, align: align, isSorted: isSorted))
        }
    }

    /// Up where the smallest comes first; sizes and times begin with the largest.
    private static func sign(_ order: RowOrder, _ glyphs: Glyphs) -> SafeText {
        (order.key == .size || order.key == .time) == order.isReversed ? glyphs.ascending : glyphs.descending
    }

    /// What a click there sorts by.
    func key(at place: Point) -> RowOrder.Key? {
        guard place.row == row else { return nil }
        return all.first { $0.columns.contains(place.column) }?.key
    }

    func draw(_ frame: inout Frame) {
        for head in all {
            frame.text(
                head.text, row: row, column: head.columns.lowerBound, width: head.columns.count,
                style: Style(head.isSorted ? .text : .quiet), align: head.align, ellipsis: "")
        }
    }
}
