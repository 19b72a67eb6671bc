import PannierCore
import PannierScreen

/// Where the parts of the share dialog stand.
struct ShareBox {
    let frame: Rect
    let field: Rect
    /// Lines below the field: what is said about the addresses.
    let advice: Rect
    /// The heading of the list, and its lines.
    let heading: Rect
    let list: Rect
    private(set) var people: [(index: Int, line: Rect)] = []
    let share: Rect
    let close: Rect

    static let label = 13
    static let shareWords: SafeText = "Share"
    static let closeWords: SafeText = "Close"

    init(_ dialog: ShareDialog, in size: Size) {
        frame = Dialog.frame(size, columns: 80, rows: 18)
        var inside = frame.inside.narrowed(by: 1)
        _ = inside.cutTop(inside.rows >= 12 ? 1 : 0)
        var line = inside.cutTop(1)
        _ = line.cutLeft(Self.label)
        field = line
        var below = inside.cutTop(inside.rows >= 10 ? 3 : 1)
        _ = below.cutLeft(Self.label)
        advice = below
        let buttons = inside.cutBottom(1)
        if inside.rows >= 5 { _ = inside.cutBottom(1) }
        heading = inside.cutTop(1)
        list = inside
        let width = Dialog.width(ofButton: Self.shareWords)
        share = Rect(row: buttons.row, column: buttons.column, columns: width, rows: 1)
        close = Rect(
            row: buttons.row, column: buttons.column + width + 3, columns: Dialog.width(ofButton: Self.closeWords),
            rows: 1)
        fillPeople(dialog)
    }

    private mutating func fillPeople(_ dialog: ShareDialog) {
        let count = dialog.access?.count ?? 0
        // One line is the owner's own.
        let room = max(0, list.rows - 1)
        var top = 0
        if case .person(let index) = dialog.focus { top = max(0, min(index - room / 2, count - room)) }
        people = (top..<min(count, top + room)).enumerated().map { offset, index in (index, list.line(offset + 1)) }
    }

    /// The button at the end of a person's line.
    func remove(of line: Rect) -> Rect {
        var rest = line
        return rest.cutRight(Dialog.width(ofButton: "Remove"))
    }
}

enum ShareView {
    static func draw(_ dialog: ShareDialog, _ model: Model, _ frame: inout Frame) {
        let box = ShareBox(dialog, in: model.size)
        Dialog.draw(box.frame, title: title(dialog), keys: Dialog.keys(model, .share), model.glyphs, &frame)
        frame.text(
            "Add people", row: box.field.row, column: box.field.column - ShareBox.label, width: ShareBox.label,
            style: Style(dialog.focus == .addresses ? .strong : .text, on: .dialog))
        FieldView.draw(dialog.addresses, in: box.field, isFocused: dialog.focus == .addresses, model.glyphs, &frame)
        advice(dialog, model, box, &frame)
        people(dialog, model, box, &frame)
        let share: SafeText = dialog.isBusy ? model.glyphs.ellipsis : ShareBox.shareWords
        Dialog.button(share, in: box.share, isFocused: dialog.focus == .share, &frame)
        Dialog.button(ShareBox.closeWords, in: box.close, isFocused: dialog.focus == .close, &frame)
    }

    private static func title(_ dialog: ShareDialog) -> SafeText {
        let isFolder = dialog.row.node.kind == .folder
        let size: SafeText = dialog.row.node.content.map { " (\(Format.bytes($0.size)))" } ?? ""
        return "Share  \(SafeText(dialog.row.node.name))\(isFolder ? "/" : "")\(size)"
    }

