import PannierCore
import PannierScreen

/// The strip: up to four transfers, one line each.
enum TransfersView {
    static func draw(_ model: Model, in rect: Rect, hasBorder: Bool, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let items = model.strip.items
        var lines = rect
        if hasBorder {
            frame.border(rect, glyphs: model.glyphs.border, style: Style(.quiet))
            frame.text(
                " \(title(model)) ", row: rect.row, column: rect.column + 2, width: rect.columns - 4,
                style: Style(.text))
            lines = rect.inside
        }
        let rest = model.strip.count - lines.rows
        if hasBorder, rest > 0 { more(rest, model, in: rect, &frame) }
        for (offset, item) in items.prefix(lines.rows).enumerated() {
            let more = offset == lines.rows - 1 && rest > 0 && !hasBorder ? rest : 0
            TransferLine(item, model: model, more: more).draw(row: lines.row + offset, in: lines, &frame)
        }
    }

    /// Of all transfers, as in the panel.
    private static func title(_ model: Model) -> SafeText {
        "Transfers  \(model.glyphs.dot)  \(model.transfers.counts.words(model.glyphs))"
    }

    /// In the lower border: how many there is no line for.
    private static func more(_ count: Int, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let words: SafeText = " +\(Format.count(Int64(count))) more: w shows all "
        let width = CellWidth.of(words)
        guard width <= rect.columns - 4 else { return }
        frame.text(
            words, row: rect.row + rect.rows - 1, column: rect.endColumn - 2 - width, width: width,
            style: Style(.quiet))
    }
}

/// One transfer in one line: fields by position, fewer of them where it is narrow.
struct TransferLine {
    private let item: Transfers.Item
    private let state: TransferState
    private let model: Model
    /// Transfers that the strip has no line for.
    private let more: Int

    init(_ item: Transfers.Item, model: Model, more: Int) {
        self.item = item
        state = item.state
        self.model = model
        self.more = more
    }

    private var glyphs: Glyphs { model.glyphs }

    func draw(row: Int, in rect: Rect, _ frame: inout Frame) {
        var rest = Rect(row: row, column: rect.column + 1, columns: rect.columns - 2, rows: 1)
        sign(in: rest.cutLeft(2), &frame)
        let isWide = rest.columns >= 96
        name(in: rest.cutLeft(isWide ? 22 : max(10, rest.columns / 4)), &frame)
        guard state.state == .running else { return words(in: rest, &frame) }
        if isWide { wide(&rest, &frame) } else { narrow(&rest, &frame) }
    }

    /// The name gives way to how many there are besides it, which says more; without room for both in words, in short.
    private func name(in rect: Rect, _ frame: inout Frame) {
        let width = rect.columns - 1
        let words = SafeText(state.others)
        let isRoomy = width - CellWidth.of(words) >= 6
        let short: SafeText =
            state.isNamedByFolder ? " \(Format.count(state.sources))" : " +\(Format.count(state.sources - 1))"
        let others = isRoomy || state.sources < 2 ? words : short
        let used = frame.text(
            SafeText(state.name), row: rect.row, column: rect.column, width: width - CellWidth.of(others),
            style: Style(.text), cut: .middle, ellipsis: glyphs.ellipsis)
        frame.text(
            others, row: rect.row, column: rect.column + used, width: width - used, style: Style(.quiet),
            ellipsis: glyphs.ellipsis)
    }

    private func sign(in rect: Rect, _ frame: inout Frame) {
        let (sign, ink): (SafeText, ColourRole) =
            switch state.state {
            case .running: (state.direction == .upload ? glyphs.up : glyphs.down, .accent)
            case .queued: (glyphs.waiting, .quiet)
            case .paused: (glyphs.paused, .quiet)
            case .done: (glyphs.verified, .good)
            case .cancelled: (glyphs.dot, .quiet)
            case .retrying, .failed, .partlyFailed: (glyphs.trouble, .bad)
            }
        frame.text(sign, row: rect.row, column: rect.column, width: 1, style: Style(ink))
    }

    // MARK: Running

