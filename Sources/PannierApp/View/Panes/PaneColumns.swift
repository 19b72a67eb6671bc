import PannierCore
import PannierScreen

/// Where the fields of a pane's lines stand: by position, so that no name can move another field. Narrow panes keep
/// what matters most.
struct PaneColumns {
    let all: Range<Int>
    let mark: Int
    let name: Range<Int>
    let size: Range<Int>?
    let age: Range<Int>?
    let who: Range<Int>?

    /// - Parameter inside: The pane without its border.
    init(_ inside: Rect, space: RemotePath.Space, isTrash: Bool = false) {
        all = inside.column..<inside.endColumn
        let isWide = inside.columns >= 50
        mark = inside.column + (isWide ? 2 : 1)
        // The last column stays free, so that nothing touches the border; a wide pane's own has room to spare.
        var end = inside.endColumn - (isWide ? 0 : 1)
        /// Takes columns off the right.
        func take(_ width: Int, gap: Int) -> Range<Int> {
            defer { end -= width + gap }
            return end - width..<end
        }
        if isWide {
            who = take(8, gap: 2)
            age = take(4, gap: 2)
            size = take(9, gap: 2)
        } else {
            let isShared = space == .shared
            who = isShared ? take(7, gap: 1) : nil
            age = nil
            size = isShared ? nil : take(8, gap: 1)
        }
        let start = mark + 2
        name = start..<max(start, end)
    }
}
