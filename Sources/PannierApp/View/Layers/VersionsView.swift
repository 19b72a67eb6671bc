import PannierCore
import PannierScreen

/// Where the parts of the versions panel stand.
struct VersionsBox {
    let list: Rect
    /// Lines of the list: without border and heads.
    let rows: Rect
    /// The first version that is shown.
    let top: Int
    /// What there is to know and to decide.
    let advice: Rect

    init(_ panel: VersionsPanel, in size: Size) {
        var rest = Layout(size: size, transfers: 0).panel
        advice = rest.rows >= 10 ? rest.cutBottom(rest.rows >= 18 ? 5 : 4) : rest.cutBottom(0)
        list = rest
        var lines = rest.inside
        _ = lines.cutTop(1)
        rows = lines
        let count = panel.versions?.count ?? 0
        top = max(0, min(panel.cursor - rows.rows / 2, count - rows.rows))
    }
}

/// Columns of the list; what is missing has no room.
struct VersionColumns {
    let mark: Int
    /// An age in place of a date.
    let isNarrow: Bool
    let when: Range<Int>
    let who: Range<Int>
    let device: Range<Int>?
    let size: Range<Int>
    let note: Range<Int>

    init(_ rect: Rect) {
        mark = rect.column + 1
        isNarrow = rect.columns < 56
        when = rect.column + 3..<rect.column + (isNarrow ? 8 : 19)
        let noteWidth = rect.columns >= 70 ? 20 : 9
        note = rect.endColumn - 1 - noteWidth..<rect.endColumn - 1
        size = note.lowerBound - 10..<note.lowerBound - 2
        let room = when.upperBound + 2..<max(when.upperBound + 2, size.lowerBound - 2)
        let deviceWidth = room.count >= 22 ? min(24, room.count / 2 - 1) : 0
        who = room.lowerBound..<room.upperBound - (deviceWidth > 0 ? deviceWidth + 2 : 0)
        device = deviceWidth > 0 ? room.upperBound - deviceWidth..<room.upperBound : nil
    }
}

enum VersionsView {
    static func draw(_ panel: VersionsPanel, _ model: Model, _ frame: inout Frame) {
        let box = VersionsBox(panel, in: model.size)
        let columns = VersionColumns(box.list.inside)
        Dialog.draw(
            box.list, title: title(panel), keys: count(panel), ground: .screen, model.glyphs, &frame)
        heads(columns, row: box.list.row + 1, &frame)
        if let versions = panel.versions {
            rows(versions, panel, model, box, columns, &frame)
        } else if panel.problem == nil {
            frame.text(
                "The server is asked.", row: box.rows.row, column: box.rows.column + 3, width: box.rows.columns - 4,
                style: Style(.quiet))
        }
        advice(panel, model, box, &frame)
    }

    private static func title(_ panel: VersionsPanel) -> SafeText {
        let folder: SafeText = panel.path.parent.map { "   in \(SafeText($0))" } ?? ""
        return "Versions of \(SafeText(panel.row.node.name))\(folder)"
    }

    private static func count(_ panel: VersionsPanel) -> SafeText {
        guard let count = panel.versions?.count else { return "" }
        let words: SafeText = count == 1 ? "1 version" : "\(Format.count(Int64(count))) versions"
        return panel.after == nil ? words : words + ", and more"
    }

    private static func heads(_ columns: VersionColumns, row: Int, _ frame: inout Frame) {
        func put(_ text: SafeText, _ range: Range<Int>?, _ align: Frame.Alignment = .left) {
            guard let range else { return }
            frame.text(text, row: row, column: range.lowerBound, width: range.count, style: Style(.quiet), align: align)
        }
        put("when", columns.when)
        put("who", columns.who)
        put("device", columns.device)
        put("size", columns.size, .right)
        put("note", columns.note)
    }

