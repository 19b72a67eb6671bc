package import PannierScreen

/// Where everything stands on a screen of a given size.
package struct Layout: Hashable, Sendable {
    /// Below this, only a notice is shown.
    package static let smallest = Size(columns: 24, rows: 8)
    /// Narrower than this, one pane is shown.
    static let twoPanes = 60
    static let transferLinesAtMost = 4
    /// Rows that the panes keep, whatever else there is: border, heads, and a few files.
    static let paneRowsAtLeast = 7

    package private(set) var isTooSmall = false
    package private(set) var header = Rect(row: 0, column: 0, columns: 0, rows: 0)
    /// Space and rates; empty on low screens.
    package private(set) var rates = Rect(row: 0, column: 0, columns: 0, rows: 0)
    /// Two rectangles, or one for the pane with the focus.
    package private(set) var panes: [Rect] = []
    /// What is known of the file under the cursor: four rows with a border, one without, or none.
    package private(set) var info = Rect(row: 0, column: 0, columns: 0, rows: 0)
    /// With its border, if it has one; empty when nothing is shown.
    package private(set) var strip = Rect(row: 0, column: 0, columns: 0, rows: 0)
    package private(set) var hasBorders = false
    package private(set) var message = Rect(row: 0, column: 0, columns: 0, rows: 0)
    /// Nil on low screens: the message line shows hints when it has nothing to say.
    package private(set) var hints: Rect?
    /// The bar of function keys, where it is wanted.
    package private(set) var functionKeys: Rect?
    /// What panels take: all between the header and the message.
    package private(set) var panel = Rect(row: 0, column: 0, columns: 0, rows: 0)

    package init(size: Size, transfers: Int, showsInfo: Bool = false, hasFunctionKeys: Bool = false) {
        guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else {
            isTooSmall = true
            return
        }
        var rest = Rect(size)
        header = rest.cutTop(1)
        if size.rows >= 20 {
            if hasFunctionKeys { functionKeys = rest.cutBottom(1) }
            hints = rest.cutBottom(1)
        }
        message = rest.cutBottom(1)
        panel = rest
        hasBorders = size.rows >= 30 && size.columns >= 100
        if hasBorders { rates = rest.cutTop(1) }
        if transfers > 0 {
            let room = max(0, rest.rows - Self.paneRowsAtLeast)
            let lines = min(transfers, Self.transferLinesAtMost, room)
            strip = rest.cutBottom(lines > 0 ? lines + (hasBorders ? 2 : 0) : 0)
        }
        if showsInfo, size.rows >= 22 { info = rest.cutBottom(hasBorders ? 4 : 1) }
        if size.columns >= Self.twoPanes {
            let left = rest.cutLeft(rest.columns / 2)
            panes = [left, rest]
        } else {
            panes = [rest]
        }
    }

    /// Lines of a pane's list: without its border and its line of column heads.
    package var paneLines: Int { panes.first.map { max(0, $0.rows - 3) } ?? 0 }
}
