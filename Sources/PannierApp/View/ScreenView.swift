package import PannierScreen
import PannierCore

/// The whole screen of a model.
package enum ScreenView {
    package static func frame(of model: Model) -> Frame {
        var frame = Frame(size: model.size)
        let layout = model.layout
        guard !layout.isTooSmall else {
            tooSmall(model, &frame)
            return frame
        }
        HeaderView.draw(model, in: layout.header, &frame)
        if layout.panes.count == 1 {
            PaneView(model: model, index: model.focus).draw(in: layout.panes[0], &frame)
        } else {
            for (index, rect) in layout.panes.enumerated() {
                PaneView(model: model, index: index).draw(in: rect, &frame)
            }
        }
        TransfersView.draw(model, in: layout.strip, hasBorder: layout.stripHasBorder, &frame)
        NoticeView.draw(model, in: layout, &frame)
        if model.showsKeys { KeysView.draw(model, &frame) }
        return frame
    }

    private static func tooSmall(_ model: Model, _ frame: inout Frame) {
        let least = Layout.smallest
        let lines: [SafeText] = [
            "too small", "\(least.columns)x\(least.rows) needed", "\(model.size.columns)x\(model.size.rows) here",
            "q leaves",
        ]
        for (row, line) in lines.enumerated().prefix(model.size.rows) {
            frame.text(line, row: row, column: 0, width: model.size.columns, style: Style(.text), ellipsis: "")
        }
    }
}
