import PannierCore
import PannierScreen

/// Where the parts of the transfers panel stand. On low screens the rate graph goes first, then the figures of the map.
struct TransfersBox {
    let list: Rect
    /// Lines of the list: without border and heads.
    let rows: Rect
    let map: Rect
    let cells: Rect
    /// Below the cells: the legend, and what is under the cursor.
    let legend: Rect
    let graph: Rect

    init(in size: Size) {
        var rest = Layout(size: size, transfers: 0).panel
        graph = rest.rows >= 26 ? rest.cutBottom(4) : Rect(row: 0, column: 0, columns: 0, rows: 0)
        let mapRows = rest.rows >= 12 ? min(max(8, rest.rows * 3 / 5), 16) : 0
        map = rest.cutBottom(mapRows)
        list = rest
        var lines = rest.inside
        _ = lines.cutTop(1)
        rows = lines
        var inside = map.inside.narrowed(by: 1)
        let isRoomy = inside.rows >= 9
        _ = inside.cutTop(isRoomy ? 2 : 1)
        legend = inside.cutBottom(isRoomy ? 3 : 2)
        if isRoomy { _ = inside.cutBottom(1) }
        cells = inside
    }

    /// The first transfer that is shown.
    func top(_ model: Model, _ panel: TransfersPanel) -> Int {
        let count = model.transfers.all.count
        return max(0, min(panel.index(model) - rows.rows / 2, count - rows.rows))
    }
}

enum TransfersPanelView {
    static func draw(_ panel: TransfersPanel, _ model: Model, _ frame: inout Frame) {
        let box = TransfersBox(in: model.size)
        list(panel, model, box, &frame)
        if !box.map.isEmpty { ChunkMapView.draw(panel, model, box, &frame) }
        if !box.graph.isEmpty { graph(panel, model, in: box.graph, &frame) }
    }

    // MARK: The list

    private static func list(_ panel: TransfersPanel, _ model: Model, _ box: TransfersBox, _ frame: inout Frame) {
        let items = model.transfers.all
        Dialog.draw(
            box.list, title: title(model),
            keys: "the queue is kept on the disk \(model.glyphs.dot) it survives leaving, crashes and restarts",
            ground: .screen, isFocused: !panel.isInMap, model.glyphs, &frame)
        let columns = TransferColumns(box.list.inside)
        heads(columns, row: box.list.row + 1, &frame)
        guard !items.isEmpty else {
            frame.text(
                "Nothing is on its way. In a pane, I uploads and X downloads.", row: box.rows.row + 1,
                column: box.rows.column + 2, width: box.rows.columns - 4, style: Style(.quiet))
            return
        }
        let top = box.top(model, panel)
        for (offset, item) in items.dropFirst(top).prefix(box.rows.rows).enumerated() {
            let isChosen = top + offset == panel.index(model)
            let line = box.rows.line(offset)
            if isChosen { frame.fill(line, style: Style(.text, on: panel.isInMap ? .shadow : .cursor)) }
            TransferRowView(item, model: model)
                .draw(row: line.row, ground: isChosen ? (panel.isInMap ? .shadow : .cursor) : .screen, columns, &frame)
        }
        ScrollBar.draw(
            total: items.count, top: top, in: box.rows, edge: box.list.endColumn - 1, model.glyphs, &frame)
    }

    private static func title(_ model: Model) -> SafeText {
        var text: SafeText = "Transfers  \(model.glyphs.dot)  \(model.transfers.counts.words(model.glyphs))"
        let limits = model.status?.limits ?? TransferLimits()
        if let up = limits.upload { text.append("   \(model.glyphs.up) at most \(Format.rate(Double(up)))") }
        if let down = limits.download { text.append("   \(model.glyphs.down) at most \(Format.rate(Double(down)))") }
        return text
    }

    private static func heads(_ columns: TransferColumns, row: Int, _ frame: inout Frame) {
        func put(_ text: SafeText, _ range: Range<Int>?, _ align: Frame.Alignment = .left) {
            guard let range else { return }
            frame.text(text, row: row, column: range.lowerBound, width: range.count, style: Style(.quiet), align: align)
        }
        put("#", columns.number)
        put("name", columns.name)
        put("state", columns.state)
        put("done", columns.bar)
        put("of", columns.total, .right)
        put("rate", columns.rate, .right)
        put("left", columns.left, .right)
        put("lanes", columns.lanes, .right)
    }

    // MARK: The rate

    private static func graph(_ panel: TransfersPanel, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let direction = panel.item(model)?.state.direction ?? .upload
        let (sign, ink): (SafeText, ColourRole) =
            direction == .upload ? (model.glyphs.up, .graphUp) : (model.glyphs.down, .graphDown)
        frame.border(rect, glyphs: model.glyphs.border, style: Style(.border))
        let words: SafeText = direction == .upload ? "uploads" : "downloads"
        var inside = rect.inside.narrowed(by: 1)
        var right = inside.cutRight(32)
        let seconds = GraphView.seconds(in: inside, model.glyphs)
        frame.text(
            " Rate of \(words), last \(Format.duration(seconds: Double(seconds))) ", row: rect.row,
            column: rect.column + 2, width: rect.columns - 4, style: Style(.strong))
        _ = right.cutLeft(2)
        let rates = model.rates
        let figures: SafeText = "\(sign) now \(Format.rate(rates.now(direction)))"
        frame.text(figures, row: right.row, column: right.column, width: right.columns, style: Style(ink))
        frame.text(
            "avg \(Format.rate(rates.average(direction, seconds: seconds)))", row: right.row + 1, column: right.column,
            width: right.columns, style: Style(.quiet))
        frame.text(
            "peak \(Format.rate(rates.peak(direction, seconds: seconds)))", row: right.row + 1, column: right.column,
            width: right.columns, style: Style(.quiet), align: .right)
        GraphView.draw(rates.all(direction), in: inside, ink: ink, model.glyphs, &frame)
    }
}

