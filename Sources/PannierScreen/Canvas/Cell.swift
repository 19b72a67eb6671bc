/// One place of the screen. Only a ``Frame`` makes cells, and only from text that has passed the choke point.
package struct Cell: Hashable, Sendable {
    /// One cluster; empty for the right half of a wide one.
    package let text: String
    /// 1, 2, or 0 for the right half of a wide one.
    package let width: Int
    package let style: Style

    init(text: String, width: Int, style: Style) {
        self.text = text
        self.width = width
        self.style = style
    }

    static func blank(_ style: Style) -> Cell { Cell(text: " ", width: 1, style: style) }
}
