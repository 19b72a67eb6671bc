import PannierCore
import PannierScreen

/// Where the parts of the picker stand.
struct PickerBox {
    let frame: Rect
    let list: Rect
    /// What is taken, and what it would cost.
    let foot: Rect

    init(in size: Size) {
        frame = Layout(size: size, transfers: 0).panel
        var inside = frame.inside
        foot = inside.rows >= 8 ? inside.cutBottom(2).narrowed(by: 1) : Rect(row: 0, column: 0, columns: 0, rows: 0)
        list = inside
    }
}

enum PickerView {
    static func draw(_ picker: Picker, _ model: Model, _ frame: inout Frame) {
        let box = PickerBox(in: model.size)
        Dialog.draw(
            box.frame, title: title(picker), keys: count(picker, model), ground: .screen, model.glyphs, &frame)
        if let problem = picker.problem {
            frame.paragraph(
                SafeText(problem.onScreen.description), in: box.list.narrowed(by: 2), style: Style(.bad),
                ellipsis: model.glyphs.ellipsis)
        } else {
            for offset in 0..<box.list.rows {
                line(picker.top + offset, picker, model, in: box.list.line(offset), &frame)
            }
        }
        ScrollBar.draw(
            total: picker.lineCount, top: picker.top, in: box.list, edge: box.frame.endColumn - 1, model.glyphs, &frame)
        foot(picker, model, in: box.foot, &frame)
    }

    private static func title(_ picker: Picker) -> SafeText {
        switch picker.purpose {
        case .upload(let target): "Upload to \(SafeText(target))  from  \(SafeText(picker.folder))"
        case .download:
            "Download \(Words.things(picker.check.sources.count, picker.check.sources[0].path))  into  \(SafeText(picker.folder))"
        }
    }

    private static func count(_ picker: Picker, _ model: Model) -> SafeText {
        let total = picker.total.map { "\(Format.count(Int64($0))) \($0 == 1 ? "item" : "items")" } ?? ""
        return picker.marks.isEmpty
            ? SafeText(total) : "\(picker.marks.count) marked \(model.glyphs.dot) \(SafeText(total))"
    }

    private static func line(_ line: Int, _ picker: Picker, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        guard line < picker.lineCount || (line == 0 && picker.lead == 1) else { return }
        let isCursor = line == picker.cursor
        let row = picker.row(atLine: line)
        let isMarked = row.map { picker.marks.contains($0.path) } ?? false
        let ground: ColourRole = isCursor ? .cursor : isMarked ? .selected : .screen
        if ground != .screen { frame.fill(rect, style: Style(.text, on: ground)) }
        if isMarked {
            frame.text(
                model.glyphs.marked, row: rect.row, column: rect.column + 1, width: 1, style: Style(.mark, on: ground))
        }
        var rest = rect.narrowed(by: 1)
        _ = rest.cutLeft(2)
        guard line >= picker.lead else {
            frame.text(
                "../", row: rest.row, column: rest.column, width: rest.columns, style: Style(.folder, on: ground))
            return
        }
        guard let row else {
            frame.text(model.glyphs.dot, row: rest.row, column: rest.column, width: 1, style: Style(.quiet, on: ground))
            return
        }
        draw(row, ground, model, in: &rest, &frame)
    }

    private static func draw(
        _ row: LocalRow, _ ground: ColourRole, _ model: Model, in rest: inout Rect, _ frame: inout Frame
    ) {
        let age = rest.cutRight(5)
        let size = rest.cutRight(10)
        _ = rest.cutRight(1)
        let ink: ColourRole = row.isFolder ? .folder : row.kind == .file ? .text : .quiet
        let used = frame.text(
            SafeText(bytes: row.path.lastComponent), row: rest.row, column: rest.column, width: rest.columns - 1,
            style: Style(ink, on: ground), cut: .middle, ellipsis: model.glyphs.ellipsis)
        if row.isFolder {
            frame.text("/", row: rest.row, column: rest.column + used, width: 1, style: Style(ink, on: ground))
        }
        let amount: SafeText =
            switch row.kind {
            case .file: SafeText(Format.bytes(row.size))
            case .link: "link"
            case .other: "special"
            case .folder: ""
            }
        frame.text(
            amount, row: size.row, column: size.column, width: size.columns,
            style: Style(row.kind == .file ? .number : .quiet, on: ground), align: .right)
        frame.text(
            SafeText(Format.age(since: row.modified, now: model.now)), row: age.row, column: age.column,
            width: age.columns,
            style: Style(.text, on: ground), align: .right)
    }

    private static func foot(_ picker: Picker, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let top = rect.line(0)
        frame.text(
            words(picker), row: top.row, column: top.column, width: top.columns, style: Style(.text),
            ellipsis: model.glyphs.ellipsis)
        let below = rect.line(1)
        let (cost, ink) = cost(picker)
        frame.text(
            cost, row: below.row, column: below.column, width: below.columns, style: Style(ink),
            ellipsis: model.glyphs.ellipsis)
    }

    private static func words(_ picker: Picker) -> SafeText {
        switch picker.purpose {
        case .upload:
            let targets = picker.targets
            guard let first = targets.first else {
                return "s sends what the cursor is on, or what is marked. A path can be pasted."
            }
            let what: SafeText = targets.count == 1 ? SafeText(bytes: first.lastComponent) : "\(targets.count) things"
            return "s sends \(what). A path can be pasted."
        case .download: return DownloadWords(picker).first
        }
    }

    private static func cost(_ picker: Picker) -> (SafeText, ColourRole) {
        if let trouble = picker.trouble { return (trouble, .bad) }
        guard picker.isUpload else { return (DownloadWords(picker).second, .quiet) }
        guard let estimate = picker.estimate else {
            return ("i tells what it would cost before anything is sent.", .quiet)
        }
        if let problem = estimate.problem { return (SafeText(problem.onScreen.description), .bad) }
        let sends = Format.bytes(max(0, estimate.examined - estimate.there))
        let percent = estimate.examined > 0 ? Format.percent(estimate.there, of: estimate.examined) : "0%"
        let files = estimate.files == 1 ? "1 file" : "\(Format.count(estimate.files)) files"
        if estimate.isOver {
            return (
                "would send \(sends) of \(Format.bytes(estimate.bytes)) in \(files): \(percent) is there already",
                .busy
            )
        }
        return (
            "looking: \(Format.bytes(estimate.examined)) of \(Format.bytes(estimate.bytes)) so far, \(percent) is there already",
            .busy
        )
    }

    private static func title(ofField picker: Picker) -> SafeText {
        switch picker.fills {
        case .path: "Enter goes into: "
        case .letters: "filter: "
        case .name: "save as: "
        }
    }

    /// A path or a filter that is being typed stands on the message line.
    static func field(_ picker: Picker, _ model: Model, in line: Rect, _ frame: inout Frame) {
        guard let field = picker.field else { return }
        var line = line
        frame.fill(line, style: Style(.text))
        line = line.narrowed(by: 1)
        let used = frame.text(
            title(ofField: picker), row: line.row, column: line.column,
            width: line.columns,
            style: Style(.strong))
        _ = line.cutLeft(used)
        FieldView.draw(field, in: line, isFocused: true, model.glyphs, &frame)
    }
}