/// Where the fields of a transfer's line stand.
struct TransferColumns {
    let number: Range<Int>
    let name: Range<Int>
    let sign: Int
    let state: Range<Int>
    let bar: Range<Int>?
    let total: Range<Int>
    let rate: Range<Int>?
    let left: Range<Int>
    let lanes: Range<Int>?

    init(_ inside: Rect) {
        var end = inside.endColumn - 1
        func take(_ width: Int, gap: Int = 2) -> Range<Int> {
            defer { end -= width + gap }
            return end - width..<end
        }
        let isWide = inside.columns >= 100
        let isMiddle = inside.columns >= 70
        lanes = isWide ? take(5) : nil
        left = take(8)
        rate = isMiddle ? take(10) : nil
        total = take(9)
        bar = isWide ? take(16) : nil
        // Without a bar the state says how much is done.
        state = take(isWide ? 10 : isMiddle ? 13 : 9)
        sign = end
        end -= 2
        number = inside.column + 1..<inside.column + 4
        name = inside.column + 4..<max(inside.column + 4, end)
    }
}

/// One transfer in the panel's list.
struct TransferRowView {
    private let item: Transfers.Item
    private let state: TransferState
    private let model: Model

    init(_ item: Transfers.Item, model: Model) {
        self.item = item
        state = item.state
        self.model = model
    }

    func draw(row: Int, ground: ColourRole, _ columns: TransferColumns, _ frame: inout Frame) {
        func put(_ text: SafeText, _ ink: ColourRole, _ range: Range<Int>?, _ align: Frame.Alignment = .left) {
            guard let range else { return }
            frame.text(
                text, row: row, column: range.lowerBound, width: range.count, style: Style(ink, on: ground),
                align: align,
                cut: .middle, ellipsis: model.glyphs.ellipsis)
        }
        put(model.transfers.turn(of: state.id).map { "\($0)" } ?? "", .quiet, columns.number)
        put(SafeText(state.title), .text, columns.name)
        let isUp = state.direction == .upload
        put(isUp ? model.glyphs.up : model.glyphs.down, isUp ? .graphUp : .graphDown, columns.sign..<columns.sign + 1)
        let words = words(columns)
        put(words.0, words.1, columns.state)
        if let bar = columns.bar, !state.state.isOver || state.state == .partlyFailed || state.state == .failed {
            let (done, total) = state.advance
            let share = total > 0 ? Double(done) / Double(total) : 0
            let rect = Rect(row: row, column: bar.lowerBound, columns: bar.count, rows: 1)
            BarView.draw(share, in: rect, ink: state.state == .running ? .accent : .quiet, model.glyphs, &frame)
        }
        put("\(Format.bytes(state.bytesTotal))\(state.isScanned ? "" : "+")", .number, columns.total, .right)
        if state.state == .running {
            put(item.rate(now: model.now) >= 1 ? SafeText(Format.rate(item.rate)) : "-", .text, columns.rate, .right)
        }
        put(left, .text, columns.left, .right)
        if state.state == .running, state.lanes > 0 { put("\(state.lanes)", .quiet, columns.lanes, .right) }
    }

    /// How much is done stands in the bar, or behind the word; where there is no room for both, the word gives way: the
    /// arrow before it says the same.
    private func words(_ columns: TransferColumns) -> (SafeText, ColourRole) {
        let done = columns.bar == nil ? item.percent : nil
        func with(_ word: SafeText) -> SafeText {
            guard let done else { return word }
            let both: SafeText = "\(word) \(done)"
            return CellWidth.of(both) <= columns.state.count ? both : done
        }
        return switch state.state {
        case .queued: ("queued", .quiet)
        case .running: (with(state.direction == .upload ? "sending" : "receiving"), .text)
        case .paused: ("\(model.glyphs.paused) \(with("paused"))", .quiet)
        case .retrying: (with("retrying"), .busy)
        case .done: ("\(model.glyphs.verified) done", .good)
        case .partlyFailed: ("\(model.glyphs.trouble) partly", .bad)
        case .failed: ("\(model.glyphs.trouble) failed", .bad)
        case .cancelled: ("cancelled", .quiet)
        }
    }

    private var left: SafeText {
        if state.state == .retrying, let wait = state.retryIn {
            return "in \(Format.duration(seconds: Double(wait) / 1_000))"
        }
        guard state.state == .running else { return "" }
        return item.secondsLeft(now: model.now).map { SafeText(Format.duration(seconds: $0)) } ?? "-"
    }
}
