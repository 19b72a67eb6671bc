import PannierCore
import PannierScreen

/// What all boxes over the panes have in common.
enum Dialog {
    /// A box in the middle of the screen, without what lies below the hints.
    static func frame(_ size: Size, columns: Int, rows: Int) -> Rect {
        var room = Rect(size)
        _ = room.cutTop(1)
        _ = room.cutBottom(size.rows >= 20 ? 2 : 1)
        return room.centre(Size(columns: columns, rows: rows))
    }

    static func draw(
        _ rect: Rect, title: SafeText, keys: SafeText = "", ground: ColourRole = .dialog, isFocused: Bool = true,
        _ glyphs: Glyphs, _ frame: inout Frame
    ) {
        frame.fill(rect, style: Style(.text, on: ground))
        frame.border(rect, glyphs: glyphs.border, style: Style(isFocused ? .accent : .border, on: ground))
        guard rect.columns > 6 else { return }
        if !title.isEmpty {
            frame.text(
                " \(title) ", row: rect.row, column: rect.column + 2, width: rect.columns - 4,
                style: Style(.strong, on: ground), ellipsis: glyphs.ellipsis)
        }
        if !keys.isEmpty {
            frame.text(
                " \(keys) ", row: rect.endRow - 1, column: rect.column + 2, width: rect.columns - 4,
                style: Style(.quiet, on: ground), align: .right, ellipsis: glyphs.ellipsis)
        }
    }

    /// The keys of a context as its border shows them: `Tab next field · C-s share`.
    static func keys(_ model: Model, _ context: Context) -> SafeText {
        let hints = model.keymap.bindings(in: context).filter { $0.hint != nil }
            .sorted { $0.hint ?? 0 < $1.hint ?? 0 }
        var text: SafeText = ""
        for binding in hints {
            guard let keys = binding.keys.first else { continue }
            let gap: SafeText = text.isEmpty ? "" : " \(model.glyphs.dot) "
            text.append("\(gap)\(SafeText(Binding.name(of: keys))) \(binding.brief)")
        }
        return text
    }

    static func button(
        _ text: SafeText, in rect: Rect, isFocused: Bool, ground: ColourRole = .dialog, _ frame: inout Frame
    ) {
        let style = isFocused ? Style(.strong, on: .cursor) : Style(.text, on: ground)
        frame.text("[ \(text) ]", row: rect.row, column: rect.column, width: rect.columns, style: style)
    }

    /// Columns of a button.
    static func width(ofButton text: SafeText) -> Int { CellWidth.of(text) + 4 }
}

/// A line that is being typed.
enum FieldView {
    static func draw(
        _ field: TextField, in rect: Rect, isFocused: Bool, showsSecret: Bool = false, _ glyphs: Glyphs,
        _ frame: inout Frame
    ) {
        guard !rect.isEmpty else { return }
        frame.fill(rect, style: Style(.text, on: .field))
        let isHidden = field.isSecret && !showsSecret
        let head = text(field.characters[..<field.cursor], isHidden, glyphs)
        let tail = text(field.characters[field.cursor...], isHidden, glyphs)
        // The cursor is always seen: what stands far before it goes out on the left.
        let room = rect.columns - 1
        let used = frame.text(
            head, row: rect.row, column: rect.column, width: room, style: Style(.text, on: .field), cut: .start,
            ellipsis: glyphs.ellipsis)
        frame.text(
            tail, row: rect.row, column: rect.column + used, width: rect.columns - used,
            style: Style(.text, on: .field),
            ellipsis: glyphs.ellipsis)
        guard isFocused else { return }
        let under = Clusters(of: tail).first { _ in true }
        let place = Rect(row: rect.row, column: rect.column + used, columns: 1, rows: 1)
        frame.fill(place, style: Style(.accent, on: .cursor))
        frame.text(
            under.map { SafeText($0.text) } ?? glyphs.caret, row: place.row, column: place.column,
            width: min(2, rect.columns - used), style: Style(.accent, on: .cursor), ellipsis: "")
    }

    private static func text(
        _ characters: ArraySlice<Character>, _ isHidden: Bool, _ glyphs: Glyphs
    ) -> SafeText {
        guard isHidden else { return SafeText(String(characters)) }
        var text: SafeText = ""
        for _ in characters { text.append(glyphs.secret) }
        return text
    }
}