    private func wide(_ rest: inout Rect, _ frame: inout Frame) {
        let figures = 52
        bar(in: rest.cutLeft(rest.columns - figures), &frame)
        put(percent, .busy, in: rest.cutLeft(6), &frame)
        put(amount, .number, in: rest.cutLeft(18), &frame)
        put(rate, .text, in: rest.cutLeft(13), &frame)
        if more > 0 { return put(moreWords, .quiet, in: rest.cutLeft(15), &frame) }
        put(left.map { "\($0) left" } ?? dash, .text, in: rest.cutLeft(15), &frame)
    }

    private func narrow(_ rest: inout Rect, _ frame: inout Frame) {
        let figures = rest.columns >= 44 ? 28 : 16
        if rest.columns - figures >= 6 { bar(in: rest.cutLeft(rest.columns - figures), &frame) }
        put(percent, .busy, in: rest.cutLeft(5), &frame)
        // Where there is room for one of them only, how many more there are says more than the rate.
        if more == 0 || rest.columns >= 22 { put(rate, .text, in: rest.cutLeft(11), &frame) }
        if more > 0 { put(moreWords, .quiet, in: rest, &frame) } else { put(left ?? dash, .text, in: rest, &frame) }
    }

    private func put(_ text: SafeText, _ ink: ColourRole, in rect: Rect, _ frame: inout Frame) {
        frame.text(text, row: rect.row, column: rect.column, width: rect.columns, style: Style(ink), align: .right)
    }

    private func bar(in rect: Rect, _ frame: inout Frame) {
        let (advanced, total) = state.advance
        let fraction = total > 0 ? Double(advanced) / Double(total) : 0
        let eighths = Int(min(1, max(0, fraction)) * Double(rect.columns * 8))
        let full = eighths / 8
        frame.fill(rect, with: glyphs.barRest, style: Style(.quiet))
        let done = Rect(row: rect.row, column: rect.column, columns: full, rows: 1)
        frame.fill(done, with: glyphs.barFull, style: Style(.accent))
        guard eighths % 8 > 0, !glyphs.barParts.isEmpty else { return }
        frame.text(
            glyphs.barParts[eighths % 8 - 1], row: rect.row, column: done.endColumn, width: 1, style: Style(.accent))
    }

    private var moreWords: SafeText { "+\(Format.count(Int64(more))) more" }

    /// Not known while files are still being found.
    private var percent: SafeText {
        state.isScanned ? SafeText(Format.percent(state.advance.done, of: state.advance.total)) : glyphs.ellipsis
    }

    private var amount: SafeText {
        if state.isMeasuredByFiles {
            return "\(Format.count(state.advance.done))/\(Format.count(state.filesTotal)) files"
        }
        let total = Format.bytes(state.bytesTotal)
        return "\(Format.bytes(state.bytesAdvanced)) / \(total)\(state.isScanned ? "" : "+")"
    }

    private var rate: SafeText { item.rate(now: model.now) >= 1 ? SafeText(Format.rate(item.rate)) : dash }

    private var left: SafeText? {
        item.secondsLeft(now: model.now).map { SafeText(Format.duration(seconds: $0)) }
    }

    private var dash: SafeText { "-" }

    // MARK: Not running

    private func words(in rect: Rect, _ frame: inout Frame) {
        let (text, ink) = words
        let end: SafeText = more > 0 ? "   \(moreWords)" : ""
        frame.text(
            text + end, row: rect.row, column: rect.column, width: rect.columns, style: Style(ink),
            ellipsis: glyphs.ellipsis)
    }

    private var words: (SafeText, ColourRole) {
        let why = state.problem.map { SafeText($0.title) }
        switch state.state {
        case .queued: return (why ?? "waits for its turn", .quiet)
        case .paused: return ("paused", .quiet)
        case .retrying:
            let when: SafeText = state.retryIn.map { "in \(Format.duration(seconds: Double($0) / 1_000))" } ?? "soon"
            return ("tries again \(when): \(why ?? "no reason was given")", .busy)
        case .running: return ("", .text)
        case .done: return ("done, \(Format.bytes(state.bytesTotal))", .good)
        case .partlyFailed:
            return ("\(Format.count(state.filesFailed)) \(state.filesFailed == 1 ? "file" : "files") failed", .bad)
        case .failed: return (why ?? "failed", .bad)
        case .cancelled: return ("cancelled", .quiet)
        }
    }
}