    private static func rows(
        _ versions: [FileVersion], _ panel: VersionsPanel, _ model: Model, _ box: VersionsBox,
        _ columns: VersionColumns, _ frame: inout Frame
    ) {
        for (offset, version) in versions.dropFirst(box.top).prefix(box.rows.rows).enumerated() {
            let isChosen = box.top + offset == panel.cursor
            let line = box.rows.line(offset)
            let ground: ColourRole = isChosen ? .cursor : .screen
            if isChosen { frame.fill(line, style: Style(.text, on: ground)) }
            draw(version, row: line.row, ground: ground, model, columns, &frame)
        }
        ScrollBar.draw(
            total: versions.count, top: box.top, in: box.rows, edge: box.list.endColumn - 1, model.glyphs, &frame)
    }

    private static func draw(
        _ version: FileVersion, row: Int, ground: ColourRole, _ model: Model, _ columns: VersionColumns,
        _ frame: inout Frame
    ) {
        let glyphs = model.glyphs
        func put(_ text: SafeText, _ range: Range<Int>?, _ ink: ColourRole, _ align: Frame.Alignment = .left) {
            guard let range else { return }
            frame.text(
                text, row: row, column: range.lowerBound, width: range.count, style: Style(ink, on: ground),
                align: align, ellipsis: glyphs.ellipsis)
        }
        let mark = columns.mark..<columns.mark + 1
        if version.isCurrent {
            put(glyphs.verified, mark, .good)
        } else if version.conflict == .open {
            put(glyphs.trouble, mark, .bad)
        }
        let age = Format.age(since: version.createdAt, now: model.now)
        put(SafeText(columns.isNarrow ? age : Format.minute(version.createdAt)), columns.when, .text)
        put(VersionsPanel.person(version, model), columns.who, .people)
        put(SafeText(version.device ?? ""), columns.device, .quiet)
        put(SafeText(Format.bytes(version.size)), columns.size, .number, .right)
        let (note, ink) = note(version)
        put(note, columns.note, ink)
    }

    private static func note(_ version: FileVersion) -> (SafeText, ColourRole) {
        switch (version.isCurrent, version.conflict, version.isRestored) {
        case (true, _, let isRestored): (isRestored ? "current, restored" : "current", .good)
        case (_, .open?, _): ("conflict", .bad)
        case (_, .settled?, _): ("settled", .quiet)
        case (_, _, true): ("restored", .quiet)
        case (_, _, false): ("", .quiet)
        }
    }

    // MARK: What there is to decide

    private static func advice(
        _ panel: VersionsPanel, _ model: Model, _ box: VersionsBox, _ frame: inout Frame
    ) {
        guard !box.advice.isEmpty else { return }
        let (title, text, ink) = words(panel, model)
        Dialog.draw(box.advice, title: title, ground: .screen, isFocused: false, model.glyphs, &frame)
        frame.paragraph(
            text, in: box.advice.inside.narrowed(by: 1), style: Style(ink), ellipsis: model.glyphs.ellipsis)
    }

    private static func words(_ panel: VersionsPanel, _ model: Model) -> (SafeText, SafeText, ColourRole) {
        if let problem = panel.problem {
            return ("Not done", "\(model.glyphs.trouble) \(SafeText(problem.onScreen.description))", .bad)
        }
        guard let current = panel.current, let lost = panel.conflicts.first else {
            return (
                "Older contents", "r makes the one under the cursor current again; what is current stays a version.",
                .quiet
            )
        }
        let others = panel.conflicts.count
        let other: SafeText =
            others > 1
            ? "The \(others) others are kept"
            : "The other one, by \(VersionsPanel.source(lost, model)) \(VersionsPanel.moment(lost, model)), is kept"
        return (
            "Changed in two places at once",
            "The later change won, by \(VersionsPanel.source(current, model)) \(VersionsPanel.moment(current, model)). "
                + "\(other): nothing is lost, and there is no second file. "
                + "r makes the one under the cursor current, K keeps what is.", .text
        )
    }
}
