import PannierCore
import PannierScreen

/// What is known of the file under the cursor, and what its transfer still has to do.
enum InfoView {
    static func draw(_ model: Model, in rect: Rect, hasBorder: Bool, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        guard hasBorder else { return line(model, in: rect.narrowed(by: 1), &frame) }
        frame.border(rect, glyphs: model.glyphs.border, style: Style(.border))
        frame.text(" Info ", row: rect.row, column: rect.column + 2, width: 6, style: Style(.strong))
        var rest = rect.inside.narrowed(by: 1)
        guard let row = model.focused.row else { return }
        let right = rest.cutRight(rest.columns * 9 / 20)
        _ = rest.cutRight(2)
        draw(subject(row, model), in: rest.line(0), model, &frame)
        draw(facts(row, model), in: rest.line(1), model, &frame)
        for (index, words) in plan(row, model).enumerated() { draw(words, in: right.line(index), model, &frame) }
    }

    private typealias Words = [(SafeText, ColourRole)]

    private static func line(_ model: Model, in rect: Rect, _ frame: inout Frame) {
        guard let row = model.focused.row else { return }
        let plan = plan(row, model).first ?? facts(row, model)
        draw(subject(row, model) + [("  ", .text)] + plan, in: rect, model, &frame)
    }

    private static func draw(_ words: Words, in rect: Rect, _ model: Model, _ frame: inout Frame) {
        var column = rect.column
        for (text, ink) in words {
            column += frame.text(
                text, row: rect.row, column: column, width: max(0, rect.endColumn - column), style: Style(ink),
                cut: ink == .strong ? .middle : .end, ellipsis: model.glyphs.ellipsis)
        }
    }

    private static func subject(_ row: Row, _ model: Model) -> Words {
        let node = row.node
        var words: Words = [(SafeText(node.name), .strong)]
        if node.kind == .folder { words.append(("/", .strong)) }
        if let size = node.content?.size {
            words.append(("   \(Format.bytes(size))", .number))
        }
        if let content = node.content, content.isExecutable { words.append(("   executable", .quiet)) }
        return words
    }

    private static func facts(_ row: Row, _ model: Model) -> Words {
        let node = row.node
        let who = node.changedBy == model.status?.account?.email ? "you" : node.changedBy
        var words: Words = [
            (node.trashedAt == nil ? "changed " : "deleted ", .quiet),
            (SafeText(Format.minute(node.trashedAt ?? node.changedAt)), .text), (" by ", .quiet),
            (SafeText(who), .people),
        ]
        if let origin = row.origin { words += [("   from ", .quiet), (SafeText(origin), .text)] }
        if let owner = row.owner {
            words += [
                ("   of ", .quiet), (SafeText(owner), .people), (", you are \(row.role?.rawValue ?? "viewer")", .quiet),
            ]
        }
        if node.isShared { words.append(("   shared: S shows with whom", .people)) }
        return words
    }

    /// The cost of what moves this very file.
    private static func plan(_ row: Row, _ model: Model) -> [Words] {
        if let state = model.transfers.state(of: model.focused.path(of: row)), !model.focused.isTrash {
            return [cost(state), pack(state)]
        }
        guard let content = row.node.content else { return [] }
        let version: SafeText = row.node.revision > 0 && row.owner == nil ? "revision \(row.node.revision)   " : ""
        let kind: Words = [("\(version)\(SafeText(content.mimeType))", .quiet)]
        return [
            row.hasConflicts ? [("\(model.glyphs.trouble) changed in two places at once: V shows both", .bad)] : kind,
            [
                ("SHA-256 ", .quiet), (SafeText(String(content.sha256.description.prefix(16))), .text),
                (model.glyphs.ellipsis, .quiet),
            ],
        ]
    }

    /// How much crosses the network, and how much is there already.
    static func cost(_ state: TransferState) -> [(SafeText, ColourRole)] {
        let examined = state.bytesExamined
        let verb: SafeText = state.direction == .upload ? "sends " : "fetches "
        guard examined > 0 else {
            return [("plan  ", .quiet), (state.isScanned ? "not looked at yet" : "files are being counted", .text)]
        }
        let rest = max(0, examined - state.bytesReused)
        let percent = Format.percent(state.bytesReused, of: examined)
        let where_: SafeText = state.direction == .upload ? " is there already" : " is here already"
        var words: [(SafeText, ColourRole)] = [
            ("plan  ", .quiet), (verb, .text), (SafeText(Format.bytes(rest)), .number), (" of ", .text),
            (SafeText(Format.bytes(examined)), .number), (", ", .text), (SafeText(percent), .busy), (where_, .text),
        ]
        if examined < state.bytesTotal || !state.isScanned {
            words.append((" (\(Format.bytes(max(0, state.bytesTotal - examined))) not looked at yet)", .quiet))
        }
        return words
    }

    private static func pack(_ state: TransferState) -> [(SafeText, ColourRole)] {
        var words: [(SafeText, ColourRole)] = [("pack  ", .quiet)]
        words.append((state.note.map { SafeText($0) } ?? "not decided yet", .text))
        if state.lanes > 0 { words.append(("   \(state.lanes) lanes", .quiet)) }
        return words
    }
}
