import PannierCore
import PannierScreen

/// Where the parts of a question stand.
struct QuestionBox {
    let frame: Rect
    let text: Rect
    let yes: Rect
    let no: Rect
    static let noWords: SafeText = "No"

    init(_ question: Question, in size: Size) {
        let columns = min(max(40, CellWidth.of(question.title) + 8), 72, size.columns)
        let lines = question.lines.reduce(0) { sum, line in
            sum + Wrapping(of: line, to: max(1, columns - 6)).lines.count
        }
        let titleLines = Wrapping(of: question.title, to: max(1, columns - 6)).lines.count
        frame = Dialog.frame(size, columns: columns, rows: titleLines + lines + 6)
        var inside = frame.inside.narrowed(by: 2)
        _ = inside.cutTop(1)
        let buttons = inside.cutBottom(1)
        text = inside
        let width = Dialog.width(ofButton: question.yes)
        yes = Rect(row: buttons.row, column: buttons.column, columns: min(width, buttons.columns), rows: 1)
        no = Rect(
            row: buttons.row, column: buttons.column + width + 3,
            columns: min(Dialog.width(ofButton: Self.noWords), max(0, buttons.columns - width - 3)), rows: 1)
    }
}

enum QuestionView {
    static func draw(_ question: Question, _ model: Model, _ frame: inout Frame) {
        let box = QuestionBox(question, in: model.size)
        Dialog.draw(box.frame, title: "", keys: Dialog.keys(model, .question), model.glyphs, &frame)
        var rest = box.text
        let used = frame.paragraph(
            question.title, in: rest, style: Style(.strong, on: .dialog), ellipsis: model.glyphs.ellipsis)
        _ = rest.cutTop(used + 1)
        for line in question.lines {
            _ = rest.cutTop(
                frame.paragraph(line, in: rest, style: Style(.text, on: .dialog), ellipsis: model.glyphs.ellipsis))
        }
        Dialog.button(question.yes, in: box.yes, isFocused: !question.isNoChosen, &frame)
        Dialog.button(QuestionBox.noWords, in: box.no, isFocused: question.isNoChosen, &frame)
    }
}