    private static func advice(_ dialog: ShareDialog, _ model: Model, _ box: ShareBox, _ frame: inout Frame) {
        let ellipsis = model.glyphs.ellipsis
        if let problem = dialog.problem {
            frame.paragraph(
                "\(model.glyphs.trouble) \(SafeText(problem.onScreen.description))", in: box.advice,
                style: Style(.bad, on: .dialog),
                ellipsis: ellipsis)
            return
        }
        let typed = dialog.typed
        guard !typed.isEmpty else {
            let words: SafeText =
                "E-mail addresses, with commas between. They may look and download, but not change anything (viewer)."
            frame.paragraph(words, in: box.advice, style: Style(.quiet, on: .dialog), ellipsis: ellipsis)
            return
        }
        for (offset, item) in typed.suffix(box.advice.rows).enumerated() {
            let line = box.advice.line(offset)
            let used = frame.text(
                SafeText(item.email), row: line.row, column: line.column, width: line.columns * 3 / 5,
                style: Style(.people, on: .dialog), cut: .middle, ellipsis: ellipsis)
            frame.text(
                "   " + (item.trouble ?? "viewer, as soon as they have an account here"), row: line.row,
                column: line.column + used, width: line.columns - used,
                style: Style(item.trouble == nil ? .quiet : .warning, on: .dialog), ellipsis: ellipsis)
        }
    }

    private static func people(_ dialog: ShareDialog, _ model: Model, _ box: ShareBox, _ frame: inout Frame) {
        frame.fill(box.heading, with: model.glyphs.border.horizontal, style: Style(.border, on: .dialog))
        let count: SafeText? = dialog.access.map {
            "\(model.glyphs.dot) \($0.count == 1 ? "1 person" : "\($0.count) people") "
        }
        frame.text(
            " Who has access \(count ?? "")", row: box.heading.row, column: box.heading.column + 1,
            width: box.heading.columns - 1, style: Style(.strong, on: .dialog))
        guard box.list.rows > 0 else { return }
        let own = box.list.line(0)
        frame.text("  you", row: own.row, column: own.column, width: 30, style: Style(.text, on: .dialog))
        frame.text("owner", row: own.row, column: role(own), width: 10, style: Style(.quiet, on: .dialog))
        guard let access = dialog.access else {
            let line = box.list.line(1)
            frame.text(
                dialog.problem == nil ? "  the server is asked" : "", row: line.row, column: line.column,
                width: line.columns, style: Style(.quiet, on: .dialog))
            return
        }
        for (index, line) in box.people {
            draw(access[index], isChosen: dialog.focus == .person(index), dialog, model, box, in: line, &frame)
        }
    }

    private static func since(_ moment: Milliseconds, _ model: Model) -> SafeText {
        // Younger than a second, also by a clock that is ahead of this one.
        if Format.elapsed(since: moment, now: model.now) < 1_000 { return "since just now" }
        return "since \(Format.age(since: moment, now: model.now)) ago"
    }

    private static func role(_ line: Rect) -> Int { line.column + line.columns * 9 / 20 }

    private static func draw(
        _ person: Access, isChosen: Bool, _ dialog: ShareDialog, _ model: Model, _ box: ShareBox, in line: Rect,
        _ frame: inout Frame
    ) {
        let ground: ColourRole = isChosen ? .cursor : .dialog
        let ellipsis = model.glyphs.ellipsis
        if isChosen {
            frame.fill(line, style: Style(.text, on: ground))
            frame.text(
                model.glyphs.pointer, row: line.row, column: line.column, width: 1, style: Style(.accent, on: ground))
        }
        let column = role(line)
        frame.text(
            SafeText(person.grant.email), row: line.row, column: line.column + 2, width: column - line.column - 3,
            style: Style(.people, on: ground), cut: .middle, ellipsis: ellipsis)
        frame.text(
            SafeText(person.grant.role.rawValue), row: line.row, column: column, width: 8,
            style: Style(.text, on: ground))
        let remove = box.remove(of: line)
        let note: SafeText =
            dialog.isOwn(person)
            ? since(person.grant.grantedAt, model)
            : "through \(SafeText(person.path))"
        frame.text(
            note, row: line.row, column: column + 9, width: remove.column - column - 10,
            style: Style(.quiet, on: ground),
            ellipsis: ellipsis)
        if dialog.isOwn(person) {
            Dialog.button("Remove", in: remove, isFocused: false, ground: ground, &frame)
        }
    }
}
