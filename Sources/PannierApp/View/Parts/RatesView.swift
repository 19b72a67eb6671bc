import PannierCore
import PannierScreen

/// Below the header: space that is used, and how fast it goes in each direction.
enum RatesView {
    static func draw(_ model: Model, in rect: Rect, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        var rest = rect.narrowed(by: 1)
        if model.rates.now(.download) > 0 || model.rates.peak(.download) > 0 {
            draw(.download, in: rest.cutRight(34), model, &frame)
        }
        if model.rates.now(.upload) > 0 || model.rates.peak(.upload) > 0 {
            draw(.upload, in: rest.cutRight(34), model, &frame)
        }
        quota(model, in: rest, &frame)
    }

    private static func quota(_ model: Model, in rect: Rect, _ frame: inout Frame) {
        guard let account = model.status?.account else { return }
        var column = rect.column
        guard let quota = account.quotaBytes, quota > 0 else {
            frame.text(
                "\(Format.bytes(account.usedBytes)) used", row: rect.row, column: column, width: rect.columns,
                style: Style(.quiet))
            return
        }
        let words: SafeText = "\(Format.bytes(account.usedBytes)) of \(Format.bytes(quota)) used"
        column += frame.text(words, row: rect.row, column: column, width: rect.columns, style: Style(.quiet)) + 1
        let bar = Rect(row: rect.row, column: column, columns: min(12, rect.endColumn - column), rows: 1)
        let share = Double(account.usedBytes) / Double(quota)
        BarView.draw(share, in: bar, ink: share > 0.9 ? .bad : .accent, model.glyphs, &frame)
    }

    private static func draw(
        _ direction: TransferState.Direction, in rect: Rect, _ model: Model, _ frame: inout Frame
    ) {
        let (sign, ink): (SafeText, ColourRole) =
            direction == .upload ? (model.glyphs.up, .graphUp) : (model.glyphs.down, .graphDown)
        frame.text(sign, row: rect.row, column: rect.column + 2, width: 1, style: Style(ink))
        frame.text(
            SafeText(Format.rate(model.rates.now(direction))), row: rect.row, column: rect.column + 4, width: 10,
            style: Style(.text), align: .right)
        let graph = Rect(row: rect.row, column: rect.column + 16, columns: rect.columns - 17, rows: 1)
        GraphView.draw(model.rates.all(direction), in: graph, ink: ink, model.glyphs, &frame)
    }
}

/// A bar that grows from the left.
enum BarView {
    /// - Parameter share: from 0 to 1.
    static func draw(_ share: Double, in rect: Rect, ink: ColourRole, _ glyphs: Glyphs, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let eighths = Int(min(1, max(0, share.isFinite ? share : 0)) * Double(rect.columns * 8))
        let full = eighths / 8
        frame.fill(rect, with: glyphs.barRest, style: Style(.border))
        let done = Rect(row: rect.row, column: rect.column, columns: full, rows: 1)
        frame.fill(done, with: glyphs.barFull, style: Style(ink))
        guard eighths % 8 > 0, !glyphs.barParts.isEmpty else { return }
        frame.text(glyphs.barParts[eighths % 8 - 1], row: rect.row, column: done.endColumn, width: 1, style: Style(ink))
    }
}

/// Figures of the last seconds, the latest at the right.
enum GraphView {
    /// How many figures there is room for.
    static func seconds(in rect: Rect, _ glyphs: Glyphs) -> Int {
        min(RateHistory.capacity, rect.columns * glyphs.graph.samplesPerCell)
    }

    static func draw(_ values: [Double], in rect: Rect, ink: ColourRole, _ glyphs: Glyphs, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let signs = glyphs.graph
        let shown = Array(values.suffix(rect.columns * signs.samplesPerCell))
        let most = shown.max() ?? 0
        guard most > 0 else { return }
        let steps = signs.steps * rect.rows
        // Something that moves at all is seen.
        let levels = shown.map { $0 <= 0 ? 0 : max(1, Int(($0 / most * Double(steps)).rounded())) }
        let padded = Array(repeating: 0, count: rect.columns * signs.samplesPerCell - shown.count) + levels
        for row in 0..<rect.rows {
            let below = (rect.rows - 1 - row) * signs.steps
            for column in 0..<rect.columns {
                let samples = padded[column * signs.samplesPerCell..<(column + 1) * signs.samplesPerCell]
                frame.text(
                    signs.sign(samples.map { $0 - below }), row: rect.row + row, column: rect.column + column, width: 1,
                    style: Style(ink))
            }
        }
    }
}
