import PannierCore
import PannierScreen

/// A line to fill in, on the message line; what is wrong with it, or what there is to know, on the line below.
enum PromptView {
    static func draw(_ prompt: Prompt, _ model: Model, in layout: Layout, _ frame: inout Frame) {
        var rest = layout.message
        frame.fill(rest, style: Style(.text))
        rest = rest.narrowed(by: 1)
        // On low screens there is no line below for what is wrong.
        let trouble = layout.hints == nil ? prompt.trouble : nil
        let title: SafeText = trouble.map { "\(model.glyphs.trouble) \($0): " } ?? "\(prompt.title): "
        let used = frame.text(
            title, row: rest.row, column: rest.column, width: max(0, rest.columns - 12),
            style: Style(trouble == nil ? .strong : .bad), cut: trouble == nil ? .middle : .end,
            ellipsis: model.glyphs.ellipsis)
        _ = rest.cutLeft(used)
        FieldView.draw(prompt.field, in: rest, isFocused: true, model.glyphs, &frame)
        guard let below = layout.hints else { return }
        frame.fill(below, style: Style(.text))
        let (words, ink): (SafeText, ColourRole) =
            prompt.trouble.map { ("\(model.glyphs.trouble) \($0)", .bad) } ?? (prompt.advice, .quiet)
        let keys = Dialog.keys(model, .prompt)
        let room = below.columns - 4 - CellWidth.of(keys)
        frame.text(
            words, row: below.row, column: below.column + 1, width: max(0, room), style: Style(ink),
            ellipsis: model.glyphs.ellipsis)
        guard room > 20 else { return }
        frame.text(
            keys, row: below.row, column: below.column + 1, width: below.columns - 2, style: Style(.quiet),
            align: .right)
    }
}
