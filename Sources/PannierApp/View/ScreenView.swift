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
        if model.shelves.contains(where: { $0.layer.isPanel }) {
            // Panels hide what is below them.
        } else {
            panes(model, layout, &frame)
        }
        for shelf in model.shelves { LayerView.draw(shelf.layer, model, in: layout, &frame) }
        NoticeView.draw(model, in: layout, &frame)
        FunctionKeysView.draw(model, &frame)
        if let prompt = model.top as? Prompt { PromptView.draw(prompt, model, in: layout, &frame) }
        if let picker = model.top as? Picker { PickerView.field(picker, model, in: layout.message, &frame) }
        if model.showsWhichKey { WhichKeyView.draw(model, above: layout.message.row, &frame) }
        return frame
    }

    private static func panes(_ model: Model, _ layout: Layout, _ frame: inout Frame) {
        RatesView.draw(model, in: layout.rates, &frame)
        if layout.panes.count == 1 {
            PaneView(model: model, index: model.focus).draw(in: layout.panes[0], &frame)
        } else {
            for (index, rect) in layout.panes.enumerated() {
                PaneView(model: model, index: index).draw(in: rect, &frame)
            }
        }
        InfoView.draw(model, in: layout.info, hasBorder: layout.hasBorders, &frame)
        TransfersView.draw(model, in: layout.strip, hasBorder: layout.hasBorders, &frame)
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

/// Each layer by its own view.
enum LayerView {
    static func draw(_ layer: any Layer, _ model: Model, in layout: Layout, _ frame: inout Frame) {
        switch layer {
        case let layer as Help: HelpView.draw(layer, model, &frame)
        case let layer as Question: QuestionView.draw(layer, model, &frame)
        case let layer as ShareDialog: ShareView.draw(layer, model, &frame)
        case let layer as SignIn: SignInView.draw(layer, model, &frame)
        case let layer as ThemeChooser: ThemeView.draw(layer, model, &frame)
        case let layer as TransfersPanel: TransfersPanelView.draw(layer, model, &frame)
        case let layer as Picker: PickerView.draw(layer, model, &frame)
        case let layer as Preview: PreviewView.draw(layer, model, &frame)
        case let layer as VersionsPanel: VersionsView.draw(layer, model, &frame)
        case let layer as ProblemsPanel: ProblemsView.draw(layer, model, in: layout, &frame)
        // Drawn on the message line.
        default: break
        }
    }
}

extension Layer {
    /// Takes all between the header and the message line.
    var isPanel: Bool {
        self is TransfersPanel || self is Picker || self is Preview || self is VersionsPanel || self is ProblemsPanel
    }
}
