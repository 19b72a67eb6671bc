import PannierCore
import PannierScreen

/// All chunks of a transfer, by state; the worst of a cell is shown.
enum ChunkMapView {
    static func draw(_ panel: TransfersPanel, _ model: Model, _ box: TransfersBox, _ frame: inout Frame) {
        let keys: SafeText =
            panel.isInMap ? "arrows move \(model.glyphs.dot) Enter back to the list" : "Enter: into the map"
        Dialog.draw(
            box.map, title: "Chunk map", keys: keys, ground: .screen, isFocused: panel.isInMap, model.glyphs, &frame)
        guard let item = panel.item(model) else { return }
        head(item.state, panel, model, in: box.map.inside.narrowed(by: 1).line(0), &frame)
        guard let map = panel.map else {
            let words: SafeText = panel.problem.map { SafeText($0.title) } ?? "being read"
            frame.text(
                words, row: box.cells.row, column: box.cells.column, width: box.cells.columns, style: Style(.quiet),
                ellipsis: model.glyphs.ellipsis)
            return
        }
        cells(map, panel, model, in: box.cells, &frame)
        legend(map, item.state, model, in: box.legend, &frame)
        if panel.isInMap, let detail = panel.detail {
            under(detail, model, in: box.legend.line(box.legend.rows - 1), &frame)
        }
    }

    private static func head(
        _ state: TransferState, _ panel: TransfersPanel, _ model: Model, in rect: Rect, _ frame: inout Frame
    ) {
        let source: SafeText = state.from.map { "\(SafeText($0)) " } ?? ""
        var words: SafeText = """
            \(SafeText(state.title))   \(Format.bytes(state.bytesTotal)) \(source)\(model.glyphs.into) \
            \(SafeText(state.ends.to))
            """
        if let file = state.file, file != state.name { words.append("   now \(SafeText(file))") }
        var rest = rect
        if let map = panel.map, map.chunks > 0, rect.columns >= 70 {
            let chunks: SafeText = map.chunks == 1 ? "1 chunk" : "\(Format.count(map.chunks)) chunks"
            let right: SafeText = "\(chunks), 1 cell = \(Format.bytes(map.bytesPerCell))"
            let place = rest.cutRight(CellWidth.of(right) + 2)
            frame.text(
                right, row: place.row, column: place.column, width: place.columns, style: Style(.quiet), align: .right)
        }
        frame.text(
            words, row: rest.row, column: rest.column, width: rest.columns, style: Style(.text), cut: .middle,
            ellipsis: model.glyphs.ellipsis)
    }

    private static func cells(
        _ map: ChunkMap, _ panel: TransfersPanel, _ model: Model, in rect: Rect, _ frame: inout Frame
    ) {
        for (index, state) in map.cells.prefix(rect.area).enumerated() {
            let isCursor = panel.isInMap && index == panel.cell
            let (sign, ink) = look(of: state, model.glyphs)
            frame.text(
                sign, row: rect.row + index / rect.columns, column: rect.column + index % rect.columns, width: 1,
                style: isCursor ? Style(.strong, on: .cursor) : Style(ink))
        }
    }

    static func look(of state: ChunkState, _ glyphs: Glyphs) -> (SafeText, ColourRole) {
        switch state {
        case .there: (glyphs.chunks.there, .chunkThere)
        case .sure: (glyphs.chunks.sure, .chunkSure)
        case .unsure: (glyphs.chunks.unsure, .chunkUnsure)
        case .moving: (glyphs.chunks.moving, .chunkMoving)
        case .waiting: (glyphs.chunks.waiting, .chunkWaiting)
        case .failed: (glyphs.chunks.failed, .chunkFailed)
        }
    }

    private static func words(_ state: ChunkState, _ direction: TransferState.Direction) -> SafeText {
        switch (state, direction) {
        case (.there, .upload): "there already"
        case (.there, .download): "here already"
        case (.sure, .upload): "sent, sure"
        case (.sure, .download): "received, verified"
        case (.unsure, .upload): "sent, unsure"
        case (.unsure, .download): "received"
        case (.moving, _): "on the way"
        case (.waiting, .upload): "to send"
        case (.waiting, .download): "to fetch"
        case (.failed, _): "failed"
        }
    }

    private static func legend(
        _ map: ChunkMap, _ state: TransferState, _ model: Model, in rect: Rect, _ frame: inout Frame
    ) {
        var line = rect.line(0)
        for chunk in ChunkState.allCases.reversed() {
            let count = map.counts[chunk] ?? 0
            let (sign, ink) = look(of: chunk, model.glyphs)
            let isShort = rect.columns < 100
            if isShort, count == 0 { continue }
            let text: SafeText = " \(words(chunk, state.direction)) \(Format.count(count))   "
            guard line.columns > CellWidth.of(text) else { break }
            frame.text(sign, row: line.row, column: line.column, width: 1, style: Style(ink))
            _ = line.cutLeft(1)
            let used = frame.text(text, row: line.row, column: line.column, width: line.columns, style: Style(.text))
            _ = line.cutLeft(used)
        }
        guard rect.rows >= 3 else { return }
        var column = rect.column
        for (text, ink) in InfoView.cost(state) + (state.note.map { [("   " + SafeText($0), ColourRole.quiet)] } ?? [])
        {
            column += frame.text(
                text, row: rect.row + 1, column: column, width: max(0, rect.endColumn - column), style: Style(ink),
                ellipsis: model.glyphs.ellipsis)
        }
    }

    private static func under(_ detail: ChunkDetail, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let (sign, ink) = look(of: detail.state, model.glyphs)
        frame.text(sign, row: rect.row, column: rect.column, width: 1, style: Style(ink))
        var words: SafeText =
            "\(SafeText(detail.file)) at \(Format.bytes(detail.offset)), \(Format.bytes(Int64(detail.length)))"
        if let fingerprint = detail.fingerprint { words.append("   SHA-256 \(fingerprint.description.prefix(12))") }
        if let problem = detail.problem { words.append("   \(SafeText(problem.title))") }
        frame.text(
            words, row: rect.row, column: rect.column + 2, width: rect.columns - 2, style: Style(.quiet), cut: .middle,
            ellipsis: model.glyphs.ellipsis)
    }
}
